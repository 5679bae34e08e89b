package io.casemate.cli.pki;

import io.casemate.cli.output.Table;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A certificate in words. */
final class CertificateWords {
    private static final List<String> USAGES = List.of(
            "sign",
            "commit to content",
            "encipher keys",
            "encipher data",
            "agree on keys",
            "sign certificates",
            "sign CRLs",
            "encipher only",
            "decipher only");
    private static final Map<String, String> PURPOSES = Map.of(
            "1.3.6.1.5.5.7.3.1", "TLS servers",
            "1.3.6.1.5.5.7.3.2", "TLS clients",
            "1.3.6.1.5.5.7.3.3", "code",
            "1.3.6.1.5.5.7.3.4", "e-mail",
            "1.3.6.1.5.5.7.3.8", "time stamps",
            "1.3.6.1.5.5.7.3.9", "OCSP answers",
            "2.5.29.37.0", "anything");
    private static final Map<Integer, String> KINDS =
            Map.of(0, "other name", 1, "e-mail", 2, "DNS", 4, "directory", 6, "URI", 7, "IP", 8, "OID");
    private static final int URI_TAG = 0x86;

    private CertificateWords() {}

    /** Everything as members, for machines. */
    static Map<String, Object> members(X509Certificate certificate, Instant now) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("subject", PkiCertificates.subject(certificate).getName());
        members.put("issuer", PkiCertificates.issuedBy(certificate).getName());
        members.put("names", names(certificate));
        members.put("serial_number", serial(certificate));
        members.put("not_before", certificate.getNotBefore().toInstant().toString());
        members.put("not_after", certificate.getNotAfter().toInstant().toString());
        members.put("state", state(certificate, now));
        members.put("key", key(certificate.getPublicKey()));
        members.put("signature", certificate.getSigAlgName());
        members.put("role", role(certificate));
        members.put("may", usages(certificate));
        members.put("for", purposes(certificate));
        members.put("issuer_is_at", urls(certificate, "1.3.6.1.5.5.7.1.1"));
        members.put("crl_is_at", urls(certificate, "2.5.29.31"));
        members.put("sha256", sha256(certificate));
        return members;
    }

    /** The same for people, one line each. */
    static String of(X509Certificate certificate, Instant now) {
        Table table = Table.plain();
        members(certificate, now).forEach((name, value) -> {
            String text = value instanceof List<?> items
                    ? String.join(", ", items.stream().map(String::valueOf).toList())
                    : value.toString();
            if (!text.isEmpty()) {
                table.row(label(name), text);
            }
        });
        return table.render() + "\n";
    }

    private static String label(String name) {
        String words =
                name.equals("sha256") ? "SHA-256" : name.replace('_', ' ').replace("crl", "CRL");
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    private static String state(X509Certificate certificate, Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isBefore(begin)) {
            return "not valid yet, begins in " + span(Duration.between(now, begin));
        }
        return now.isAfter(end)
                ? "EXPIRED " + span(Duration.between(end, now)) + " ago"
                : "valid, expires in " + span(Duration.between(now, end));
    }

    private static String span(Duration duration) {
        return duration.toDays() > 1
                ? duration.toDays() + " days"
                : duration.toHours() > 1 ? duration.toHours() + " hours" : duration.toMinutes() + " minutes";
    }

    private static String role(X509Certificate certificate) {
        boolean own = PkiCertificates.selfIssued(certificate);
        int below = certificate.getBasicConstraints();
        if (below < 0) {
            return own ? "an end certificate that signs itself" : "an end certificate";
        }
        String depth = below == Integer.MAX_VALUE ? "" : ", at most " + below + " CAs below it";
        boolean signs = own && PkiCertificates.signed(certificate, certificate);
        return (signs
                        ? "a root CA"
                        : own ? "a CA that names itself as issuer but is signed by another" : "an intermediate CA")
                + depth;
    }

    private static String key(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa ->
                "RSA, " + rsa.getModulus().bitLength() + " bits"
                        + (rsa.getModulus().bitLength() < 2048 ? " (too short)" : "");
            case ECPublicKey ec -> "EC, " + ec.getParams().getCurve().getField().getFieldSize() + " bits";
            default -> key.getAlgorithm();
        };
    }

    private static List<String> usages(X509Certificate certificate) {
        boolean[] bits = certificate.getKeyUsage();
        List<String> words = new ArrayList<>();
        for (int i = 0; bits != null && i < Math.min(bits.length, USAGES.size()); i++) {
            if (bits[i]) {
                words.add(USAGES.get(i));
            }
        }
        return words;
    }

    private static List<String> purposes(X509Certificate certificate) {
        try {
            List<String> oids = certificate.getExtendedKeyUsage();
            return oids == null
                    ? List.of()
                    : oids.stream().map(oid -> PURPOSES.getOrDefault(oid, oid)).toList();
        } catch (CertificateParsingException e) {
            return List.of("cannot be read: " + e.getMessage());
        }
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .map(name -> KINDS.getOrDefault((Integer) name.getFirst(), "name") + " "
                                    + (name.get(1) instanceof String text ? text : "(binary)"))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of("cannot be read: " + e.getMessage());
        }
    }

    /** The URIs in an extension: every short value with GeneralName's tag for them. */
    private static List<String> urls(X509Certificate certificate, String oid) {
        byte[] der = certificate.getExtensionValue(oid);
        List<String> urls = new ArrayList<>();
        for (int i = 0; der != null && i + 2 < der.length; i++) {
            int length = der[i + 1];
            if ((der[i] & 0xFF) == URI_TAG && length > 0 && i + 2 + length <= der.length) {
                String text = new String(der, i + 2, length, StandardCharsets.US_ASCII);
                if (text.matches("[a-z]+://[!-~]+")) {
                    urls.add(text);
                    i += 1 + length;
                }
            }
        }
        return urls;
    }

    private static String serial(X509Certificate certificate) {
        return HexFormat.ofDelimiter(":")
                .formatHex(certificate.getSerialNumber().toByteArray());
    }

    private static String sha256(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":")
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has SHA-256, and the certificate was read", e);
        }
    }
}
