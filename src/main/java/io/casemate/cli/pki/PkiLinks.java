package io.casemate.cli.pki;

import io.casemate.cli.command.Session;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.http.Call;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.Exit;
import io.casemate.cli.output.Table;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code pki verify-sign} and {@code pki list-intermediates}: which issuer stands below which. */
final class PkiLinks {
    private PkiLinks() {}

    static int verifySign(Session session) {
        Map<String, Object> issuer =
                PkiCertificates.issuer(session, session.arguments().at(0));
        Map<String, Object> issued =
                PkiCertificates.issuer(session, session.arguments().at(1));
        Map<String, Object> found = compared(issuer, issued);
        session.output().structured(found, () -> {
            Table table = Table.of("Check", "Match");
            found.forEach(table::row);
            return table;
        });
        return Boolean.TRUE.equals(found.get("signature_match")) ? Exit.OK : Exit.SERVER;
    }

    /** Vault's five answers. */
    private static Map<String, Object> compared(Map<String, Object> issuer, Map<String, Object> issued) {
        X509Certificate above = PkiCertificates.parse(Values.text(issuer, "certificate"));
        X509Certificate below = PkiCertificates.parse(Values.text(issued, "certificate"));
        boolean signed = PkiCertificates.signed(above, below);
        Optional<String> keyId = PkiCertificates.authorityKeyId(below);
        Map<String, Object> found = new TreeMap<>();
        found.put("subject_match", PkiCertificates.subject(above).equals(PkiCertificates.issuedBy(below)));
        found.put(
                "path_match",
                Values.texts(issued.get("ca_chain")).stream()
                        .map(String::strip)
                        .anyMatch(pem ->
                                pem.equals(Values.text(issuer, "certificate").strip())));
        found.put(
                "trust_match",
                signed
                        && above.getBasicConstraints() >= 0
                        && !below.getNotBefore()
                                .toInstant()
                                .isAfter(above.getNotAfter().toInstant()));
        found.put("key_id_match", keyId.isPresent() && keyId.equals(PkiCertificates.subjectKeyId(above)));
        found.put("signature_match", signed);
        return found;
    }

    static int listIntermediates(Session session) {
        Arguments given = session.arguments();
        Map<String, Object> parent = PkiCertificates.issuer(session, given.at(0));
        List<String> children = given.from(1).isEmpty() ? everyIssuer(session, given.bool("use_names")) : given.from(1);
        Map<String, Object> matches = new LinkedHashMap<>();
        for (String child : children) {
            matches.put(child, matches(given, compared(parent, PkiCertificates.issuer(session, child))));
        }
        session.output().structured(matches, () -> {
            Table table = Table.of("intermediate", "match?");
            matches.forEach(table::row);
            return table;
        });
        return Exit.OK;
    }

    private static boolean matches(Arguments given, Map<String, Object> found) {
        boolean direct = !wanted(given, "direct_sign", true) || Boolean.TRUE.equals(found.get("signature_match"));
        boolean indirect = wanted(given, "indirect_sign", true) && Boolean.TRUE.equals(found.get("path_match"));
        return (direct || indirect)
                && (!wanted(given, "path_match", false) || Boolean.TRUE.equals(found.get("path_match")))
                && (indirect
                        || !wanted(given, "subject_match", true)
                        || Boolean.TRUE.equals(found.get("subject_match")))
                && (indirect || !wanted(given, "key_id_match", true) || Boolean.TRUE.equals(found.get("key_id_match")));
    }

    private static boolean wanted(Arguments given, String flag, boolean otherwise) {
        return given.has(flag) ? given.bool(flag) : otherwise;
    }

    private static List<String> everyIssuer(Session session, boolean names) {
        Map<String, Object> mounts = Values.map(
                session.send("listing mounts", Call.get("sys/mounts")).json().get("data"));
        List<String> paths = new ArrayList<>();
        new TreeMap<>(mounts).forEach((mount, row) -> {
            if (Values.text(Values.map(row), "type").equals("pki")) {
                Map<String, Object> data = Values.map(session.send("listing issuers", Call.list(mount + "issuers"))
                        .json()
                        .get("data"));
                for (String id : Values.texts(data.get("keys"))) {
                    Map<String, Object> info =
                            Values.map(Values.map(data.get("key_info")).get(id));
                    String name = Values.text(info, "issuer_name");
                    paths.add(mount + "issuer/" + (names && !name.isEmpty() ? name : id));
                }
            }
        });
        return paths;
    }
}
