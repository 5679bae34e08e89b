package io.casemate.sys;

import io.casemate.core.lease.LeaseBook;
import io.casemate.core.lease.LeaseBook.Shown;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.engine.Field;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.policy.Policies;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code sys/leases/*}, and {@code sys/renew} and {@code sys/revoke*} as older clients know them. */
public final class LeaseEndpoints {
    private static final int ACCEPTED = 202;
    private static final String ID = "lease_id";
    private static final String IN_PATH = "url_lease_id";
    private static final Field ID_FIELD = Field.string("The lease's id.");
    private static final Field SYNC = Field.flag(false, "Answer when it is done, not when it is noted.");

    private static final int DUE = 10_000;

    private final LeaseBook book;
    private final Policies policies;

    /** Serves {@code book}. */
    public LeaseEndpoints(LeaseBook book, Policies policies) {
        this.book = book;
        this.policies = policies;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return Stream.of(
                        looking(),
                        List.of(tidy()),
                        acting("leases/renew", "leases/revoke", "leases/revoke-prefix", "leases/revoke-force"),
                        acting("renew", "revoke", "revoke-prefix", "revoke-force"))
                .flatMap(List::stream)
                .toList();
    }

    private List<Endpoint> looking() {
        return List.of(
                Endpoint.at("leases/lookup", "Shows a lease, or lists where there are leases.")
                        .field(ID, ID_FIELD)
                        .fields(Paging.FIELDS)
                        .on(Operation.UPDATE, this::lookup)
                        .on(Operation.LIST, this::listAll)
                        .build(),
                Endpoint.at("leases/lookup/{prefix...}", "Lists the leases below a prefix.")
                        .fields(Paging.FIELDS)
                        .access(Access.SUDO)
                        .on(Operation.LIST, exchange -> list(exchange, folder(exchange)))
                        .build());
    }

    private List<Endpoint> acting(String renew, String revoke, String prefix, String force) {
        return List.of(
                renewing(renew),
                renewing(renew + "/{" + IN_PATH + "...}"),
                revoking(revoke),
                revoking(revoke + "/{" + IN_PATH + "...}"),
                sudo(prefix + "/{prefix...}", "Ends all leases below a prefix.", this::revokePrefix),
                sudo(
                        force + "/{prefix...}",
                        "Ends all leases below a prefix, and forgets what cannot be ended.",
                        this::force));
    }

    private Endpoint renewing(String pattern) {
        return at(pattern, "Prolongs a lease.")
                .field("increment", Field.duration("Wished life from now."))
                .on(Operation.UPDATE, this::renew)
                .build();
    }

    private Endpoint revoking(String pattern) {
        return at(pattern, "Ends a lease.")
                .field("sync", SYNC)
                .on(Operation.UPDATE, this::revoke)
                .build();
    }

    private static Endpoint.Builder at(String pattern, String synopsis) {
        Endpoint.Builder builder = Endpoint.at(pattern, synopsis).field(ID, ID_FIELD);
        return builder.field(IN_PATH, Field.string("The same, as part of the path."));
    }

    private static Endpoint sudo(String pattern, String synopsis, Handler handler) {
        return Endpoint.at(pattern, synopsis)
                .field("prefix", Field.string("The first part of ids, up to a slash; or one whole id."))
                .field("sync", Field.flag(true, "Answer when it is done, not when it is noted."))
                .access(Access.SUDO)
                .on(Operation.UPDATE, handler)
                .build();
    }

    private Endpoint tidy() {
        return Endpoint.at("leases/tidy", "Ends at once what is due to end.")
                .on(Operation.UPDATE, exchange -> {
                    Thread.ofVirtual().name("casemate-lease-tidy").start(() -> book.sweep(DUE));
                    return Response.none()
                            .warning("Tidy operation successfully started. Any information from the operation will be"
                                    + " printed to the server logs.")
                            .status(ACCEPTED);
                })
                .build();
    }

    private Response lookup(Exchange exchange) {
        String id = exchange.fields().string(ID);
        if (id.isEmpty()) {
            throw missing();
        }
        Shown lease = book.find(id).orElseThrow(() -> Fault.badRequest("invalid lease"));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("id", lease.id());
        data.put("path", lease.path());
        data.put("issue_time", lease.issued().toString());
        data.put("expire_time", lease.expires().toString());
        data.put("last_renewal", lease.renewed().map(Instant::toString).orElse(null));
        data.put("renewable", lease.renewable());
        data.put("ttl", lease.left().toSeconds());
        if (!lease.error().isEmpty()) {
            data.put("revoke_error", lease.error());
        }
        return Response.of(data);
    }

    /** The list needs what the lists below it need. */
    private Response listAll(Exchange exchange) {
        if (!policies.sudo(exchange.caller().rights(), "sys/leases/lookup/")) {
            throw new Fault.PermissionDenied().asException();
        }
        return list(exchange, "");
    }

    private Response list(Exchange exchange, String folder) {
        Paging paging = Paging.of(exchange.fields());
        return Response.keys(paging.whole(book.names(folder, paging.after(), paging.limit())));
    }

    private Response renew(Exchange exchange) {
        return Response.none().leased(book.renew(id(exchange), exchange.fields().duration("increment")));
    }

    private Response revoke(Exchange exchange) {
        if (exchange.fields().flag("sync")) {
            book.revoke(id(exchange));
            return Response.none();
        }
        book.revokeSoon(id(exchange));
        return Response.none().status(ACCEPTED);
    }

    private Response revokePrefix(Exchange exchange) {
        if (exchange.fields().flag("sync")) {
            book.revokePrefix(exchange.fields().string("prefix"));
            return Response.none();
        }
        book.revokePrefixSoon(exchange.fields().string("prefix"));
        return Response.none().status(ACCEPTED);
    }

    private Response force(Exchange exchange) {
        book.forcePrefix(exchange.fields().string("prefix"));
        return Response.none();
    }

    private static String id(Exchange exchange) {
        String id = exchange.fields().string(ID);
        String found = id.isEmpty() ? exchange.fields().string(IN_PATH) : id;
        if (found.isEmpty()) {
            throw missing();
        }
        return found;
    }

    private static String folder(Exchange exchange) {
        String prefix = exchange.fields().string("prefix");
        return prefix.endsWith("/") ? prefix : prefix + "/";
    }

    private static FaultException missing() {
        return Fault.badRequest("lease_id must be specified");
    }
}
