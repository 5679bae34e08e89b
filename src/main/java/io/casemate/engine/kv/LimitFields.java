package io.casemate.engine.kv;

import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Unserved;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import java.util.Map;

/** The fields that set {@link Limits}, for a mount and for a path. */
final class LimitFields {
    static final Map<String, Field> DECLARED = Map.of(
            "max_versions", Field.integer(0, "Versions to keep of each path; 0 for the default."),
            "cas_required", Field.flag(false, "Refuse writes that do not say which version they replace."),
            "delete_version_after",
                    Field.any("Life of a version, such as \"30d\"; 0 for no limit, negative to switch it off."));

    private static final long MOST_VERSIONS = 1_000_000;

    private LimitFields() {}

    /** {@code before}, with what was sent put over it. */
    static Limits over(Limits before, Exchange exchange) {
        refuseUnserved(exchange);
        boolean versions = exchange.fields().has("max_versions");
        boolean cas = exchange.fields().has("cas_required");
        boolean after = exchange.fields().has("delete_version_after");
        return new Limits(
                versions ? versions(exchange.fields().integer("max_versions")) : before.maxVersions(),
                cas ? exchange.fields().flag("cas_required") : before.casRequired(),
                after ? nanos(exchange.fields().any("delete_version_after")) : before.deleteAfterNanos());
    }

    /** Whether any of them was sent. */
    static boolean sent(Exchange exchange) {
        return DECLARED.keySet().stream().anyMatch(exchange.fields()::has);
    }

    /** The same for PATCH, where a JSON null puts a limit back to its default. */
    static Limits patched(Limits before, Exchange exchange) {
        Map<String, Object> sent = exchange.request().data();
        Limits reset = new Limits(
                nulled(sent, "max_versions") ? 0 : before.maxVersions(),
                !nulled(sent, "cas_required") && before.casRequired(),
                nulled(sent, "delete_version_after") ? 0 : before.deleteAfterNanos());
        return over(reset, exchange);
    }

    /** Refuses limits of other servers that this one does not keep. */
    static void refuseUnserved(Exchange exchange) {
        Unserved.refuse(exchange.request().data(), "metadata_cas", "metadata_cas_required");
    }

    private static boolean nulled(Map<String, Object> sent, String name) {
        return sent.containsKey(name) && sent.get(name) == null;
    }

    private static long versions(long sent) {
        if (sent < 0 || sent > MOST_VERSIONS) {
            throw Fault.badRequest("field 'max_versions': expected a number from 0 to " + MOST_VERSIONS);
        }
        return sent;
    }

    private static long nanos(Object sent) {
        boolean negative = (sent instanceof Long number && number < 0)
                || (sent instanceof String text && text.strip().startsWith("-"));
        return negative
                ? Limits.NEVER
                : Durations.parse("delete_version_after", sent).toNanos();
    }
}
