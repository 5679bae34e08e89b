package io.casemate.engine.pki.role;

import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.name.SubjectText;
import io.casemate.json.Json;
import io.casemate.kernel.CommaList;
import io.casemate.kernel.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.DisplayText;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.PolicyQualifierId;
import org.bouncycastle.asn1.x509.PolicyQualifierInfo;
import org.bouncycastle.asn1.x509.UserNotice;

/**
 * Certificate policies (RFC 5280 4.2.1.4) in the API's two forms: OIDs, or objects with {@code oid}, {@code cps} (a URI) and
 * {@code notice} (text), the latter also as JSON text. Kept as a list of texts: an OID, or one JSON object.
 */
public final class PolicyIdentifiers {
    private static final String FIELD = "policy_identifiers";
    private static final int MAX_NOTICE = 200;

    private PolicyIdentifiers() {}

    /** Whatever form was sent or stored, as it is kept; nothing is checked but that it is one of the forms. */
    static List<String> kept(Object sent) {
        if (sent instanceof List<?> items) {
            return items.stream().map(PolicyIdentifiers::item).toList();
        }
        if (sent instanceof String text) {
            return text.strip().startsWith("[") || text.strip().startsWith("{")
                    ? kept(parsed(text.strip()))
                    : CommaList.of(FIELD, text);
        }
        throw refuse("a list of OIDs, or of objects with oid, cps and notice");
    }

    /** The extension's entries. */
    public static List<PolicyInformation> parse(List<String> kept) {
        List<PolicyInformation> policies = new ArrayList<>();
        for (String each : kept) {
            Map<?, ?> members =
                    each.startsWith("{") ? Json.object(each.getBytes(StandardCharsets.UTF_8)) : Map.of("oid", each);
            ASN1ObjectIdentifier oid =
                    KeyUsages.oids(FIELD, List.of(text(members, "oid"))).getFirst();
            ASN1EncodableVector qualifiers = qualifiers(text(members, "cps"), text(members, "notice"));
            policies.add(
                    qualifiers.size() == 0
                            ? new PolicyInformation(oid)
                            : new PolicyInformation(oid, new DERSequence(qualifiers)));
        }
        return policies;
    }

    private static ASN1EncodableVector qualifiers(String cps, String notice) {
        ASN1EncodableVector qualifiers = new ASN1EncodableVector();
        if (!cps.isEmpty()) {
            boolean ascii = cps.length() <= 2048 && cps.chars().allMatch(c -> c > 0x20 && c < 0x7F);
            if (!ascii) {
                throw refuse("cps is a URI in ASCII");
            }
            qualifiers.add(new PolicyQualifierInfo(PolicyQualifierId.id_qt_cps, new DERIA5String(cps)));
        }
        if (!notice.isEmpty()) {
            SubjectText.check(FIELD, notice, MAX_NOTICE);
            DisplayText shown = new DisplayText(DisplayText.CONTENT_TYPE_UTF8STRING, notice);
            qualifiers.add(new PolicyQualifierInfo(PolicyQualifierId.id_qt_unotice, new UserNotice(null, shown)));
        }
        return qualifiers;
    }

    private static Object parsed(String text) {
        return Json.object(("{\"all\":" + text + "}").getBytes(StandardCharsets.UTF_8))
                                .get("all")
                        instanceof List<?> list
                ? list
                : List.of(text);
    }

    private static String item(Object item) {
        return switch (item) {
            case String text -> text.strip();
            case Map<?, ?> members -> object(members);
            case null, default -> throw refuse("a list of OIDs, or of objects with oid, cps and notice");
        };
    }

    private static String object(Map<?, ?> members) {
        if (!Set.of("oid", "cps", "notice").containsAll(members.keySet())) {
            throw refuse("an object has the members oid, cps and notice");
        }
        Map<String, Object> ordered = new LinkedHashMap<>();
        for (String name : List.of("oid", "cps", "notice")) {
            if (!text(members, name).isEmpty()) {
                ordered.put(name, text(members, name));
            }
        }
        return ordered.size() == 1 && ordered.containsKey("oid")
                ? text(members, "oid")
                : new String(Json.bytes(ordered), StandardCharsets.UTF_8);
    }

    private static String text(Map<?, ?> members, String name) {
        return switch (members.get(name)) {
            case null -> "";
            case String text -> text.strip();
            default -> throw refuse("the member " + name + " is a text");
        };
    }

    private static RuntimeException refuse(String wanted) {
        return Fault.badRequest("field '" + FIELD + "': " + wanted);
    }
}
