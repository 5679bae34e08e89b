package io.casemate.cli.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Environment variables: {@code CASEMATE_X} wins over {@code VAULT_X}, this over {@code BAO_X}; an empty one counts as not set. */
public final class Environment {
    private static final List<String> PREFIXES = List.of("CASEMATE_", "VAULT_", "BAO_");

    private final Map<String, String> variables;

    /** Reads these variables. */
    public Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    /** The value behind a name without its prefix, or {@code otherwise}. */
    public String get(String name, String otherwise) {
        for (String prefix : PREFIXES) {
            String set = exactly(prefix + name);
            if (!set.isEmpty()) {
                return set;
            }
        }
        return otherwise;
    }

    /** The variable of exactly this name, empty if not set. */
    public String exactly(String name) {
        return variables.getOrDefault(name, "");
    }

    /** The user's home directory. */
    Path home() {
        String home = exactly("HOME");
        return Path.of(home.isEmpty() ? System.getProperty("user.home") : home);
    }
}
