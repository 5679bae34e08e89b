package io.casemate.engine.pki.draft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.TBSCertificate;

/**
 * The bytes of a certificate that passed every rule, and the only thing that is ever signed. Only {@link Linter} makes
 * one; it cannot be changed.
 */
public final class LintedDraft {
    private final byte[] bytes;
    private final TBSCertificate tbs;
    private final SignatureScheme scheme;

    LintedDraft(byte[] bytes, TBSCertificate tbs, SignatureScheme scheme) {
        this.bytes = bytes;
        this.tbs = tbs;
        this.scheme = scheme;
    }

    /** The TBSCertificate in DER, as a copy. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The serial number. */
    public BigInteger serial() {
        return tbs.getSerialNumber().getValue();
    }

    /** The last second of its life. */
    public Instant notAfter() {
        return ProfileRules.instant(tbs.getEndDate());
    }

    /** How it is to be signed. */
    public SignatureScheme scheme() {
        return scheme;
    }

    /** The certificate in DER, once {@code signature} over {@link #bytes} is there. */
    public byte[] signed(byte[] signature) {
        ASN1EncodableVector parts = new ASN1EncodableVector(3);
        parts.add(tbs);
        parts.add(scheme.identifier());
        parts.add(new DERBitString(signature));
        try {
            return new DERSequence(parts).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
