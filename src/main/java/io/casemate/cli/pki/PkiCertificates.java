package io.casemate.cli.pki;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Certificates as the {@code pki} commands look at them. */
final class PkiCertificates {
    private static final int OCTET_STRING = 4;
    private static final int SEQUENCE = 0x30;
    private static final int KEY_ID = 0x80;

    private PkiCertificates() {}

    /** The issuer at an API path such as {@code pki/issuer/default}: its answer's data. */
    static Map<String, Object> issuer(Session session, String path) {
        Answer answer = session.send("reading issuer", Call.get(path));
        Map<String, Object> data = Values.map(answer.json().get("data"));
        if (Values.text(data, "certificate").isEmpty()) {
            throw CliFailure.server("No issuer found at " + Call.trimmed(path));
        }
        return data;
    }

    /** The first certificate in PEM text. */
    static X509Certificate parse(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw CliFailure.server("the server's certificate cannot be read: " + e.getMessage());
        }
    }

    /** Whether {@code issued} bears a signature by {@code issuer}'s key. */
    static boolean signed(X509Certificate issuer, X509Certificate issued) {
        try {
            issued.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Who it is for; the name as RFC 2253 writes it. */
    static Principal subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal();
    }

    /** Who it says has issued it. */
    static Principal issuedBy(X509Certificate certificate) {
        return certificate.getIssuerX500Principal();
    }

    /** Named as its own issuer. */
    static boolean selfIssued(X509Certificate certificate) {
        return subject(certificate).equals(issuedBy(certificate));
    }

    /** The key identifier that a certificate gives its own key, in hex. */
    static Optional<String> subjectKeyId(X509Certificate certificate) {
        return inside(certificate.getExtensionValue("2.5.29.14"), OCTET_STRING)
                .flatMap(bytes -> inside(bytes, OCTET_STRING))
                .map(HexFormat.of()::formatHex);
    }

    /** The key identifier of its issuer, in hex. */
    static Optional<String> authorityKeyId(X509Certificate certificate) {
        return inside(certificate.getExtensionValue("2.5.29.35"), OCTET_STRING)
                .flatMap(bytes -> inside(bytes, SEQUENCE))
                .flatMap(bytes -> inside(bytes, KEY_ID))
                .map(HexFormat.of()::formatHex);
    }

    /** The content of one DER value of a tag and under 128 bytes, which key identifiers and what holds them are. */
    private static Optional<byte[]> inside(byte[] der, int tag) {
        boolean fits =
                der != null && der.length >= 2 && (der[0] & 0xFF) == tag && der[1] >= 0 && der.length >= 2 + der[1];
        return fits ? Optional.of(Arrays.copyOfRange(der, 2, 2 + der[1])) : Optional.empty();
    }
}
