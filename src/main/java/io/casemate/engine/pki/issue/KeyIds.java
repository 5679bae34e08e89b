package io.casemate.engine.pki.issue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Key identifiers by RFC 5280 4.2.1.2 method 1: SHA-1 of the key's bits. A name for the key, not a protection. */
public final class KeyIds {
    private KeyIds() {}

    /** 20 octets. */
    public static byte[] of(SubjectPublicKeyInfo key) {
        try {
            return MessageDigest.getInstance("SHA-1")
                    .digest(key.getPublicKeyData().getOctets());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    /** The identifier that a certificate gives its key, or the one that we would give it. */
    public static byte[] ofCertificate(Certificate certificate) {
        Extensions extensions = certificate.getTBSCertificate().getExtensions();
        SubjectKeyIdentifier given = extensions == null ? null : SubjectKeyIdentifier.fromExtensions(extensions);
        return given == null ? of(certificate.getSubjectPublicKeyInfo()) : given.getKeyIdentifier();
    }
}
