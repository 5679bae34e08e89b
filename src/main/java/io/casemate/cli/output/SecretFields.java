package io.casemate.cli.output;

import io.casemate.cli.http.Values;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code -field} can name besides the members of {@code data}. */
final class SecretFields {
    private SecretFields() {}

    /** Those that the envelope has; their names hide members of {@code data} of the same name, as in Vault. */
    static Map<String, Object> of(Map<String, Object> envelope) {
        Map<String, Object> fields = new LinkedHashMap<>();
        Map<String, Object> auth = Values.map(envelope.get("auth"));
        if (!auth.isEmpty()) {
            fields.put("token", auth.get("client_token"));
            fields.put("token_accessor", auth.get("accessor"));
            fields.put("token_duration", auth.get("lease_duration"));
            fields.put("token_renewable", auth.get("renewable"));
            fields.put("token_policies", auth.get("token_policies"));
            fields.put("identity_policies", auth.get("identity_policies"));
            fields.put("policies", auth.get("policies"));
        }
        Map<String, Object> wrap = Values.map(envelope.get("wrap_info"));
        if (!wrap.isEmpty()) {
            fields.put("wrapping_token", wrap.get("token"));
            fields.put("wrapping_accessor", wrap.get("accessor"));
            fields.put("wrapping_token_ttl", wrap.get("ttl"));
            fields.put("wrapping_token_creation_time", wrap.get("creation_time"));
            fields.put("wrapping_token_creation_path", wrap.get("creation_path"));
            fields.put("wrapped_accessor", wrap.get("wrapped_accessor"));
        }
        if (!Values.text(envelope, "lease_id").isEmpty()) {
            fields.put("lease_id", envelope.get("lease_id"));
            fields.put("lease_duration", envelope.get("lease_duration"));
            fields.put("lease_renewable", envelope.get("renewable"));
        } else if (Values.number(envelope, "lease_duration") > 0) {
            fields.put("refresh_interval", envelope.get("lease_duration"));
        }
        if (envelope.get("data") != null) {
            fields.put("data", envelope.get("data"));
        }
        return fields;
    }
}
