package io.casemate.engine.pki.acme;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.RequestVerifier.By;
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

    private final RequestVerifier verifier;
    private final AcmeStore store;
    private final MountServices services;
    private final OrderFinalizer finalizer;
    private final RenewalInfo renewals;
    private final AccountLimits limits;
    private final ChallengeValidator validator;

    OrderEndpoints(
            RequestVerifier verifier,
            AcmeStore store,
            MountServices services,
            OrderFinalizer finalizer,
            RenewalInfo renewals,
            AccountLimits limits,
            ChallengeValidator validator) {
        this.limits = limits;
        this.validator = validator;
        this.verifier = verifier;
        this.store = store;
        this.services = services;
        this.finalizer = finalizer;
        this.renewals = renewals;
    }

    List<Endpoint> endpoints(String prefix) {
        return List.of(
                verifier.post(prefix, "new-order", "Places an order.", By.ACCOUNT, this::place),
                verifier.post(prefix, "order/{id}", "Reads an order.", By.ACCOUNT, this::read),
                verifier.post(prefix, "order/{id}/finalize", "Sends the CSR of an order.", By.ACCOUNT, this::finish),
                verifier.post(
                        prefix, "order/{id}/cert", "Fetches an order's certificate.", By.ACCOUNT, this::certificate));
    }

    private Response place(Signed signed) {
        AcmeRequest incoming = signed.incoming();
        Map<String, Object> wanted = signed.demands();
        IssuancePolicy policy = incoming.policy().get();
        List<Identifier> identifiers = Identifiers.of(wanted.get("identifiers"), policy.role());
        if (wanted.get("notBefore") != null) {
            throw ProblemType.MALFORMED.because("'notBefore' cannot be chosen: certificates begin when they are made");
        }
        String notAfter = end(policy, wanted.get("notAfter"));
        String account = signed.owner().id();
        limits.requireRoom(account, incoming.settings());
        String id = Ids.uuid(services.context().random()).toString();
        Instant expires = services.now().plus(Lifetimes.ORDER);
        List<Authorization> authorizations = identifiers.stream()
                .map(each -> store.before(account, each)
                        .filter(proven -> proven.holds(services.now()))
                        .orElseGet(() -> AuthorizationEndpoints.fresh(each, expires, services)))
                .toList();
        Order order = new Order(
                id,
                identifiers,
                authorizations.stream().map(Authorization::id).toList(),
                notAfter,
                Objects.toString(wanted.get("replaces"), ""),
                services.now(),
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
        return shown(incoming, account, order).status(201);
    }

    /** The end that is wished for, where role and issuer allow it. */
    private String end(IssuancePolicy policy, Object sent) {
        String wished = moment(sent);
        if (!wished.isEmpty()) {
            finalizer.requireLife(policy, wished);
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
            throw ProblemType.MALFORMED
                    .because("'notAfter' must be a time in UTC, such as 2030-01-31T12:00:00Z")
                    .causedBy(e);
        }
    }

    private Response read(Signed signed) {
        validator.resume();
        signed.mustRead();
        String account = signed.owner().id();
        return shown(signed.incoming(), account, own(signed));
    }

    private Response finish(Signed signed) {
        Order order = own(signed);
        Order done = finalizer.finish(signed, order);
        return shown(signed.incoming(), signed.owner().id(), done);
    }

    private Order own(Signed signed) {
        return store.order(signed.owner().id(), signed.incoming().id("id"))
                .orElseThrow(() -> ProblemType.MALFORMED.because(404, "this account has no such order"));
    }

    private Response shown(AcmeRequest incoming, String account, Order order) {
        OrderStatus status = OrderStatus.of(store, account, order, services.now());
        String url = incoming.url("order/" + order.id());
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", status.word());
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
                        .map(id -> incoming.url("authorization/" + id))
                        .toList());
        members.put("finalize", url + "/finalize");
        if (status == OrderStatus.VALID) {
            members.put("certificate", url + "/cert");
        }
        if (status == OrderStatus.INVALID) {
            members.put(
                    "error",
                    Problem.document(
                            ProblemType.UNAUTHORIZED.urn(), 403, "the order has expired, or a challenge was failed"));
        }
        Response response = Response.plain(members).header("Location", url);
        return status == OrderStatus.PENDING
                ? response.header("Retry-After", Long.toString(Lifetimes.POLL.toSeconds()))
                : response;
    }

    /** The certificate and those above it; a root only when it is the issuer, because clients expect two certificates. */
    private Response certificate(Signed signed) {
        signed.mustRead();
        Order order = own(signed);
        if (!order.valid()) {
            throw ProblemType.ORDER_NOT_READY.because("there is no certificate yet");
        }
        Kept kept = services.certificates()
                .get(order.serial())
                .orElseThrow(() -> Fault.notFound("the certificate was tidied away"));
        List<String> chain = new ArrayList<>(List.of(Pem.encode("CERTIFICATE", kept.der())));
        services.issuers()
                .byId(kept.issuer().toString())
                .ifPresent(issuer -> services.issuers().chain(issuer).stream()
                        .filter(each -> each.id().equals(issuer.id()) || !each.selfIssued())
                        .map(Issuer::pem)
                        .forEach(chain::add));
        return Response.raw(CHAIN, (String.join("\n", chain) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
}
