package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.crl.CrlDraft.Entries;
import io.casemate.engine.pki.crl.CrlDraft.Frame;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;

/** Signs CRLs whose content comes from the caller. */
public final class ForeignCrls {
    private final RevocationSigner signer;
    private final InstantSource clock;

    /** Signs with {@code signer}. */
    public ForeignCrls(RevocationSigner signer, InstantSource clock) {
        this.signer = signer;
        this.clock = clock;
    }

    /**
     * What the CRL is called.
     *
     * @param base of the complete CRL that a delta adds to
     */
    public record Numbers(long number, OptionalLong base) {}

    /** The CRL in DER, good from now for {@code life}. */
    public byte[] sign(Issuer issuer, Numbers numbers, Duration life, ListedCertificates listed) {
        BigInteger base =
                numbers.base().isPresent() ? BigInteger.valueOf(numbers.base().getAsLong()) : null;
        ExtensionsGenerator extensions = CrlExtensions.begun(issuer, BigInteger.valueOf(numbers.number()), base);
        for (Extension more : listed.extensions()) {
            if (extensions.hasExtension(more.getExtnId())) {
                throw Fault.badRequest("field 'extensions': " + more.getExtnId() + " is made by the server");
            }
            add(extensions, more);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        byte[] entries = listed.entries();
        Frame frame = new CrlDraft(issuer.certificate().getSubject(), now, now.plus(life), extensions.generate())
                .signed(signer.of(issuer, "crl-signing"), new Entries(entries.length, use -> use.accept(entries)));
        return Der.joined(frame.head(), entries, frame.tail());
    }

    private static void add(ExtensionsGenerator extensions, Extension more) {
        try {
            extensions.addExtension(more.getExtnId(), more.isCritical(), more.getParsedValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
