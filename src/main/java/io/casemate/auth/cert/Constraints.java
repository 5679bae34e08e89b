package io.casemate.auth.cert;

import io.casemate.crypto.CertificateFacts;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Globs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What a role demands of a client certificate besides a path to its trust anchors: of each list that is not empty, one pattern
 * must fit; of the required extensions, all. Patterns know {@code *}.
 *
 * @param lists by the API's names for them, all of {@link #LISTS}
 */
record Constraints(Map<String, List<String>> lists) {
    static final String REQUIRED = "required_extensions";
    static final String METADATA = "allowed_metadata_extensions";

    /** As the API names them. */
    static final Map<String, Field> LISTS = fields();

    /** No demand. */
    static final Constraints NONE = new Constraints(Map.of());

    private static final Pattern OID = Pattern.compile("[0-2](\\.[0-9]{1,39}){1,40}");
    private static final Pattern EXTENSION = Pattern.compile("(hex:)?(" + OID.pattern() + "):(.*)", Pattern.DOTALL);

    Constraints {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (String name : LISTS.keySet()) {
            all.put(name, List.copyOf(lists.getOrDefault(name, List.of())));
        }
        lists = all;
    }

    /** What was sent, laid over this. */
    Constraints merge(Fields sent) {
        Map<String, List<String>> merged = new LinkedHashMap<>(lists);
        LISTS.keySet().stream().filter(sent::has).forEach(name -> merged.put(name, sent.strings(name)));
        for (String each : merged.get(REQUIRED)) {
            if (!EXTENSION.matcher(each).matches()) {
                throw Fault.badRequest("field '" + REQUIRED + "': '" + each
                        + "' is not OID:PATTERN, such as 1.2.3.4:web-*, or hex:OID:PATTERN");
            }
        }
        for (String each : merged.get(METADATA)) {
            if (!OID.matcher(each).matches()) {
                throw Fault.badRequest("field '" + METADATA + "': '" + each + "' is not an OID such as 1.2.3.4");
            }
        }
        return new Constraints(merged);
    }

    boolean admit(Presented shown) {
        CertificateFacts facts = shown.facts();
        List<String> common = List.of(facts.commonName());
        return fits("allowed_names", name -> any(name, common) || dns(name, shown) || any(name, shown.emails()))
                && fits("allowed_common_names", name -> any(name, common))
                && fits("allowed_dns_sans", name -> dns(name, shown))
                && fits("allowed_email_sans", name -> any(name, shown.emails()))
                && fits("allowed_uri_sans", name -> any(name, shown.uris()))
                && fits("allowed_organizational_units", name -> any(name, facts.units()))
                && lists.get(REQUIRED).stream().allMatch(demand -> extension(demand, facts));
    }

    /** The extensions that become metadata; policies' templates cannot hold dots. */
    Map<String, String> metadata(CertificateFacts facts) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String oid : lists.get(METADATA)) {
            facts.extensionText(oid).ifPresent(text -> found.put(oid.replace('.', '-'), text));
        }
        return found;
    }

    private boolean fits(String list, Predicate<String> pattern) {
        List<String> patterns = lists.get(list);
        return patterns.isEmpty() || patterns.stream().anyMatch(pattern);
    }

    private static boolean any(String pattern, List<String> names) {
        return names.stream().anyMatch(name -> Globs.fits(pattern, name));
    }

    /** The case of a host's name says nothing (RFC 4343). */
    private static boolean dns(String pattern, Presented shown) {
        String lower = pattern.toLowerCase(Locale.ROOT);
        return shown.hosts().stream().anyMatch(name -> Globs.fits(lower, name.toLowerCase(Locale.ROOT)));
    }

    private static boolean extension(String demand, CertificateFacts facts) {
        var parts = EXTENSION.matcher(demand);
        if (!parts.matches()) {
            return false;
        }
        boolean hex = parts.group(1) != null;
        String oid = parts.group(2);
        String pattern = parts.group(parts.groupCount());
        Optional<String> value = hex ? facts.extensionHex(oid) : facts.extensionText(oid);
        return value.filter(text -> Globs.fits(hex ? pattern.toLowerCase(Locale.ROOT) : pattern, text))
                .isPresent();
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put(
                "allowed_names", Field.strings("Common name, DNS or email name that must be there; * for anything."));
        fields.put("allowed_common_names", Field.strings("Common names, one of which must fit."));
        fields.put("allowed_dns_sans", Field.strings("DNS names, one of which must fit."));
        fields.put("allowed_email_sans", Field.strings("Email addresses, one of which must fit."));
        fields.put("allowed_uri_sans", Field.strings("URIs, one of which must fit."));
        fields.put("allowed_organizational_units", Field.strings("Organizational units, one of which must fit."));
        fields.put(REQUIRED, Field.strings("OID:PATTERN of extensions that must be there, all of them."));
        fields.put(METADATA, Field.strings("OIDs of extensions that become metadata of the token."));
        return fields;
    }
}
