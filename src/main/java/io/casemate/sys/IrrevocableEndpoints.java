package io.casemate.sys;

import io.casemate.core.lease.LeaseBook;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.lease.LeaseEntry;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** {@code sys/leases} and {@code sys/leases/count}: leases that the server could not end and has given up on. */
public final class IrrevocableEndpoints {
    private static final int USUAL_LIMIT = 10_000;
    private static final int PAGE = 256;
    private static final Field TYPE = Field.string("Of which leases: irrevocable.");
    private static final Field CHILDREN = Field.flag(false, "Taken for clients; there are no child namespaces.");

    private final LeaseBook book;
    private final Mounts mounts;

    /** Serves {@code book}, and names mounts by their accessors. */
    public IrrevocableEndpoints(LeaseBook book, Mounts mounts) {
        this.book = book;
        this.mounts = mounts;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("leases", "Lists the leases that could not be ended.")
                        .field("type", TYPE)
                        .field("include_child_namespaces", CHILDREN)
                        .field("limit", Field.string("At most so many, or none for all of them; 10000 when absent."))
                        .access(Access.SUDO)
                        .on(Operation.READ, this::list)
                        .build(),
                Endpoint.at("leases/count", "Counts the leases that could not be ended, by mount.")
                        .field("type", TYPE)
                        .field("include_child_namespaces", CHILDREN)
                        .on(Operation.READ, this::count)
                        .build());
    }

    private Response list(Exchange exchange) {
        requireType(exchange);
        int limit = limit(exchange.fields().string("limit"));
        List<Map<String, Object>> leases = new ArrayList<>();
        boolean all = each(limit, entry -> {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("lease_id", entry.id());
            shown.put("mount_id", accessor(entry));
            shown.put("error", entry.ending().error());
            leases.add(shown);
        });
        Response response = Response.of(Map.of("lease_count", (long) leases.size(), "leases", leases));
        return all
                ? response
                : response.warning("There are more than these " + limit + " irrevocable leases; limit=none shows all.");
    }

    private Response count(Exchange exchange) {
        requireType(exchange);
        Map<String, Long> counts = new TreeMap<>();
        each(Integer.MAX_VALUE, entry -> counts.merge(accessor(entry), 1L, Long::sum));
        long total = counts.values().stream().mapToLong(Long::longValue).sum();
        return Response.of(Map.of("lease_count", total, "counts", counts));
    }

    /** Shows at most {@code limit} of them to {@code use}; whether these were all. */
    private boolean each(int limit, Consumer<LeaseEntry> use) {
        int shown = 0;
        List<LeaseEntry> page = book.irrevocable("", PAGE);
        while (!page.isEmpty()) {
            for (LeaseEntry entry : page) {
                if (shown == limit) {
                    return false;
                }
                use.accept(entry);
                shown++;
            }
            page = book.irrevocable(page.getLast().id(), PAGE);
        }
        return true;
    }

    private String accessor(LeaseEntry entry) {
        return mounts.byId(entry.mount())
                .map(Mounted::entry)
                .map(mount -> mount.accessor())
                .orElse("mount-accessor-not-found");
    }

    private static void requireType(Exchange exchange) {
        if (!exchange.fields().string("type").equalsIgnoreCase("irrevocable")) {
            throw Fault.badRequest("give type=irrevocable: the other leases are listed at sys/leases/lookup/<prefix>");
        }
    }

    private static int limit(String sent) {
        if (sent.isEmpty() || sent.equalsIgnoreCase("none")) {
            return sent.isEmpty() ? USUAL_LIMIT : Integer.MAX_VALUE;
        }
        try {
            int limit = Integer.parseInt(sent.strip());
            if (limit > 0) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw Fault.badRequest("limit must be 'none' or a positive integer");
    }
}
