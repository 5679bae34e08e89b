package io.casemate.engine.pki.acme;

import io.casemate.crypto.Pem;
import io.casemate.engine.pki.acme.AcmeRequest.Signed;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.AcmeStore.Changes;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.engine.pki.acme.store.Order;
import io.casemate.engine.pki.acme.store.Owner;
import io.casemate.engine.pki.govern.Governor;
import io.casemate.engine.pki.issue.Csr;
import io.casemate.engine.pki.issue.Issuance.Beside;
import io.casemate.engine.pki.issue.Leaf;
import io.casemate.engine.pki.issue.LeafRequest;
import io.casemate.engine.pki.issue.RequestedValidity;
import io.casemate.engine.pki.issue.RoleKeys;
import io.casemate.engine.pki.issue.Validity;
import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.CommonName;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.role.Timestamps;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.asn1.x509.Certificate;

/**
 * Turns an order into its certificate (RFC 8555 section 7.4): by the role, the linter, the journal and the signer of every other
 * certificate. Order and certificate are written in one transaction, so that neither can be without the other.
 */
final class OrderFinalizer {
    private final AcmeStore store;
    private final MountServices services;
    private final CaaCheck caa;
    private final Set<String> under = ConcurrentHashMap.newKeySet();

    OrderFinalizer(AcmeStore store, MountServices services) {
        this.store = store;
        this.services = services;
        this.caa = new CaaCheck(store);
    }

    /**
     * Issues.
     *
     * @return the order with its certificate
     * @throws Problem {@code orderNotReady}, {@code badCSR}
     */
    Order finish(Signed signed, Order order) {
        if (!under.add(order.id())) {
            throw ProblemType.ORDER_NOT_READY.because("the order's certificate is being made");
        }
        try {
            return issued(signed, order.id());
        } finally {
            under.remove(order.id());
        }
    }

    /**
     * Passes an end that an order wishes for: better refused before its names are proven than after.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when role or issuer do not allow it
     */
    void requireLife(IssuancePolicy policy, String notAfter) {
        Validity _ = Validity.of(
                policy.role(),
                life(notAfter),
                policy.issuer(),
                services.context().ttls().get(),
                services.now());
    }

    private static RequestedValidity life(String notAfter) {
        return new RequestedValidity(Optional.empty(), Optional.empty(), Timestamps.optional("notAfter", notAfter));
    }

    private Order issued(Signed signed, String id) {
        String account = signed.owner().id();
        Order order = store.order(account, id)
                .orElseThrow(() -> ProblemType.MALFORMED.because(404, "this account has no such order"));
        OrderStatus status = OrderStatus.of(store, account, order, services.now());
        if (status != OrderStatus.READY) {
            throw ProblemType.ORDER_NOT_READY.because("the order is " + status.word() + ", not ready");
        }
        IssuancePolicy policy = signed.incoming().policy().get();
        services.governor().refuseFrozen();
        try {
            Csr csr = csr(signed, order, policy.role());
            caa.require(signed, order);
            Leaf leaf = leaf(order, csr, policy);
            AtomicReference<Order> done = new AtomicReference<>();
            Beside beside = new Beside(
                    editor -> {}, (editor, der) -> done.set(recorded(new Changes(editor), account, order, der)));
            services.governor()
                    .counted(
                            Governor.counts(
                                    leaf.names(),
                                    policy.role().name(),
                                    policy.issuer().id()),
                            () -> leaf.issue(csr.publicKey(), beside));
            return done.get();
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.QuotaExceeded limit) {
                throw AccountLimits.limited(limit.detail(), limit.retryAfter()).causedBy(e);
            }
            if (e.fault() instanceof Fault.BadRequest(List<String> details)) {
                throw ProblemType.BAD_CSR.because(String.join("; ", details)).causedBy(e);
            }
            throw e;
        }
    }

    private static Order recorded(Changes changes, String account, Order order, byte[] der) {
        Certificate certificate = Certificate.getInstance(der);
        String serial = Ids.hex(certificate.getSerialNumber().getValue());
        Order done = order.issued(serial, certificate.getEndDate().getDate().toInstant());
        changes.put(account, done);
        changes.put(serial, new Owner(account, order.id(), ""));
        return done;
    }

    private static Csr csr(Signed signed, Order order, Role role) {
        if (!(signed.demands().get("csr") instanceof String text) || text.length() > Csr.MAX_LENGTH) {
            throw ProblemType.MALFORMED.because("'csr' must be a request in DER, in base64url");
        }
        Csr csr = Csr.parse(Pem.encode("CERTIFICATE REQUEST", FlattenedJws.bytes("'csr'", text)));
        AltNames ordered = Identifiers.names(order.identifiers(), role.syntax());
        if (!ordered.mails().isEmpty()
                || !ordered.uris().isEmpty()
                || !ordered.others().isEmpty()) {
            throw ProblemType.REJECTED_IDENTIFIER.because("the order names what is neither a DNS name nor an address");
        }
        Optional<AltNames> subject = csr.commonName()
                .map(name -> CommonName.parse(name, role.syntax()).spelt());
        if (subject.filter(AltNames::isEmpty).isPresent()) {
            // Text that is no name is no identifier either, so that nobody has proven it (RFC 8555 section 7.4).
            throw ProblemType.BAD_CSR.because("the common name of the CSR must be one of the names that were ordered");
        }
        AltNames asked = subject.orElse(AltNames.NONE).and(csr.altNames(role.syntax()));
        if (!same(asked, ordered)) {
            throw ProblemType.BAD_CSR.because("the CSR must name what was ordered, all of it and nothing else: "
                    + order.identifiers().stream().map(Identifier::value).toList());
        }
        if (Arrays.equals(csr.publicKey().getEncoded(), signed.owner().key().getEncoded())) {
            throw ProblemType.BAD_CSR.because(
                    "the key of an account is no key for a certificate (RFC 8555 section 11.1)");
        }
        RoleKeys.check(role, csr.publicKey());
        return csr;
    }

    /** Whatever the role takes from a CSR: what is signed names what was proven, all of it and nothing else. */
    private Leaf leaf(Order order, Csr csr, IssuancePolicy policy) {
        Leaf leaf = Leaf.of(
                services.leaf().apply(policy.issuer()),
                policy.role(),
                leafRequest(order, csr),
                Optional.of(csr),
                services.issuers().path(policy.issuer()));
        if (!same(Identifiers.names(order.identifiers(), policy.role().syntax()), leaf.altNames())) {
            throw ProblemType.BAD_CSR.because("the certificate would not name exactly what was ordered");
        }
        return leaf;
    }

    private static boolean same(AltNames these, AltNames those) {
        return these.covers(those) && those.covers(these);
    }

    /** Names as ordered; of the CSR only which of them is the common name. */
    private static LeafRequest leafRequest(Order order, Csr csr) {
        return new LeafRequest(
                csr.commonName(), Identifiers.spelt(order.identifiers()), false, life(order.notAfter()), "", List.of());
    }
}
