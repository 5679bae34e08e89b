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

/** {@code detailed-metadata/}: lists and scans that tell of each path what {@code metadata/} tells of it, as OpenBao has them. */
final class DetailedMetadata {
    private final VersionStore store;

    DetailedMetadata(VersionStore store) {
        this.store = store;
    }

    List<Endpoint> endpoints() {
        return List.of(listing("detailed-metadata"), listing("detailed-metadata/{path...}"));
    }

    private Endpoint listing(String pattern) {
        return Endpoint.at(pattern, "Lists paths with what is known of them.")
                .field(PATH, Field.string("Where the secrets are."))
                .fields(Paging.BESIDE_DATA)
                .on(Operation.LIST, exchange -> told(exchange, store::names))
                .on(Operation.SCAN, exchange -> told(exchange, store::paths))
                .build();
    }

    private Response told(Exchange exchange, Finder finder) {
        String folder = KvPaths.folder(exchange.fields().string(PATH));
        List<String> names =
                KvPaths.names(exchange, Paging.MOST_DETAILED, (after, limit) -> finder.below(folder, after, limit));
        if (names.isEmpty()) {
            throw Fault.notFound();
        }
        Map<String, Object> info = new LinkedHashMap<>();
        names.forEach(name -> info.put(name, about(folder + name)));
        return Response.of(Map.of("keys", names, "key_info", info));
    }

    /** Nothing of a folder, and of what has just been removed. */
    private Map<String, Object> about(String path) {
        return store.metadata(path)
                .map(metadata -> MetadataEndpoints.shown(store, path, metadata))
                .orElse(Map.of());
    }

    /** Names below a folder, a page at a time. */
    @FunctionalInterface
    private interface Finder {
        List<String> below(String folder, String after, int limit);
    }
}
