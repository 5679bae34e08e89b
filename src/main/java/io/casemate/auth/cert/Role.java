package io.casemate.auth.cert;

import io.casemate.auth.TokenFields;
import io.casemate.crypto.X509;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.TokenTerms;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom a role lets in; docs/formats/auth-cert.md.
 *
 * @param certificate PEM: trust anchors, or one client's own certificate
 * @param anchors the same, read
 * @param responders the certificates of {@code ocsp}, read
 */
record Role(
        String name,
        String certificate,
        String displayName,
        Constraints constraints,
        OcspTerms ocsp,
        TokenTerms terms,
        List<X509Certificate> anchors,
        List<X509Certificate> responders) {

    Role(
            String name,
            String certificate,
            String displayName,
            Constraints constraints,
            OcspTerms ocsp,
            TokenTerms terms) {
        this(
                name,
                certificate,
                displayName,
                constraints,
                ocsp,
                terms,
                X509.certificates(certificate),
                X509.certificates(ocsp.authorities()));
    }

    static Role decode(String name, byte[] stored) {
        Members members = Members.read("the record of role " + name, stored);
        Map<String, List<String>> lists = new LinkedHashMap<>();
        Constraints.LISTS.keySet().forEach(list -> lists.put(list, members.strings(list)));
        return new Role(
                name,
                members.text("certificate"),
                members.text("display_name"),
                new Constraints(lists),
                OcspTerms.stored(members),
                TokenFields.stored(members));
    }

    byte[] encode() {
        return JsonRecord.of(members());
    }

    /** As shown and stored. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("certificate", certificate);
        members.put("display_name", displayName);
        members.putAll(constraints.lists());
        members.putAll(ocsp.members());
        members.putAll(TokenFields.members(terms));
        return members;
    }

    /** Whether it trusts authorities, and not one client's own certificate. */
    boolean trustsAuthorities() {
        return authority(anchors.getFirst());
    }

    static boolean authority(X509Certificate certificate) {
        return certificate.getBasicConstraints() >= 0;
    }
}
