package io.casemate.engine.kv;

import io.casemate.barrier.View;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;

/** What of a request's path and paging every kv endpoint reads alike. */
final class KvPaths {
    /** Name of the parameter that catches a secret's path. */
    static final String PATH = "path";

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

    /**
     * The names of a LIST or SCAN as its paging wants them, or an empty 404.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when they are too many for one answer
     */
    static Response listed(Exchange exchange, Lister lister) {
        return Response.keys(names(exchange, Paging.MOST, lister));
    }

    /** The names alone, at most {@code most}. */
    static List<String> names(Exchange exchange, int most, Lister lister) {
        Paging paging = Paging.of(exchange.fields(), most);
        return paging.whole(lister.names(paging.after(), paging.limit()));
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
