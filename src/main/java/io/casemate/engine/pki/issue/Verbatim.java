package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.role.RoleFields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The role behind sign-verbatim: every name passes, and of a named role only the life and the book-keeping hold. */
public final class Verbatim {
    /** Role fields that a request may set itself. */
    public static final Map<String, Field> FIELDS = Map.of(
            "key_usage", RoleFields.ALL.get("key_usage"),
            "ext_key_usage", Field.strings("Extended key usages when the CSR names none."),
            "ext_key_usage_oids", RoleFields.ALL.get("ext_key_usage_oids"),
            "signature_bits", RoleFields.ALL.get("signature_bits"),
            "use_pss", RoleFields.ALL.get("use_pss"));

    private static final List<String> KEPT = List.of(
            "ttl",
            "max_ttl",
            "not_before",
            "not_before_bound",
            "not_before_duration",
            "not_after",
            "not_after_bound",
            "issuer_ref",
            "no_store",
            "generate_lease");

    private Verbatim() {}

    /** The role to sign under. */
    public static Role role(Fields fields, Optional<Role> named) {
        Map<String, Object> values = new LinkedHashMap<>(FieldValues.fallbacks(RoleFields.ALL));
        named.ifPresent(
                role -> KEPT.forEach(field -> values.put(field, role.values().get(field))));
        values.put("allow_any_name", true);
        values.put("enforce_hostnames", false);
        values.put("require_cn", false);
        values.put("cn_validations", List.of("disabled"));
        values.put("allowed_uri_sans", List.of("*"));
        values.put("allowed_other_sans", List.of("*"));
        values.put("allowed_serial_numbers", List.of("*"));
        values.put("allowed_user_ids", List.of("*"));
        values.put("key_type", "any");
        values.put("server_flag", false);
        values.put("client_flag", false);
        values.putAll(FieldValues.all(FIELDS, fields));
        return Role.of(named.map(Role::name).orElse("sign-verbatim"), values);
    }
}
