package io.casemate.engine.kv;

import io.casemate.barrier.View;
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

    /** Paging of a LIST or SCAN. Of any kind, because version 1 takes members of these names as data too. */
    static final Map<String, Field> PAGING =
            Map.of("after", Field.any("List names after this one."), "limit", Field.any("List at most so many names."));

    /** Names that a scan answers at once: some ten megabytes. */
    static final int MOST_SCANNED = 100_000;

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
        return Response.keys(page(exchange, Integer.MAX_VALUE, lister));
    }

    /** The same for a scan, which can find far more: {@link #MOST_SCANNED} names at most. */
    static Response scanned(Exchange exchange, Lister lister) {
        return Response.keys(bounded(exchange, MOST_SCANNED, lister));
    }

    /**
     * The names alone.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when they are more than {@code most}
     */
    static List<String> bounded(Exchange exchange, int most, Lister lister) {
        List<String> names = page(exchange, most + 1, lister);
        if (names.size() > most) {
            throw Fault.badRequest("there are more than " + most + " names: ask with limit=" + most
                    + " or less, and again with after=<the last name>");
        }
        return names;
    }

    private static List<String> page(Exchange exchange, int most, Lister lister) {
        Object after = exchange.fields().any("after");
        int limit = limit(exchange.fields().any("limit"));
        return lister.names(after == null ? "" : after.toString(), Math.min(limit, most));
    }

    private static int limit(Object sent) {
        try {
            String text = sent == null ? "" : sent.toString().strip();
            long limit = text.isEmpty() ? 0 : Long.parseLong(text);
            return limit <= 0 || limit > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) limit;
        } catch (NumberFormatException e) {
            throw new Fault.BadRequest(List.of("field 'limit': expected a whole number")).causedBy(e);
        }
    }

    /** A page of all that lies below {@code folder} of {@code view}, relative to it. */
    static List<String> below(View view, String folder, String after, int limit) {
        return view.list(folder, after.isEmpty() ? "" : folder + after, limit).stream()
                .map(key -> key.substring(folder.length()))
                .toList();
    }

    /** Names in a folder, a page at a time. */
    @FunctionalInterface
    interface Lister {
        List<String> names(String after, int limit);
    }
}
