package io.casemate.engine.pki;

import io.casemate.engine.SecretsEngine.Leased;
import io.casemate.engine.pki.issue.Leaf;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.kernel.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Certificates of roles with {@code generate_lease}: a lease as long as the certificate, whose end revokes it. */
final class CertificateLeases {
    private static final String SERIAL = "serial";
    private static final String ISSUER = "issuer";
    private static final String DER = "der";

    private final Authority authority;

    CertificateLeases(Authority authority) {
        this.authority = authority;
    }

    /** What a new certificate is leased for; nothing for other roles. */
    Lease of(Role role, Leaf.Issued issued) {
        if (!role.flag("generate_lease")) {
            return Lease.NONE;
        }
        Map<String, String> kept = new LinkedHashMap<>();
        kept.put(SERIAL, issued.signed().serial());
        if (role.flag("no_store")) {
            kept.put(ISSUER, issued.issuer().id().toString());
            kept.put(DER, Base64.getEncoder().encodeToString(issued.signed().der()));
        }
        Duration left = Duration.between(now(), issued.signed().notAfter());
        Duration ttl = left.isPositive() ? left : Duration.ofSeconds(1);
        return new Lease.Terms(ttl, Duration.ZERO, false, kept);
    }

    /** Revokes the certificate of a lease. One that has ended by itself, or was tidied away since, needs nothing. */
    void revoke(Leased lease) {
        String serial = lease.kept().get(SERIAL);
        Optional<Kept> certificate = Optional.ofNullable(lease.kept().get(DER))
                .map(der -> new Kept(
                        UUID.fromString(lease.kept().get(ISSUER)),
                        Base64.getDecoder().decode(der)))
                .or(() -> authority.certificates().get(serial));
        certificate.ifPresent(kept -> new Revoker(authority).revoke(kept, (byte) 0));
    }

    private Instant now() {
        return authority.context().clock().instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
