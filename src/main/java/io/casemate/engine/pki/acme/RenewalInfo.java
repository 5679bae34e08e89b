package io.casemate.engine.pki.acme;

import io.casemate.engine.Endpoint;
import io.casemate.engine.pki.acme.store.AcmeStore.Changes;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.engine.pki.acme.store.Order;
import io.casemate.engine.pki.acme.store.Owner;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Response;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;

/** When to renew (RFC 9773): a window in the last third of a certificate's life, or at once when it is revoked. */
final class RenewalInfo {
    private static final int LONGEST_ID = 200;
    private static final int LONGEST_SERIAL = 21;

    private final RequestVerifier verifier;
    private final MountServices services;

    RenewalInfo(RequestVerifier verifier, MountServices services) {
        this.verifier = verifier;
        this.services = services;
    }

    Endpoint endpoint(String prefix) {
        return verifier.get(
                prefix,
                "renewal-info/{certificate}",
                "When a certificate should be renewed.",
                incoming -> window(incoming.fields().string("certificate")));
    }

    /**
     * Marks the certificate that {@code order} replaces, if it says so.
     *
     * @throws Problem when it is not this account's, shares no identifier, or has another successor that may still come
     */
    void succeed(Changes changes, String account, Order order) {
        if (order.replaces().isEmpty()) {
            return;
        }
        String serial = serial(named(order.replaces())
                .orElseThrow(() -> ProblemType.MALFORMED.because("'replaces' names no certificate of this server")));
        Owner owner = changes.owner(serial)
                .filter(each -> each.account().equals(account))
                .orElseThrow(
                        () -> ProblemType.UNAUTHORIZED.because("'replaces' names a certificate of another account"));
        boolean shares = changes.order(account, owner.order())
                .filter(old -> old.identifiers().stream()
                        .map(Identifier::canonical)
                        .anyMatch(name -> order.identifiers().stream()
                                .anyMatch(each -> each.canonical().equals(name))))
                .isPresent();
        if (!shares) {
            throw ProblemType.MALFORMED.because(
                    "'replaces' names a certificate that shares no identifier with the order");
        }
        boolean taken = !owner.successor().isEmpty()
                && changes.order(account, owner.successor())
                        .filter(other -> OrderStatus.of(id -> changes.authorization(account, id), other, services.now())
                                != OrderStatus.INVALID)
                        .isPresent();
        if (taken) {
            throw ProblemType.ALREADY_REPLACED.because("another order replaces this certificate");
        }
        changes.put(serial, owner.succeeded(order.id()));
    }

    private Response window(String id) {
        Kept kept = named(id).orElseThrow(() -> ProblemType.MALFORMED.because(404, "there is no such certificate"));
        Certificate certificate = Certificate.getInstance(kept.der());
        Instant begin = certificate.getStartDate().getDate().toInstant();
        Instant end = certificate.getEndDate().getDate().toInstant();
        Duration life = Duration.between(begin, end);
        boolean revoked =
                services.revocations().get(kept.issuer(), serial(kept)).isPresent();
        Instant from = revoked ? services.now().minus(Duration.ofHours(1)) : end.minus(life.dividedBy(3));
        Instant to = revoked ? services.now().minusSeconds(1) : end.minus(life.dividedBy(6));
        Map<String, Object> window = new LinkedHashMap<>();
        window.put("start", from.toString());
        window.put("end", to.toString());
        return Response.plain(Map.of("suggestedWindow", window))
                .header("Retry-After", Long.toString(Lifetimes.RENEWAL_POLL.toSeconds()));
    }

    /** The certificate of an ARI id: its issuer's key identifier and its serial number (RFC 9773 section 4.1). */
    private Optional<Kept> named(String id) {
        int dot = id.indexOf('.');
        if (id.length() > LONGEST_ID || dot < 0) {
            throw ProblemType.MALFORMED.because("a certificate is named by two parts with a dot between them");
        }
        byte[] issuer = FlattenedJws.bytes("the key identifier", id.substring(0, dot));
        byte[] number = FlattenedJws.bytes("the serial number", id.substring(dot + 1));
        if (number.length == 0 || number.length > LONGEST_SERIAL || number[0] < 0) {
            return Optional.empty();
        }
        return services.certificates()
                .get(Ids.hex(new BigInteger(number)))
                .filter(kept -> issuedBy(Certificate.getInstance(kept.der()), issuer));
    }

    private static boolean issuedBy(Certificate certificate, byte[] keyId) {
        AuthorityKeyIdentifier authority = AuthorityKeyIdentifier.fromExtensions(
                certificate.getTBSCertificate().getExtensions());
        return authority != null && Arrays.equals(keyId, authority.getKeyIdentifierOctets());
    }

    private static String serial(Kept kept) {
        return Ids.hex(Certificate.getInstance(kept.der()).getSerialNumber().getValue());
    }
}
