package io.casemate.engine.kv;

import static io.casemate.engine.kv.KvPaths.PATH;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@code data/} and {@code subkeys/}: the secrets themselves. */
final class DataEndpoints {
    /** Rounds of read, merge and write before a PATCH gives way; each lost round means that another writer won. */
    private static final int PATCH_ROUNDS = 100;

    private final VersionStore store;

    DataEndpoints(VersionStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(data(), subkeys());
    }

    private Endpoint data() {
        return Endpoint.at("data/{path...}", "Writes, patches, reads and deletes the current version of a secret.")
                .field(PATH, Field.string("Where the secret is."))
                .field("version", Field.integer(0, "Version to read; 0 for the current one."))
                .field("data", Field.map("The secret: any JSON object. For PATCH, what to merge into it (RFC 7396)."))
                .field("options", Field.map("cas: number of the version that the write must find, 0 for none."))
                .exists(exchange -> store.metadata(KvPaths.secret(exchange)).isPresent())
                .on(Operation.READ, exchange -> read(exchange, "data", Function.identity()))
                .on(Operation.UPDATE, this::write)
                .on(Operation.PATCH, this::patch)
                .on(Operation.DELETE, this::delete)
                .build();
    }

    private Endpoint subkeys() {
        return Endpoint.at("subkeys/{path...}", "Shows the names in a secret without their values.")
                .field(PATH, Field.string("Where the secret is."))
                .field("version", Field.integer(0, "Version to read; 0 for the current one."))
                .field("depth", Field.integer(0, "Levels to show; 0 for all."))
                .on(Operation.READ, this::subkeys)
                .build();
    }

    private Response subkeys(Exchange exchange) {
        long depth = exchange.fields().integer("depth");
        if (depth < 0) {
            throw Fault.badRequest("field 'depth': expected 0 or more");
        }
        return read(exchange, "subkeys", data -> Subkeys.of(data, depth));
    }

    private Response read(Exchange exchange, String member, Function<Map<String, Object>, Map<String, Object>> view) {
        long number = exchange.fields().integer("version");
        if (number < 0) {
            throw Fault.badRequest("field 'version': expected 0 or more");
        }
        Version version = store.read(KvPaths.secret(exchange), number).orElseThrow(Fault::notFound);
        return shown(version, member, version.data().map(view));
    }

    /** The version with its data; 404, but with all that is known, when the data is deleted or destroyed. */
    private static Response shown(Version version, String member, Optional<Map<String, Object>> data) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put(member, data.orElse(null));
        shown.put("metadata", version.shown());
        return data.isPresent() ? Response.of(shown) : Response.of(shown).status(404);
    }

    private Response write(Exchange exchange) {
        String path = KvPaths.secret(exchange);
        byte[] json = Json.bytes(sent(exchange));
        CheckAndSet cas = CheckAndSet.of(exchange.fields().map("options"));
        return Response.of(store.write(path, json, cas).orElseThrow().shown());
    }

    private Response patch(Exchange exchange) {
        String path = KvPaths.secret(exchange);
        Map<String, Object> patch = sent(exchange);
        CheckAndSet cas = CheckAndSet.of(exchange.fields().map("options"));
        for (int round = 0; round < PATCH_ROUNDS; round++) {
            Version before = store.read(path, 0).orElseThrow(Fault::notFound);
            Optional<Map<String, Object>> data = before.data();
            if (data.isEmpty()) {
                return shown(before, "data", data);
            }
            byte[] json = Json.bytes(MergePatch.apply(data.get(), patch));
            Optional<Version> written =
                    store.write(path, json, (found, mount) -> cas.admits(found, mount) && before.isCurrent(found));
            if (written.isPresent()) {
                return Response.of(written.get().shown());
            }
        }
        throw new Fault.Unavailable("too many writers at once on this secret", Duration.ofSeconds(1)).asException();
    }

    private Response delete(Exchange exchange) {
        store.change(KvPaths.secret(exchange), VersionStore.Change.DELETE, metadata -> List.of(metadata.current()));
        return Response.none();
    }

    private static Map<String, Object> sent(Exchange exchange) {
        if (!exchange.fields().has("data")) {
            throw Fault.badRequest("no data provided: the body must be an object with a member 'data'");
        }
        return exchange.fields().map("data");
    }
}
