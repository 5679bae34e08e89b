package io.casemate.engine.pki.crl;

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
 * How CRLs and OCSP answers are made ({@code config/crl}). A CRL is always made anew in time by whoever reads it; without
 * {@code auto_rebuild} also when something was revoked.
 *
 * @param life of a complete CRL
 * @param grace how long before its end it is made anew; at most half its life without {@code autoRebuild}
 * @param deltaInterval the age at which a delta CRL is made anew
 * @param ocspUnknown a serial number of which nothing is kept is answered by "unknown"
 * @param shards into how many CRLs an issuer's is cut whose certificates name shards; 0 for none
 */
public record CrlSettings(
        boolean disabled,
        Duration life,
        Duration grace,
        boolean autoRebuild,
        boolean delta,
        Duration deltaInterval,
        boolean ocspDisabled,
        Duration ocspLife,
        boolean ocspUnknown,
        int shards) {

    /** The most shards of an issuer's CRL. */
    private static final int MOST_SHARDS = 1024;

    private static final List<String> ONE_SERVER =
            List.of("cross_cluster_revocation", "unified_crl", "unified_crl_on_existing_paths");

    /** The fields' declarations, with the API's defaults. */
    public static final Map<String, Field> FIELDS = declared();

    /** Reads stored values. */
    public static CrlSettings of(Map<String, Object> stored) {
        Map<String, Object> values = FieldValues.whole(stored, FIELDS);
        return new CrlSettings(
                (Boolean) values.get("disable"),
                duration(values, "expiry"),
                grace(values),
                (Boolean) values.get("auto_rebuild"),
                (Boolean) values.get("enable_delta"),
                duration(values, "delta_rebuild_interval"),
                (Boolean) values.get("ocsp_disable"),
                duration(values, "ocsp_expiry"),
                values.get("ocsp_unkept_status").equals("unknown"),
                Math.toIntExact((Long) values.get("shards")));
    }

    /** Where time is not all that makes CRLs, a grace for longer lives than this one gives way. */
    private static Duration grace(Map<String, Object> values) {
        Duration set = duration(values, "auto_rebuild_grace_period");
        Duration half = duration(values, "expiry").dividedBy(2);
        return (Boolean) values.get("auto_rebuild") || set.compareTo(half) < 0 ? set : half;
    }

    private static Duration duration(Map<String, Object> values, String name) {
        return Durations.parse(name, values.get(name));
    }

    /** Refuses what makes no sense and what one server cannot do; an entry limit of 0 becomes the default. */
    public static void check(Map<String, Object> values) {
        if (values.get("max_crl_entries").equals(0L)) {
            values.put("max_crl_entries", FIELDS.get("max_crl_entries").fallback());
        }
        if ((Long) values.get("max_crl_entries") < -1) {
            throw Fault.badRequest("field 'max_crl_entries': a number of entries, or -1 for any");
        }
        CrlSettings settings = of(values);
        Duration minute = Duration.ofMinutes(1);
        if (settings.life.compareTo(minute) < 0 || settings.grace.compareTo(settings.life) >= 0) {
            throw Fault.badRequest(
                    "field 'expiry': at least a minute, and with auto_rebuild longer than auto_rebuild_grace_period");
        }
        if (settings.delta && !settings.autoRebuild) {
            throw Fault.badRequest("field 'enable_delta': needs auto_rebuild; otherwise every CRL is complete anyway");
        }
        if (settings.delta
                && (settings.deltaInterval.toSeconds() < 1 || settings.deltaInterval.compareTo(settings.life) >= 0)) {
            throw Fault.badRequest("field 'delta_rebuild_interval': at least a second, and shorter than expiry");
        }
        if (settings.ocspLife.isNegative() || (settings.ocspLife.isPositive() && settings.ocspLife.toSeconds() < 1)) {
            throw Fault.badRequest("field 'ocsp_expiry': whole seconds; 0 for answers that are not to be kept");
        }
        if (!List.of("good", "unknown").contains(values.get("ocsp_unkept_status"))) {
            throw Fault.badRequest("field 'ocsp_unkept_status': good or unknown");
        }
        if (settings.shards != 0 && (settings.shards < 2 || settings.shards > MOST_SHARDS)) {
            throw Fault.badRequest("field 'shards': 2 to " + MOST_SHARDS + ", or 0 for none");
        }
        ONE_SERVER.forEach(field -> {
            if ((Boolean) values.get(field)) {
                throw Fault.badRequest("field '" + field + "': there are no other clusters; only false");
            }
        });
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("expiry", new Field(Field.Type.STRING, "72h", "Life of a CRL."));
        fields.put("disable", Field.flag(false, "Make and serve no CRLs. Revocations are kept, and OCSP goes on."));
        fields.put("ocsp_disable", Field.flag(false, "Answer every OCSP request by \"unauthorized\"."));
        fields.put(
                "ocsp_expiry",
                new Field(Field.Type.STRING, "12h", "Life of an OCSP answer; 0 for answers that are not to be kept."));
        fields.put(
                "ocsp_unkept_status",
                new Field(
                        Field.Type.STRING,
                        "good",
                        "What OCSP says of serial numbers of which nothing is kept: good, because roles with no_store"
                                + " keep nothing; or unknown, where there are no such roles (RFC 6960 2.2)."));
        fields.put("auto_rebuild", Field.flag(false, "Make CRLs by time only, not when something was revoked."));
        fields.put("auto_rebuild_grace_period", new Field(Field.Type.STRING, "12h", "How long before expiry."));
        fields.put("enable_delta", Field.flag(false, "Make delta CRLs; needs auto_rebuild."));
        fields.put("delta_rebuild_interval", new Field(Field.Type.STRING, "15m", "How often delta CRLs are made."));
        fields.put(
                "shards",
                Field.integer(
                        0,
                        "Into how many CRLs that of an issuer is cut, whose certificates name theirs by {{crl_shard}}"
                                + " in crl_distribution_points (RFC 5280 5.2.5). Fixed for an issuer with the first."));
        fields.put(
                "max_crl_entries",
                Field.integer(
                        100_000,
                        "Kept and shown for clients that send it; no CRL here stops being made for its size."));
        ONE_SERVER.forEach(name -> fields.put(name, Field.flag(false, "Of several clusters; only false.")));
        return Collections.unmodifiableMap(fields);
    }
}
