package io.casemate.identity;

import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Answers to LIST: {@code keys}, and {@code key_info} by id. */
final class Listing {
    static final Map<String, Field> PAGING = Map.of(
            "after", Field.string("Lists what comes after this key."),
            "limit", Field.integer(0, "At most this many keys; 0 for all."));

    private final List<String> keys = new ArrayList<>();
    private final Map<String, Object> info = new LinkedHashMap<>();

    /**
     * By id, in the order of ids.
     *
     * @param line of the list for an id; empty for what went meanwhile
     */
    static Response byId(
            IdentityStore store,
            String folder,
            Exchange exchange,
            Function<String, Optional<Map<String, Object>>> line) {
        Listing listing = new Listing();
        int limit = limit(exchange.fields());
        store.each(folder, exchange.fields().string("after"), id -> {
            line.apply(id).ifPresent(shown -> listing.add(id, id, shown));
            return listing.keys.size() < limit;
        });
        return listing.response();
    }

    /** By name, in the order of names. All records are read: names are stored where no order shows. */
    static Response byName(
            IdentityStore store,
            String folder,
            Exchange exchange,
            Function<String, Optional<Map<String, Object>>> line) {
        Map<String, String> idOf = new java.util.TreeMap<>();
        Map<String, Map<String, Object>> lineOf = new LinkedHashMap<>();
        store.each(folder, "", id -> {
            line.apply(id).ifPresent(shown -> {
                idOf.put((String) shown.get("name"), id);
                lineOf.put(id, shown);
            });
            return true;
        });
        Listing listing = new Listing();
        String after = exchange.fields().string("after");
        idOf.entrySet().stream()
                .filter(each -> each.getKey().compareTo(after) > 0)
                .limit(limit(exchange.fields()))
                .forEach(each -> listing.add(each.getKey(), each.getValue(), lineOf.get(each.getValue())));
        return listing.response();
    }

    private static int limit(Fields fields) {
        long limit = fields.integer("limit");
        return limit <= 0 || limit > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) limit;
    }

    private void add(String key, String id, Map<String, Object> line) {
        keys.add(key);
        info.put(id, line);
    }

    private Response response() {
        if (keys.isEmpty()) {
            throw Fault.notFound();
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("keys", keys);
        data.put("key_info", info);
        return Response.of(data);
    }
}
