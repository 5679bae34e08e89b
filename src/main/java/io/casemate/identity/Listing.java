package io.casemate.identity;

import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Answers to LIST: {@code keys}, and {@code key_info} by id, of at most {@link Paging#MOST_DETAILED}. */
final class Listing {
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
        Paging paging = paging(exchange);
        Listing listing = new Listing();
        store.each(folder, paging.after(), id -> {
            line.apply(id).ifPresent(shown -> listing.add(id, id, shown));
            return listing.keys.size() < paging.limit();
        });
        return listing.response(paging);
    }

    /**
     * By name, in the order of names. All records are read: names are stored where no order shows. No more are held than are answered.
     */
    static Response byName(
            IdentityStore store,
            String folder,
            Exchange exchange,
            Function<String, Optional<Map<String, Object>>> line) {
        Paging paging = paging(exchange);
        NavigableMap<String, Named> first = new TreeMap<>();
        store.each(folder, "", id -> {
            line.apply(id)
                    .map(shown -> new Named(id, shown))
                    .filter(each -> each.name().compareTo(paging.after()) > 0)
                    .ifPresent(each -> first.put(each.name(), each));
            if (first.size() > paging.limit()) {
                first.pollLastEntry();
            }
            return true;
        });
        Listing listing = new Listing();
        first.forEach((name, each) -> listing.add(name, each.id(), each.line()));
        return listing.response(paging);
    }

    private record Named(String id, Map<String, Object> line) {
        String name() {
            return (String) line.get("name");
        }
    }

    private static Paging paging(Exchange exchange) {
        return Paging.of(exchange.fields(), Paging.MOST_DETAILED);
    }

    private void add(String key, String id, Map<String, Object> line) {
        keys.add(key);
        info.put(id, line);
    }

    private Response response(Paging paging) {
        if (paging.whole(keys).isEmpty()) {
            throw Fault.notFound();
        }
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("keys", keys);
        data.put("key_info", info);
        return Response.of(data);
    }
}
