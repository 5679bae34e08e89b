package io.casemate.doctor;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;

/**
 * What a client meets at an address.
 *
 * @param versions of TLS that are offered, by the JDK's names
 * @param plaintext whether the API answers without TLS
 * @param fingerprint SHA-256 of the certificate, in hex
 */
public record Wire(
        String address,
        Set<String> versions,
        boolean plaintext,
        String fingerprint,
        Instant notBefore,
        Instant notAfter) {

    /** SHA-256 of a certificate's DER, in hex. */
    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read has an encoding, and every JDK SHA-256", e);
        }
    }
}
