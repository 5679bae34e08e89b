package io.casemate.cli.pki;

import io.casemate.cli.flag.Booleans;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.LocalFiles;
import io.casemate.cli.pki.PkiHealth.Check;
import io.casemate.json.Json;
import io.casemate.kernel.Durations;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which checks of {@code pki health-check} run, and what each takes for bad: the defaults, and over them a file of the user's. */
final class PkiHealthSettings {
    private static final String ENABLED = "enabled";

    private final Map<String, Object> all = new LinkedHashMap<>();

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

    /**
     * Settings for {@link PkiChecks#ALL}.
     *
     * @param file JSON: settings by the name of their check; empty for none
     * @param silent whether only those run that the file enables
     */
    static PkiHealthSettings of(String file, boolean silent) {
        Map<String, Object> sent = file.isEmpty() ? Map.of() : read(file);
        PkiHealthSettings settings = new PkiHealthSettings();
        for (Check check : PkiChecks.ALL) {
            Map<String, Object> merged = new LinkedHashMap<>(check.defaults());
            merged.put(ENABLED, !silent);
            Values.map(sent.get(check.name())).forEach((name, value) -> {
                if (merged.replace(name, value) == null) {
                    throw CliFailure.local("-health-config: unknown setting " + check.name() + "." + name);
                }
            });
            settings.all.put(check.name(), merged);
        }
        sent.keySet().stream().filter(name -> !settings.all.containsKey(name)).forEach(name -> {
            throw CliFailure.local("-health-config: unknown check " + name);
        });
        return settings;
    }

    /** Those of one check. */
    Terms of(Check check) {
        return new Terms(check.name(), Values.map(all.get(check.name())));
    }

    /** All, by the name of their check: what the file may hold. */
    Map<String, Object> shown() {
        return all;
    }

    private static Map<String, Object> read(String file) {
        try {
            return Json.object(LocalFiles.read(file));
        } catch (FaultException e) {
            throw CliFailure.local("-health-config: " + file + " is not a JSON object");
        }
    }
}
