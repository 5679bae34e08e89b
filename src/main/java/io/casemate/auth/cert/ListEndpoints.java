package io.casemate.auth.cert;

import io.casemate.auth.Outbound;
import io.casemate.auth.RoleName;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code crls*}: revocation lists. */
final class ListEndpoints {
    private final RevocationLists lists;

    ListEndpoints(RevocationLists lists) {
        this.lists = lists;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("crls", "Lists the revocation lists.")
                        .on(Operation.LIST, exchange -> Response.keys(lists.names()))
                        .build(),
                Endpoint.at("crls/{name}", "Shows, sets or deletes a revocation list.")
                        .field("name", Field.string("The list's name; its case does not matter."))
                        .field("crl", Field.string("The list, PEM; it holds until it is replaced or deleted."))
                        .field("url", Field.string("Where to fetch it, now and again before it expires."))
                        .on(Operation.READ, this::read)
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private Response read(Exchange exchange) {
        RevocationList list = lists.find(name(exchange)).orElseThrow(() -> missing(exchange));
        Map<String, Object> cdp = new LinkedHashMap<>();
        cdp.put("url", list.url());
        cdp.put("valid_until", list.nextUpdate().map(Object::toString).orElse(""));
        Map<String, Object> serials = new LinkedHashMap<>();
        list.serials().texts().forEach(serial -> serials.put(serial, Map.of()));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("cdp", list.uploaded() ? null : cdp);
        shown.put("serials", serials);
        shown.put("issuer", list.issuer().getName());
        shown.put("fetched", list.fetched().toString());
        shown.put("this_update", list.thisUpdate().toString());
        shown.put("next_update", list.nextUpdate().map(Object::toString).orElse(""));
        return Response.of(shown);
    }

    private Response write(Exchange exchange) {
        String name = RoleName.check(name(exchange));
        String crl = exchange.fields().string("crl");
        String url = exchange.fields().string("url");
        if (crl.isBlank() == url.isBlank()) {
            throw Fault.badRequest("one of 'crl' or 'url' must be provided, and not both");
        }
        if (url.isBlank()) {
            if (crl.length() > 2 * RevocationList.LONGEST) {
                throw new Fault.TooLarge(RevocationList.LONGEST).asException();
            }
            lists.put(name, crl.strip().getBytes(StandardCharsets.ISO_8859_1));
        } else {
            lists.follow(name, Outbound.address("url", url));
        }
        return Response.none();
    }

    private Response delete(Exchange exchange) {
        if (!lists.delete(name(exchange))) {
            throw missing(exchange);
        }
        return Response.none();
    }

    private static RuntimeException missing(Exchange exchange) {
        return Fault.notFound("no such CRL " + name(exchange));
    }

    private static String name(Exchange exchange) {
        return exchange.fields().string("name");
    }
}
