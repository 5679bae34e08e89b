package io.casemate.cli.pki;

import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.LocalFiles;
import io.casemate.cli.pki.PkiCheck.Terms;
import io.casemate.json.Json;
import io.casemate.kernel.FaultException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which checks of {@code pki health-check} run, and what each takes for bad: the defaults, and over them a file of the user's. */
final class PkiHealthSettings {
    private final Map<String, Object> all = new LinkedHashMap<>();

    /**
     * Settings for {@link PkiChecks#ALL}.
     *
     * @param file JSON: settings by the name of their check; empty for none
     * @param silent whether only those run that the file enables
     */
    static PkiHealthSettings of(String file, boolean silent) {
        Map<String, Object> sent = file.isEmpty() ? Map.of() : read(file);
        PkiHealthSettings settings = new PkiHealthSettings();
        for (PkiCheck check : PkiChecks.ALL) {
            Map<String, Object> merged = new LinkedHashMap<>(check.defaults());
            merged.put(PkiCheck.ENABLED, !silent);
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
    Terms of(PkiCheck check) {
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
