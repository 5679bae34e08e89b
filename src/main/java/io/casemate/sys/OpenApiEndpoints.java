package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.OpenApi;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Rights;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounts;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code sys/internal/specs/openapi}: what is served now, as an OpenAPI document, of the mounts that the caller may know of.
 * A stranger gets a document without any path, unless a mount is listed for strangers.
 */
public final class OpenApiEndpoints {
    /** Types of which there is one mount, at a place that cannot change. */
    private static final Set<String> FIXED = Set.of("system", "identity", "cubbyhole", "token");

    private final Mounts mounts;
    private final MountSight sight;
    private final List<Endpoint> whileSealed;
    private final String version;

    /** @param whileSealed endpoints of {@code sys/} that answer beside the mounts */
    public OpenApiEndpoints(Mounts mounts, MountSight sight, List<Endpoint> whileSealed, String version) {
        this.mounts = mounts;
        this.sight = sight;
        this.whileSealed = List.copyOf(whileSealed);
        this.version = version;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("internal/specs/openapi", "The API of this server, as far as the caller reaches.")
                .access(Access.PUBLIC)
                .field("generic_mount_paths", Field.flag(false, "Name mounts by a parameter in place of their path."))
                .on(Operation.READ, this::document)
                .on(Operation.UPDATE, this::document)
                .build());
    }

    private Response document(Exchange exchange) {
        boolean anywhere = exchange.fields().flag("generic_mount_paths");
        Optional<Rights> held = sight.rights(exchange.request());
        OpenApi api = new OpenApi(version);
        for (MountEntry entry : mounts.entries()) {
            if (sight.shows(held, entry)) {
                add(api, entry, anywhere && !FIXED.contains(entry.type()));
            }
        }
        return Response.plain(api.document());
    }

    private void add(OpenApi api, MountEntry entry, boolean anywhere) {
        boolean system = entry.type().equals("system");
        String tag = entry.auth() ? "auth" : system ? "system" : "secrets";
        List<Endpoint> endpoints = mounts.existing(entry.path()).endpoints().endpoints();
        if (system) {
            api.add(entry.path(), tag, whileSealed);
        }
        if (anywhere) {
            api.addAnywhere(entry.path(), tag, endpoints);
        } else {
            api.add(entry.path(), tag, endpoints);
        }
    }
}
