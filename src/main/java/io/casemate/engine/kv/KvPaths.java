package io.casemate.engine.kv;

import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;

/** What of a request's path and paging every kv endpoint reads alike. */
final class KvPaths {
    /** Name of the parameter that catches a secret's path. */
    static final String PATH = "path";

    /** Paging of a LIST. Of any kind, because version 1 takes members of these names as data too. */
    static final Map<String, Field> PAGING =
            Map.of("after", Field.any("List names after this one."), "limit", Field.any("List at most so many names."));

    private KvPaths() {}

    /** The secret's path; a write to a folder is refused, because nobody can tell what was meant. */
    static String secret(Exchange exchange) {
        String path = exchange.fields().string(PATH);
        Operation operation = exchange.request().operation();
        boolean write = operation == Operation.CREATE || operation == Operation.UPDATE || operation == Operation.PATCH;
        if (write && path.endsWith("/")) {
            throw Fault.badRequest("cannot write to a path ending in '/'");
        }
        return path;
    }

    /** A path as a folder: empty for the root, else with one slash at its end. */
    static String folder(String path) {
        return path.isEmpty() || path.endsWith("/") ? path : path + "/";
    }

    /** The names after {@code after}, at most {@code limit} (0 or less for all), or an empty 404. */
    static Response listed(Exchange exchange, Lister lister) {
        Object after = exchange.fields().any("after");
        return Response.keys(lister.names(
                after == null ? "" : after.toString(), limit(exchange.fields().any("limit"))));
    }

    private static int limit(Object sent) {
        try {
            long limit = sent == null ? 0 : Long.parseLong(sent.toString().strip());
            return limit <= 0 || limit > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) limit;
        } catch (NumberFormatException e) {
            throw new Fault.BadRequest(List.of("field 'limit': expected a whole number")).causedBy(e);
        }
    }

    /** Names in a folder, a page at a time. */
    @FunctionalInterface
    interface Lister {
        List<String> names(String after, int limit);
    }
}
