package io.casemate.engine.pki.govern;

import io.casemate.engine.Field;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code config/governor} says.
 *
 * @param frozen nothing is issued at all
 * @param reason shown to whoever is refused meanwhile
 * @param window the time in which the counts hold
 * @param counts most certificates in a window, by {@link Kind}; 0 for no limit
 * @param sameRequest how long the same CSR, asked in the same way, gets the certificate that it got already; zero for never
 */
public record Limits(boolean frozen, String reason, Duration window, Map<Kind, Long> counts, Duration sameRequest) {
    /** What certificates are counted by. */
    public enum Kind {
        NAME,
        ROLE,
        TOKEN,
        ISSUER
    }

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    private static final Duration LONGEST = Duration.ofDays(31);

    /** Reads stored values, with the fallbacks of fields that came after they were stored; no limits where there are none. */
    public static Limits of(Map<String, Object> stored) {
        Map<String, Object> values = FieldValues.whole(stored, FIELDS);
        Map<Kind, Long> counts = new LinkedHashMap<>();
        counts.put(Kind.NAME, (Long) values.get("per_name"));
        counts.put(Kind.ROLE, (Long) values.get("per_role"));
        counts.put(Kind.TOKEN, (Long) values.get("per_token"));
        counts.put(Kind.ISSUER, (Long) values.get("per_issuer"));
        return new Limits(
                (Boolean) values.get("frozen"),
                (String) values.get("freeze_reason"),
                Durations.parse("window", values.get("window")),
                Collections.unmodifiableMap(counts),
                Durations.parse("same_request_window", values.get("same_request_window")));
    }

    /** Refuses what makes no sense. */
    public static void check(Map<String, Object> values) {
        Limits limits = of(values);
        if (limits.window.compareTo(Duration.ofSeconds(1)) < 0 || limits.window.compareTo(LONGEST) > 0) {
            throw Fault.badRequest("field 'window': 1 second to " + LONGEST.toDays() + " days");
        }
        if (limits.sameRequest.isNegative() || limits.sameRequest.compareTo(LONGEST) > 0) {
            throw Fault.badRequest("field 'same_request_window': 0 to " + LONGEST.toDays() + " days");
        }
        List<Long> counts = List.copyOf(limits.counts.values());
        if (counts.stream().anyMatch(count -> count < 0 || count > 1_000_000_000)) {
            throw Fault.badRequest("fields 'per_name', 'per_role', 'per_token', 'per_issuer': 0 (no limit) or more");
        }
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("frozen", Field.flag(false, "Issue nothing; reading, revoking, CRLs and OCSP go on."));
        fields.put("freeze_reason", Field.string("Shown to whoever is refused meanwhile."));
        fields.put("window", new Field(Field.Type.DURATION, Duration.ofHours(1), "The time in which the counts hold."));
        fields.put("per_name", Field.integer(0, "Most certificates with the same name in a window; 0 for no limit."));
        fields.put("per_role", Field.integer(0, "Most certificates under one role in a window; 0 for no limit."));
        fields.put("per_token", Field.integer(0, "Most certificates for one token in a window; 0 for no limit."));
        fields.put("per_issuer", Field.integer(0, "Most certificates by one issuer in a window; 0 for no limit."));
        fields.put(
                "same_request_window",
                Field.duration("So long the same CSR gets the certificate that it got already; 0 for never."));
        return Collections.unmodifiableMap(fields);
    }
}
