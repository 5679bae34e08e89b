package io.casemate.engine.pki.store;

import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.kernel.FreshCache;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Who is above an issuer, where several have the name that its certificate tells: CAs that were renewed, replaced or cross-signed. */
final class Parents {
    private static final int MOST_REMEMBERED = 256;

    private final Revocations revocations;
    private final InstantSource clock;

    /** Every issuing asks for a path, and a certificate that a key has signed stays signed by it. */
    private final FreshCache<Link, Boolean> signed = new FreshCache<>(MOST_REMEMBERED);

    Parents(Revocations revocations, InstantSource clock) {
        this.revocations = revocations;
        this.clock = clock;
    }

    /** The one that signed it, rather one that is not revoked and has begun, and of those the one that lives longest. */
    Optional<Issuer> best(Issuer child, Stream<Issuer> named) {
        Instant now = clock.instant();
        return named.filter(each -> Fingerprints.mayIssue(each.certificate(), child.certificate()))
                .max(Comparator.comparing((Issuer each) -> signed(each.certificate(), child.certificate()))
                        .thenComparing(each -> revocations.ofIssuer(each.id()).isEmpty())
                        .thenComparing(each -> !now.isBefore(
                                each.certificate().getStartDate().getDate().toInstant()))
                        .thenComparing(each -> each.certificate().getEndDate().getDate()));
    }

    private boolean signed(Certificate parent, Certificate child) {
        return signed.get(
                new Link(parent.getSubjectPublicKeyInfo(), child), _ -> SignatureScheme.verifies(parent, child));
    }

    private record Link(SubjectPublicKeyInfo key, Certificate child) {}
}
