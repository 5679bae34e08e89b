package io.casemate.engine.pki.tidy;

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
 * What is to be tidied, and how old it has to be.
 *
 * @param safety how long after its end a certificate is kept
 * @param issuerSafety the same for issuers
 * @param acmeSafety how old an ACME account without orders must be to be revoked, and how long it is then kept
 * @param pause after each entry that was looked at
 * @param page entries looked at between two writes
 */
public record TidyPlan(
        boolean certificates,
        boolean revoked,
        boolean associations,
        boolean issuers,
        boolean acme,
        Duration safety,
        Duration issuerSafety,
        Duration acmeSafety,
        Duration pause,
        int page) {

    /** What can be tidied here. */
    static final List<String> TASKS = List.of(
            "tidy_cert_store",
            "tidy_revoked_certs",
            "tidy_revoked_cert_issuer_associations",
            "tidy_expired_issuers",
            "tidy_acme");

    /** What the API knows and there is nothing of here: accepted as false only. */
    private static final Map<String, String> NOTHING_OF = Map.of(
            "tidy_move_legacy_ca_bundle", "there are no legacy CA bundles",
            "tidy_revocation_queue", "there are no other clusters",
            "tidy_cross_cluster_revoked_certs", "there are no other clusters",
            "tidy_cert_metadata", "there is no certificate metadata",
            "tidy_cmpv2_nonce_store", "there is no CMP",
            "maintain_stored_certificate_counts", "certificates are not counted; list them in pages",
            "publish_stored_certificate_count_metrics", "certificates are not counted; list them in pages");

    private static final List<String> ONLY_AUTOMATIC =
            List.of("maintain_stored_certificate_counts", "publish_stored_certificate_count_metrics");

    private static final int MOST = 10_000;

    /** The fields of {@code tidy}. */
    public static final Map<String, Field> FIELDS = declared(false);

    /** The fields of {@code config/auto-tidy}. */
    public static final Map<String, Field> AUTOMATIC = declared(true);

    /** Stored values of {@code config/auto-tidy}, with the fallbacks of fields that came after they were stored. */
    public static Map<String, Object> automatic(Map<String, Object> stored) {
        return FieldValues.whole(stored, AUTOMATIC);
    }

    /** Reads values as they are stored, with the fallbacks of fields that came after they were stored. */
    public static TidyPlan of(Map<String, Object> stored) {
        Map<String, Object> values = FieldValues.whole(stored, FIELDS);
        return new TidyPlan(
                flag(values, "tidy_cert_store"),
                flag(values, "tidy_revoked_certs") || flag(values, "tidy_revocation_list"),
                flag(values, "tidy_revoked_cert_issuer_associations"),
                flag(values, "tidy_expired_issuers"),
                flag(values, "tidy_acme"),
                seconds(values, "safety_buffer"),
                seconds(values, "issuer_safety_buffer"),
                seconds(values, "acme_account_safety_buffer"),
                Durations.parse("pause_duration", values.get("pause_duration")),
                Math.toIntExact((Long) values.get("page_size")));
    }

    /** What to set for a tidy to do something. */
    public static String tasks() {
        return TASKS.toString();
    }

    /** Refuses what makes no sense, and what there is nothing of here. */
    public static void check(Map<String, Object> values) {
        NOTHING_OF.forEach((field, why) -> {
            if (flag(values, field)) {
                throw Fault.badRequest("field '" + field + "': " + why + "; only false");
            }
        });
        long page = (Long) values.get("page_size");
        if (page < 1 || page > MOST) {
            throw Fault.badRequest("field 'page_size': from 1 to " + MOST);
        }
        TidyPlan plan = of(values);
        if (plan.safety.toSeconds() < 1 || plan.issuerSafety.toSeconds() < 1 || plan.acmeSafety.toSeconds() < 1) {
            throw Fault.badRequest("fields 'safety_buffer', 'issuer_safety_buffer', 'acme_account_safety_buffer': at"
                    + " least a second");
        }
        if (plan.pause.isNegative() || plan.pause.compareTo(Duration.ofMinutes(1)) > 0) {
            throw Fault.badRequest("field 'pause_duration': from 0s to 1m");
        }
    }

    /** The same for {@code config/auto-tidy}. */
    public static void checkAutomatic(Map<String, Object> values) {
        check(values);
        if (flag(values, "enabled") && !of(values).anything()) {
            throw Fault.badRequest("auto-tidy is enabled without a tidy operation: set one of " + TASKS);
        }
        if (seconds(values, "interval_duration").toSeconds() < 60) {
            throw Fault.badRequest("field 'interval_duration': at least a minute");
        }
        if (seconds(values, "min_startup_backoff_duration").isNegative()
                || seconds(values, "max_startup_backoff_duration")
                                .compareTo(seconds(values, "min_startup_backoff_duration"))
                        < 0) {
            throw Fault.badRequest("field 'max_startup_backoff_duration': at least min_startup_backoff_duration");
        }
    }

    /** Whether there is anything to do. */
    public boolean anything() {
        return certificates || revoked || associations || issuers || acme;
    }

    private static boolean flag(Map<String, Object> values, String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    static Duration seconds(Map<String, Object> values, String name) {
        return Duration.ofSeconds((Long) values.get(name));
    }

    private static Map<String, Field> declared(boolean automatic) {
        Map<String, Field> fields = new LinkedHashMap<>();
        if (automatic) {
            fields.put("enabled", Field.flag(false, "Tidy by itself."));
            fields.put("interval_duration", duration("12h", "From the end of one tidy to the next."));
            fields.put("min_startup_backoff_duration", duration("5m", "Wait after a start before the first tidy."));
            fields.put("max_startup_backoff_duration", duration("15m", "The wait is not longer than this."));
        }
        fields.put("tidy_cert_store", Field.flag(false, "Delete certificates that have ended."));
        fields.put("tidy_revoked_certs", Field.flag(false, "Delete revocations of certificates that have ended."));
        if (!automatic) {
            fields.put("tidy_revocation_list", Field.flag(false, "Old name of tidy_revoked_certs."));
        }
        fields.put(
                "tidy_revoked_cert_issuer_associations",
                Field.flag(false, "Give revocations of deleted issuers to those of the same name and key."));
        fields.put("tidy_expired_issuers", Field.flag(false, "Delete issuers that have ended, but not the default."));
        fields.put("safety_buffer", duration("72h", "How long after its end a certificate is kept."));
        fields.put("issuer_safety_buffer", duration("8760h", "The same for issuers."));
        fields.put(
                "tidy_acme", Field.flag(false, "Delete ACME orders that have ended, revoke and delete idle accounts."));
        fields.put("acme_account_safety_buffer", duration("720h", "How old an ACME account without orders must be."));
        fields.put("pause_duration", new Field(Field.Type.STRING, "0s", "Pause after each entry looked at."));
        fields.put("page_size", Field.integer(512, "Entries looked at between two writes."));
        NOTHING_OF.keySet().stream()
                .sorted()
                .filter(name -> automatic || !ONLY_AUTOMATIC.contains(name))
                .forEach(name -> fields.put(name, Field.flag(false, NOTHING_OF.get(name) + "; only false.")));
        return Collections.unmodifiableMap(fields);
    }

    private static Field duration(String fallback, String help) {
        return new Field(Field.Type.DURATION, Durations.parse("", fallback), help);
    }
}
