package io.casemate.engine.pki.crl;

import io.casemate.engine.Field;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How long CRLs live ({@code config/crl}). A CRL is always rebuilt in time by whoever reads it, so {@code auto_rebuild}
 * changes nothing; its grace period says what "in time" means.
 */
public record CrlSettings(Duration expiry, Duration grace) {
    /** The fields' declarations, with the API's defaults. */
    public static final Map<String, Field> FIELDS = declared();

    private static final Map<String, Object> ONLY = Map.of(
            "disable", false,
            "ocsp_disable", false,
            "ocsp_expiry", "12h",
            "enable_delta", false,
            "delta_rebuild_interval", "15m");

    /** Reads stored values. */
    public static CrlSettings of(Map<String, Object> values) {
        return new CrlSettings(
                Durations.parse("expiry", values.get("expiry")),
                Durations.parse("auto_rebuild_grace_period", values.get("auto_rebuild_grace_period")));
    }

    /** Refuses what makes no sense and what nothing here acts on yet. */
    public static void check(Map<String, Object> values) {
        CrlSettings settings = of(values);
        if (settings.expiry.compareTo(Duration.ofMinutes(1)) < 0 || settings.grace.compareTo(settings.expiry) >= 0) {
            throw Fault.badRequest("field 'expiry': at least a minute, and longer than auto_rebuild_grace_period");
        }
        ONLY.forEach((field, only) -> {
            if (!Objects.equals(only, values.get(field))) {
                throw Fault.badRequest("field '" + field + "': only " + only + " is supported by this version");
            }
        });
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("expiry", new Field(Field.Type.STRING, "72h", "Life of a CRL."));
        fields.put("disable", Field.flag(false, "Make no CRLs."));
        fields.put("ocsp_disable", Field.flag(false, "Answer no OCSP requests."));
        fields.put("ocsp_expiry", new Field(Field.Type.STRING, "12h", "Life of an OCSP answer."));
        fields.put("auto_rebuild", Field.flag(false, "Rebuild before expiry; always done."));
        fields.put("auto_rebuild_grace_period", new Field(Field.Type.STRING, "12h", "How long before expiry."));
        fields.put("enable_delta", Field.flag(false, "Make delta CRLs."));
        fields.put("delta_rebuild_interval", new Field(Field.Type.STRING, "15m", "How often delta CRLs are made."));
        return Collections.unmodifiableMap(fields);
    }
}
