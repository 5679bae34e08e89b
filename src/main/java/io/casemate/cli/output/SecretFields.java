package io.casemate.cli.output;

import io.casemate.cli.http.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code -field} can name besides the members of {@code data}. */
final class SecretFields {
    private SecretFields() {}

    /** Those that the envelope has; their names hide members of {@code data} of the same name, as in Vault. */
    static Map<String, Object> of(Map<String, Object> envelope) {
        Map<String, Object> auth = Values.map(envelope.get("auth"));
        Map<String, Object> wrap = Values.map(envelope.get("wrap_info"));
        return !auth.isEmpty() ? login(auth) : !wrap.isEmpty() ? wrapping(wrap) : plain(envelope);
    }

    private static Map<String, Object> login(Map<String, Object> auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("token", auth.get("client_token"));
        fields.put("token_accessor", auth.get("accessor"));
        fields.put("token_duration", auth.get("lease_duration"));
        fields.put("token_renewable", auth.get("renewable"));
        fields.put("token_policies", auth.get("token_policies"));
        fields.put("identity_policies", auth.get("identity_policies"));
        fields.put("policies", auth.get("policies"));
        return fields;
    }

    private static Map<String, Object> wrapping(Map<String, Object> wrap) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("wrapping_token", wrap.get("token"));
        fields.put("wrapping_accessor", wrap.get("accessor"));
        fields.put("wrapping_token_ttl", wrap.get("ttl"));
        fields.put("wrapping_token_creation_time", wrap.get("creation_time"));
        fields.put("wrapping_token_creation_path", wrap.get("creation_path"));
        fields.put("wrapped_accessor", wrap.get("wrapped_accessor"));
        return fields;
    }

    private static Map<String, Object> plain(Map<String, Object> envelope) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (String name : List.of("request_id", "lease_id", "lease_duration", "renewable")) {
            if (envelope.containsKey(name)) {
                fields.put(name, envelope.get(name));
            }
        }
        if (envelope.containsKey("lease_duration")) {
            fields.put("refresh_interval", envelope.get("lease_duration"));
        }
        if (!Values.text(envelope, "lease_id").isEmpty()) {
            fields.put("lease_renewable", envelope.get("renewable"));
        }
        if (envelope.get("data") != null) {
            Map<String, Object> data = Values.map(envelope.get("data"));
            fields.put("data", data.containsKey("data") ? data.get("data") : envelope.get("data"));
        }
        return fields;
    }
}
