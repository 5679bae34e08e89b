package io.casemate.engine.kv;

import static io.casemate.engine.kv.KvPaths.PATH;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code metadata/}: what is known of a path besides its data, and the only place to list paths. */
final class MetadataEndpoints {
    private static final String CUSTOM = "custom_metadata";

    private final VersionStore store;

    MetadataEndpoints(VersionStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("metadata", "Lists the paths at the top.")
                        .fields(Paging.BESIDE_DATA)
                        .on(Operation.LIST, exchange -> list(exchange, ""))
                        .on(Operation.SCAN, exchange -> scan(exchange, ""))
                        .build(),
                Endpoint.at("metadata/{path...}", "Shows, sets or lists what is known of paths; removes them whole.")
                        .field(PATH, Field.string("Where the secret is."))
                        .fields(LimitFields.DECLARED)
                        .field(CUSTOM, Field.any("Up to 64 notes: keys of up to 128 characters, values of up to 512."))
                        .fields(Paging.BESIDE_DATA)
                        .exists(exchange ->
                                store.metadata(KvPaths.secret(exchange)).isPresent())
                        .on(Operation.READ, this::read)
                        .on(
                                Operation.LIST,
                                exchange -> list(exchange, exchange.fields().string(PATH)))
                        .on(
                                Operation.SCAN,
                                exchange -> scan(exchange, exchange.fields().string(PATH)))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.PATCH, this::patch)
                        .on(Operation.DELETE, this::remove)
                        .build());
    }

    private Response list(Exchange exchange, String path) {
        String folder = KvPaths.folder(path);
        return KvPaths.listed(exchange, (after, limit) -> store.names(folder, after, limit));
    }

    private Response scan(Exchange exchange, String path) {
        String folder = KvPaths.folder(path);
        return KvPaths.listed(exchange, (after, limit) -> store.paths(folder, after, limit));
    }

    private Response read(Exchange exchange) {
        String path = KvPaths.secret(exchange);
        return Response.of(shown(store, path, store.metadata(path).orElseThrow(Fault::notFound)));
    }

    /** All that is told of a path. */
    static Map<String, Object> shown(VersionStore store, String path, KeyMetadata metadata) {
        Map<String, Object> versions = new LinkedHashMap<>();
        store.states(path, metadata).forEach((number, state) -> versions.put(number.toString(), state.shown()));
        Map<String, Object> shown = new LinkedHashMap<>(metadata.limits().shown());
        shown.put("created_time", metadata.created().toString());
        shown.put("updated_time", metadata.updated().toString());
        shown.put("current_version", metadata.current());
        shown.put("oldest_version", metadata.oldest());
        shown.put(CUSTOM, metadata.custom().isEmpty() ? null : metadata.custom());
        shown.put("versions", versions);
        return shown;
    }

    private Response write(Exchange exchange) {
        LimitFields.refuseUnserved(exchange); // also where nothing is set that would ask for it
        Map<String, String> custom = CustomMetadata.read(exchange.fields().any(CUSTOM));
        boolean replaces = exchange.fields().has(CUSTOM);
        if (!replaces && !LimitFields.sent(exchange)) {
            return Response.none(); // clients send this for "nothing to set": it makes no path
        }
        store.describe(KvPaths.secret(exchange), (found, now) -> {
            KeyMetadata before = found.orElseGet(() -> KeyMetadata.fresh(now));
            return before.with(LimitFields.over(before.limits(), exchange), replaces ? custom : before.custom(), now);
        });
        return Response.none();
    }

    private Response patch(Exchange exchange) {
        Map<String, Object> sent = exchange.request().data();
        store.describe(KvPaths.secret(exchange), (found, now) -> {
            KeyMetadata before = found.orElseThrow(Fault::notFound);
            Map<String, String> custom = sent.containsKey(CUSTOM)
                    ? CustomMetadata.patched(before.custom(), sent.get(CUSTOM))
                    : before.custom();
            return before.with(LimitFields.patched(before.limits(), exchange), custom, now);
        });
        return Response.none();
    }

    private Response remove(Exchange exchange) {
        store.remove(KvPaths.secret(exchange));
        return Response.none();
    }
}
