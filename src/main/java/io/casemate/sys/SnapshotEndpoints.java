package io.casemate.sys;

import io.casemate.core.Restoration;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Body;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Upload;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * {@code sys/storage/raft/snapshot} and {@code snapshot-force}: backup and restore, under the names and in the form that
 * clients of Vault's integrated storage know (docs/formats/snapshot.md).
 */
public final class SnapshotEndpoints {
    private static final String SNAPSHOT = "storage/raft/snapshot";
    private static final String FORCE = "storage/raft/snapshot-force";
    private static final String GZIP = "application/gzip";
    private static final String CLOSED = "this server is not initialised, and its configuration has"
            + " unauthenticated_restore: false: set it to true and restart to restore a snapshot into it";

    private final Restoration restoration;
    private final boolean openRestore;

    /** @param openRestore whether a server that is not initialised takes a snapshot from anybody, as it takes {@code sys/init} */
    public SnapshotEndpoints(Restoration restoration, boolean openRestore) {
        this.restoration = restoration;
        this.openRestore = openRestore;
    }

    /** While unsealed. Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at(SNAPSHOT, "Gives a snapshot of everything; restores one, which replaces everything.")
                        .rawBody()
                        .on(Operation.READ, _ -> Response.download(GZIP, restoration.take()))
                        .on(Operation.UPDATE, by(restoration::restore, false))
                        .build(),
                Endpoint.at(FORCE, "Restores a snapshot whose root key this server cannot get at by itself.")
                        .rawBody()
                        .on(Operation.UPDATE, by(restoration::restore, true))
                        .build());
    }

    /** Before the server is initialised, for whoever comes. */
    public List<Endpoint> whileUninitialised() {
        return List.of(founding(SNAPSHOT, false), founding(FORCE, true));
    }

    /** The paths below {@code /v1/} whose bodies are snapshots. */
    public Set<String> uploads() {
        return endpoints().stream()
                .filter(endpoint -> endpoint.body() == Body.RAW)
                .map(endpoint -> "sys/" + endpoint.pattern())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Endpoint founding(String pattern, boolean force) {
        return Endpoint.at(pattern, "Restores a snapshot into a server that is not initialised.")
                .access(Access.PUBLIC)
                .rawBody()
                .on(
                        Operation.UPDATE,
                        openRestore
                                ? by(restoration::found, force)
                                : _ -> {
                                    throw new Fault.PermissionDenied(List.of(CLOSED)).asException();
                                })
                .build();
    }

    private static Handler by(BiConsumer<Upload, Boolean> restore, boolean force) {
        return exchange -> {
            restore.accept(upload(exchange), force);
            return Response.none();
        };
    }

    private static Upload upload(Exchange exchange) {
        return exchange.request().upload().orElseThrow(() -> Fault.badRequest("the request's body must be a snapshot"));
    }
}
