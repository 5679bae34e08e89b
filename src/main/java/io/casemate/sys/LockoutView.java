package io.casemate.sys;

import io.casemate.auth.LockoutLimits;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the API shows and takes {@code user_lockout_config}. */
final class LockoutView {
    private LockoutView() {}

    static Map<String, Object> of(LockoutLimits limits) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("lockout_threshold", (long) limits.threshold());
        shown.put("lockout_duration", limits.duration().toSeconds());
        shown.put("lockout_counter_reset_duration", limits.counterReset().toSeconds());
        shown.put("lockout_disable", limits.disabled());
        return shown;
    }

    /** What was sent laid over {@code base}; members that were not sent stay. */
    static LockoutLimits merge(LockoutLimits base, Object sent) {
        LockoutLimits usual = LockoutLimits.DEFAULT;
        return switch (sent) {
            case null -> base;
            case Map<?, ?> members ->
                new LockoutLimits(
                        threshold(members.get("lockout_threshold"), base.threshold()),
                        duration(members, "lockout_duration", base.duration(), usual.duration()),
                        duration(members, "lockout_counter_reset_duration", base.counterReset(), usual.counterReset()),
                        flag(members, base.disabled()));
            default -> throw Fault.badRequest("field 'user_lockout_config': expected an object");
        };
    }

    private static int threshold(Object sent, int base) {
        if (sent == null) {
            return base;
        }
        try {
            int threshold = Integer.parseInt(sent.toString().strip());
            if (threshold > 0) {
                return threshold;
            }
        } catch (NumberFormatException notANumber) {
            throw new Fault.BadRequest(List.of(positive())).causedBy(notANumber);
        }
        throw Fault.badRequest(positive());
    }

    private static String positive() {
        return "field 'lockout_threshold': expected a number greater than 0; 'lockout_disable' turns lockouts off";
    }

    private static Duration duration(Map<?, ?> members, String name, Duration base, Duration usual) {
        return MountView.duration(members.get(name), name, base, usual);
    }

    private static boolean flag(Map<?, ?> members, boolean base) {
        return switch (members.get("lockout_disable")) {
            case null -> base;
            case Boolean flag -> flag;
            case Object text when text.toString().matches("true|false") -> Boolean.parseBoolean(text.toString());
            default -> throw Fault.badRequest("field 'lockout_disable': expected true or false");
        };
    }
}
