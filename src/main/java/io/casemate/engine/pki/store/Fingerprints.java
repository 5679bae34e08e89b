package io.casemate.engine.pki.store;

import io.casemate.crypto.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Names and keys as short index keys, and how certificates point at each other. */
public final class Fingerprints {
    private static final List<String> OCSP_HASHES = List.of("SHA-1", "SHA-256", "SHA-384", "SHA-512");

    private Fingerprints() {}

    /** SHA-256 of the DER, in hex. */
    public static String of(ASN1Object value) {
        try {
            return of(value.getEncoded("DER"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of the key's bits without their algorithm, in hex: every hash that OCSP clients name issuers by and we know. */
    static List<String> ofKeyBits(SubjectPublicKeyInfo key) {
        return OCSP_HASHES.stream()
                .map(hash -> HexFormat.of()
                        .formatHex(hash(hash, key.getPublicKeyData().getOctets())))
                .toList();
    }

    /** SHA-256 of the text in UTF-8, in hex. */
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String of(byte[] bytes) {
        return Sha256.hex(bytes);
    }

    /** A hash of what the JDK has. */
    public static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /** Whether key identifiers speak against {@code issuer} having issued {@code issued} (RFC 5280 4.2.1.1). */
    static boolean mayIssue(Certificate issuer, Certificate issued) {
        Extensions ours = issuer.getTBSCertificate().getExtensions();
        Extensions theirs = issued.getTBSCertificate().getExtensions();
        SubjectKeyIdentifier subject = ours == null ? null : SubjectKeyIdentifier.fromExtensions(ours);
        AuthorityKeyIdentifier authority = theirs == null ? null : AuthorityKeyIdentifier.fromExtensions(theirs);
        return subject == null
                || authority == null
                || authority.getKeyIdentifierOctets() == null
                || Arrays.equals(subject.getKeyIdentifier(), authority.getKeyIdentifierOctets());
    }
}
