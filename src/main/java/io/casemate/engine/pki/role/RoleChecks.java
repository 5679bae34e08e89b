package io.casemate.engine.pki.role;

import io.casemate.engine.pki.draft.KeyUsages;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whether a role makes sense: said when it is written, all at once, and not when a certificate is wanted. */
final class RoleChecks {
    private static final Map<String, Set<Long>> BITS = Map.of(
            "rsa",
            Set.of(2048L, 3072L, 4096L),
            "ec",
            Set.of(256L, 384L, 521L),
            "ed25519",
            Set.of(0L),
            "any",
            Set.of(0L));
    private static final Map<String, Long> DEFAULT_BITS = Map.of("rsa", 2048L, "ec", 256L);

    private RoleChecks() {}

    /** Turns 0 ("choose for me") into what it means for the key's type, as the API shows it. */
    static void settleSizes(Map<String, Object> values) {
        String type = (String) values.get("key_type");
        if (values.get("key_bits").equals(0L)) {
            values.put("key_bits", DEFAULT_BITS.getOrDefault(type, 0L));
        }
        if (type.equals("ed25519") && values.get("key_bits").equals(256L)) {
            values.put("key_bits", 0L);
        }
        if (values.get("signature_bits").equals(0L)) {
            values.put("signature_bits", 256L);
        }
    }

    static void check(Role role) {
        List<String> problems = new ArrayList<>();
        notYet(role, problems);
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
        attempt(problems, () -> KeyUsages.oids("policy_identifiers", role.strings("policy_identifiers")));
        attempt(problems, () -> Timestamps.optional("not_after", role.text("not_after")));
        attempt(problems, () -> SubjectName.of(role));
        if (!problems.isEmpty()) {
            throw new Fault.BadRequest(problems).asException();
        }
    }

    private static void notYet(Role role, List<String> problems) {
        Map<String, Object> values = role.values();
        RoleFields.NOT_YET.forEach((field, only) -> {
            if (!only.equals(values.get(field))) {
                problems.add("field '" + field + "': only " + (only.equals(List.of()) ? "an empty list" : only)
                        + " is supported by this version");
            }
        });
    }

    private static void sizes(Role role, List<String> problems) {
        Set<Long> bits = BITS.get(role.text("key_type"));
        if (bits == null) {
            problems.add("field 'key_type': rsa, ec, ed25519 or any");
        } else if (!bits.contains((long) role.number("key_bits"))) {
            problems.add("field 'key_bits': one of " + bits + " for key_type " + role.text("key_type"));
        }
        if (!Set.of(256, 384, 512).contains(role.number("signature_bits"))) {
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
