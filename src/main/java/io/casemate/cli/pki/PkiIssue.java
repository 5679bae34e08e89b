package io.casemate.cli.pki;

import io.casemate.cli.command.Session;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code pki issue} and {@code pki reissue}: an intermediate from request to import in one command. */
final class PkiIssue {
    private static final Map<String, String> ATTRIBUTES = Map.of(
            "CN", "common_name",
            "O", "organization",
            "OU", "ou",
            "C", "country",
            "L", "locality",
            "ST", "province",
            "STREET", "street_address",
            "POSTALCODE", "postal_code",
            "2.5.4.17", "postal_code");

    private PkiIssue() {}

    static int issue(Session session) {
        return issue(session, session.arguments().at(1), session.data(2));
    }

    static int reissue(Session session) {
        Map<String, Object> template =
                PkiCertificates.issuer(session, session.arguments().at(1));
        Map<String, Object> data = wishes(PkiCertificates.parse(Values.text(template, "certificate")));
        data.putAll(session.data(3));
        return issue(session, session.arguments().at(2), data);
    }

    private static int issue(Session session, String mount, Map<String, Object> data) {
        String parent = Call.trimmed(session.arguments().at(0));
        String child = Call.trimmed(mount);
        String name = session.arguments().text("issuer_name", "");
        String type = session.arguments().text("type", "internal");
        PkiCertificates.issuer(session, parent);
        Map<String, Object> request = Values.map(
                session.send("generating a request", Call.put(child + "/intermediate/generate/" + type, data))
                        .json()
                        .get("data"));
        Map<String, Object> asked = new LinkedHashMap<>(data);
        asked.remove("key_type");
        asked.remove("key_bits");
        asked.remove("key_name");
        asked.put("csr", Values.text(request, "csr"));
        Map<String, Object> signed =
                Values.map(session.send("signing the request", Call.put(parent + "/sign-intermediate", asked))
                        .json()
                        .get("data"));
        List<String> bundle = new ArrayList<>(List.of(Values.text(signed, "certificate")));
        bundle.addAll(Values.texts(signed.get("ca_chain")));
        Map<String, Object> imported = Values.map(session.send(
                        "importing the certificate",
                        Call.put(child + "/issuers/import/cert", Map.of("pem_bundle", String.join("\n", bundle))))
                .json()
                .get("data"));
        String id = own(Values.map(imported.get("mapping")), Values.text(request, "key_id"));
        if (!name.isEmpty()) {
            session.send("naming the issuer", Call.post(child + "/issuer/" + id, Map.of("issuer_name", name)));
        }
        session.output().secret(session.send("reading the issuer", Call.get(child + "/issuer/" + id)));
        return Exit.OK;
    }

    /** The issuer that the new key belongs to. */
    private static String own(Map<String, Object> mapping, String keyId) {
        return mapping.entrySet().stream()
                .filter(entry -> keyId.equals(entry.getValue()))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow(() -> CliFailure.server("the certificate was signed and imported, but the server did not"
                        + " find its key: look at the issuers"));
    }

    /** What to ask for to get a certificate like this one. */
    private static Map<String, Object> wishes(X509Certificate like) {
        Map<String, Object> data = new LinkedHashMap<>();
        for (String attribute : PkiCertificates.subject(like).getName().split("(?<!\\\\),")) {
            int equals = attribute.indexOf('=');
            String field =
                    ATTRIBUTES.get(attribute.substring(0, Math.max(equals, 0)).toUpperCase(Locale.ROOT));
            if (field != null && !attribute.substring(equals + 1).startsWith("#")) {
                data.put(field, attribute.substring(equals + 1).replaceAll("\\\\(.)", "$1"));
            }
        }
        names(like, data);
        long seconds = Duration.between(
                        like.getNotBefore().toInstant(), like.getNotAfter().toInstant())
                .toSeconds();
        data.put("ttl", seconds + "s");
        if (like.getBasicConstraints() >= 0 && like.getBasicConstraints() < Integer.MAX_VALUE) {
            data.put("max_path_length", like.getBasicConstraints());
        }
        switch (like.getPublicKey()) {
            case RSAPublicKey rsa -> {
                data.put("key_type", "rsa");
                data.put("key_bits", rsa.getModulus().bitLength());
            }
            case ECPublicKey ec -> {
                data.put("key_type", "ec");
                data.put("key_bits", ec.getParams().getCurve().getField().getFieldSize());
            }
            default ->
                data.put("key_type", like.getPublicKey().getAlgorithm().startsWith("ML-DSA") ? "ml-dsa" : "ed25519");
        }
        return data;
    }

    private static void names(X509Certificate like, Map<String, Object> data) {
        try {
            Collection<List<?>> names = like.getSubjectAlternativeNames();
            Map<Integer, String> fields = Map.of(1, "alt_names", 2, "alt_names", 6, "uri_sans", 7, "ip_sans");
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                String field = fields.get((Integer) name.getFirst());
                if (field != null) {
                    data.merge(field, name.get(1), (first, more) -> first + "," + more);
                }
            }
        } catch (CertificateParsingException e) {
            throw CliFailure.server("the template's alternative names cannot be read: " + e.getMessage());
        }
    }
}
