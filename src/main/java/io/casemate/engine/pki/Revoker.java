package io.casemate.engine.pki;

import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.bouncycastle.asn1.x509.Certificate;

/** The act of revoking, whoever asked for it: two small records, whatever the number of those before them. */
final class Revoker {
    private final Authority authority;

    Revoker(Authority authority) {
        this.authority = authority;
    }

    /**
     * Revokes a certificate; when it was revoked before, that counts. Empty when it has ended: CRLs have no place for it.
     *
     * @param reason CRLReason, RFC 5280 5.3.1
     */
    Optional<Revocation> revoke(Kept kept, byte reason) {
        Certificate certificate = Certificate.getInstance(kept.der());
        String serial = Ids.hex(certificate.getSerialNumber().getValue());
        authority.issuers().byCertificate(kept.der()).ifPresent(issuer -> {
            throw Fault.badRequest("adding issuer (id: " + issuer.id() + ") to its own CRL is not allowed: POST issuer/"
                    + issuer.id() + "/revoke, which ends its issuing too");
        });
        Instant now = authority.context().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = certificate.getEndDate().getDate().toInstant();
        if (!end.isAfter(now)) {
            return Optional.empty();
        }
        return Optional.of(authority.context().storage().transact(editor -> {
            if (!Certificates.has(editor, serial)) {
                Certificates.put(editor, serial, kept);
            }
            return Revocations.add(editor, kept.issuer(), serial, new Revocation(now, end, reason));
        }));
    }
}
