package io.casemate.cli.pki;

import io.casemate.cli.flag.Booleans;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.kernel.Durations;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A check of {@code pki health-check} as data.
 *
 * @param defaults of what it takes for bad
 */
record PkiCheck(String name, Map<String, Object> defaults, BiFunction<PkiMount, Terms, List<Finding>> run) {
    /** The setting of every check that tells whether it runs. */
    static final String ENABLED = "enabled";

    /** One that nothing can be set for. */
    PkiCheck(String name, Function<PkiMount, List<Finding>> run) {
        this(name, Map.of(), (mount, _) -> run.apply(mount));
    }

    /** How bad a finding is, with the exit code that scripts around Vault expect. */
    enum Status {
        OK(0),
        NOT_APPLICABLE(0),
        INFORMATIONAL(2),
        WARNING(3),
        CRITICAL(4),
        INVALID_VERSION(5),
        INSUFFICIENT_PERMISSIONS(6);

        final int exit;

        Status(int exit) {
            this.exit = exit;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What one check found at one path. */
    record Finding(Status status, String endpoint, String message) {
        Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("status", status.word());
            members.put("endpoint", endpoint);
            members.put("message", message);
            return members;
        }
    }

    /** What one check goes by. */
    record Terms(String check, Map<String, Object> values) {
        boolean enabled() {
            return values.get(ENABLED) instanceof Boolean given
                    ? given
                    : Booleans.parse(what(ENABLED), Values.text(values, ENABLED));
        }

        /** A time: seconds, or text such as {@code 30d}. */
        Duration time(String name) {
            try {
                return Durations.parse(name, values.get(name));
            } catch (FaultException e) {
                throw CliFailure.local(what(name) + " is not a duration such as 30d");
            }
        }

        long count(String name) {
            try {
                return Long.parseLong(Values.text(values, name));
            } catch (NumberFormatException e) {
                throw CliFailure.local(what(name) + " is not a whole number");
            }
        }

        List<String> texts(String name) {
            return Values.texts(values.get(name));
        }

        private String what(String name) {
            return "-health-config: " + check + "." + name;
        }
    }
}
