package io.casemate.engine.pki.role;

import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.engine.pki.name.OtherName;
import io.casemate.engine.pki.name.Printable;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a role makes sense: said when it is written, all at once, and not when a certificate is wanted. */
final class RoleChecks {
    private static final Map<String, Set<Long>> BITS =
            Map.of("rsa", Set.of(2048L, 3072L, 4096L), "ec", Set.of(256L, 384L, 521L), "ml-dsa", Set.of(44L, 65L, 87L));

    /** Types whose size is not the role's to say: what was sent is kept and shown, and means nothing. */
    private static final Set<String> SIZELESS = Set.of("ed25519", "any");

    private static final Map<String, Long> DEFAULT_BITS = Map.of("rsa", 2048L, "ec", 256L, "ml-dsa", 65L);

    private RoleChecks() {}

    /** Turns 0 ("choose for me") into what it means for the key's type, as the API shows it. */
    static void settleSizes(Map<String, Object> values) {
        String type = (String) values.get("key_type");
        if (values.get("key_bits").equals(0L)) {
            values.put("key_bits", DEFAULT_BITS.getOrDefault(type, 0L));
        }
        if (values.get("signature_bits").equals(0L) && !SIZELESS.contains(type)) {
            values.put("signature_bits", 256L);
        }
    }

    static void check(Role role) {
        List<String> problems = new ArrayList<>();
        sizes(role, problems);
        if (role.duration("max_ttl").isPositive() && role.duration("ttl").compareTo(role.duration("max_ttl")) > 0) {
            problems.add("\"ttl\" value must be less than \"max_ttl\" value");
        }
        List<String> validations = role.strings("cn_validations");
        boolean known = Set.of("email", "hostname").containsAll(validations) || validations.equals(List.of("disabled"));
        if (!known) {
            problems.add("field 'cn_validations': email and hostname, or disabled alone");
        }
        attempt(problems, () -> KeyUsages.parse(role.strings("key_usage")));
        attempt(problems, () -> KeyUsages.extended(role.strings("ext_key_usage")));
        attempt(problems, () -> KeyUsages.oids("ext_key_usage_oids", role.strings("ext_key_usage_oids")));
        attempt(problems, () -> PolicyIdentifiers.parse(role.strings("policy_identifiers")));
        attempt(problems, () -> SubjectName.of(role));
        if (!Set.of("standard", "warn", "strict").contains(role.text("lint"))) {
            problems.add("field 'lint': standard, warn or strict");
        }
        names(role, problems);
        times(role, problems);
        if (!problems.isEmpty()) {
            throw new Fault.BadRequest(problems).asException();
        }
    }

    private static void names(Role role, List<String> problems) {
        attempt(problems, () -> Cidr.check(role.strings("allowed_ip_sans_cidr")));
        role.strings("allowed_other_sans").stream()
                .filter(pattern -> !OtherName.isPattern(pattern))
                .findFirst()
                .ifPresent(pattern -> problems.add("field 'allowed_other_sans': '" + Printable.of(pattern)
                        + "' is neither * nor <oid>;UTF8:<pattern>"));
        if (!Set.of("json-csr", "json").contains(role.text("serial_number_source"))) {
            problems.add("field 'serial_number_source': json-csr or json");
        }
    }

    private static void times(Role role, List<String> problems) {
        for (String field : List.of("not_before", "not_after")) {
            attempt(problems, () -> Timestamps.optional(field, role.text(field)));
            attempt(problems, () -> Bound.parse(field + "_bound", role.text(field + "_bound")));
        }
    }

    private static void sizes(Role role, List<String> problems) {
        boolean sizeless = SIZELESS.contains(role.text("key_type"));
        Set<Long> bits = BITS.get(role.text("key_type"));
        if (sizeless) {
            if (role.number("key_bits") < 0) {
                problems.add("field 'key_bits': 0 or more");
            }
        } else if (bits == null) {
            problems.add("field 'key_type': rsa, ec, ed25519, ml-dsa or any");
        } else if (!bits.contains((long) role.number("key_bits"))) {
            problems.add("field 'key_bits': one of " + bits + " for key_type " + role.text("key_type"));
        }
        boolean open = sizeless && role.number("signature_bits") == 0;
        if (!open && !Set.of(256, 384, 512).contains(role.number("signature_bits"))) {
            problems.add("field 'signature_bits': 0, 256, 384 or 512");
        }
    }

    private static void attempt(List<String> problems, Runnable check) {
        try {
            check.run();
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest(List<String> details))) {
                throw e;
            }
            problems.addAll(details);
        }
    }
}
