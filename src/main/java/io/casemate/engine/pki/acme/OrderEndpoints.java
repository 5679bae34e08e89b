package io.casemate.engine.pki.acme;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.Door.By;
import io.casemate.engine.pki.acme.Visit.Signed;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.engine.pki.acme.store.Order;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Orders (RFC 8555 section 7.4): placed, looked after, and turned into a certificate. */
final class OrderEndpoints {
    private static final String CHAIN = "application/pem-certificate-chain";

    private final Door door;
    private final AcmeStore store;
    private final Desk desk;
    private final Finishing finishing;
    private final Renewals renewals;
    private final Patience patience;
    private final Looks looks;

    OrderEndpoints(
            Door door,
            AcmeStore store,
            Desk desk,
            Finishing finishing,
            Renewals renewals,
            Patience patience,
            Looks looks) {
        this.patience = patience;
        this.looks = looks;
        this.door = door;
        this.store = store;
        this.desk = desk;
        this.finishing = finishing;
        this.renewals = renewals;
    }

    List<Endpoint> endpoints(String prefix) {
        return List.of(
                door.post(prefix, "new-order", "Places an order.", By.ACCOUNT, this::place),
                door.post(prefix, "order/{id}", "Reads an order.", By.ACCOUNT, this::read),
                door.post(prefix, "order/{id}/finalize", "Sends the CSR of an order.", By.ACCOUNT, this::finish),
                door.post(prefix, "order/{id}/cert", "Fetches an order's certificate.", By.ACCOUNT, this::certificate));
    }

    private Response place(Signed signed) {
        Visit visit = signed.visit();
        Map<String, Object> wanted = signed.demands();
        Ground ground = visit.ground().get();
        List<Identifier> identifiers = Identifiers.of(wanted.get("identifiers"), ground.role());
        if (wanted.get("notBefore") != null) {
            throw Kind.MALFORMED.because("'notBefore' cannot be chosen: certificates begin when they are made");
        }
        String notAfter = end(ground, wanted.get("notAfter"));
        String account = signed.owner().id();
        patience.requireRoom(account, visit.settings());
        String id = Ids.uuid(desk.context().random()).toString();
        Instant expires = desk.now().plus(Lifetimes.ORDER);
        List<Authorization> authorizations = identifiers.stream()
                .map(each -> store.before(account, each)
                        .filter(proven -> proven.holds(desk.now()))
                        .orElseGet(() -> AuthorizationEndpoints.fresh(each, expires, desk)))
                .toList();
        Order order = new Order(
                id,
                identifiers,
                authorizations.stream().map(Authorization::id).toList(),
                notAfter,
                Objects.toString(wanted.get("replaces"), ""),
                desk.now(),
                expires,
                "",
                Instant.EPOCH);
        store.transact(changes -> {
            renewals.succeed(changes, account, order);
            authorizations.stream()
                    .filter(each -> each.status() == Authorization.Status.PENDING)
                    .forEach(each -> changes.put(account, each));
            changes.put(account, order);
            return null;
        });
        return shown(visit, account, order).status(201);
    }

    /** The end that is wished for, where role and issuer allow it. */
    private String end(Ground ground, Object sent) {
        String wished = moment(sent);
        if (!wished.isEmpty()) {
            finishing.requireLife(ground, wished);
        }
        return wished;
    }

    private static String moment(Object sent) {
        if (sent == null) {
            return "";
        }
        try {
            return Instant.parse(sent.toString()).toString();
        } catch (DateTimeParseException e) {
            throw Kind.MALFORMED
                    .because("'notAfter' must be a time in UTC, such as 2030-01-31T12:00:00Z")
                    .causedBy(e);
        }
    }

    private Response read(Signed signed) {
        looks.resume();
        signed.mustRead();
        String account = signed.owner().id();
        return shown(signed.visit(), account, own(signed));
    }

    private Response finish(Signed signed) {
        Order order = own(signed);
        Order done = finishing.finish(signed, order);
        return shown(signed.visit(), signed.owner().id(), done);
    }

    private Order own(Signed signed) {
        return store.order(signed.owner().id(), signed.visit().id("id"))
                .orElseThrow(() -> Kind.MALFORMED.because(404, "this account has no such order"));
    }

    private Response shown(Visit visit, String account, Order order) {
        Standing standing = Standing.of(store, account, order, desk.now());
        String url = visit.url("order/" + order.id());
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", standing.word());
        members.put("expires", order.expires().toString());
        members.put(
                "identifiers",
                order.identifiers().stream().map(Identifier::members).toList());
        if (!order.notAfter().isEmpty()) {
            members.put("notAfter", order.notAfter());
        }
        if (!order.replaces().isEmpty()) {
            members.put("replaces", order.replaces());
        }
        members.put(
                "authorizations",
                order.authorizations().stream()
                        .map(id -> visit.url("authorization/" + id))
                        .toList());
        members.put("finalize", url + "/finalize");
        if (standing == Standing.VALID) {
            members.put("certificate", url + "/cert");
        }
        if (standing == Standing.INVALID) {
            members.put(
                    "error",
                    Problem.document(Kind.UNAUTHORIZED.urn(), 403, "the order has expired, or a challenge was failed"));
        }
        Response response = Response.plain(members).header("Location", url);
        return standing == Standing.PENDING
                ? response.header("Retry-After", Long.toString(Lifetimes.POLL.toSeconds()))
                : response;
    }

    /** The certificate and those above it; a root only when it is the issuer, because clients expect two certificates. */
    private Response certificate(Signed signed) {
        signed.mustRead();
        Order order = own(signed);
        if (!order.valid()) {
            throw Kind.ORDER_NOT_READY.because("there is no certificate yet");
        }
        Kept kept = desk.certificates()
                .get(order.serial())
                .orElseThrow(() -> Fault.notFound("the certificate was tidied away"));
        List<String> chain = new ArrayList<>(List.of(Pem.encode("CERTIFICATE", kept.der())));
        desk.issuers()
                .byId(kept.issuer().toString())
                .ifPresent(issuer -> desk.issuers().chain(issuer).stream()
                        .filter(each -> each.id().equals(issuer.id()) || !each.selfIssued())
                        .map(Issuer::pem)
                        .forEach(chain::add));
        return Response.raw(CHAIN, (String.join("\n", chain) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
