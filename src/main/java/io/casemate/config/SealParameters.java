package io.casemate.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The parameters of one seal. Each has the names that users of other servers know. An environment variable wins over the
 * file, {@code CASEMATE_HSM_...} before {@code BAO_HSM_...} before {@code VAULT_HSM_...}; with {@code _NAME} behind it, it
 * is for the seal of that name, and before the variable without. With several tokens, a variable has to name its seal: one
 * token's PIN must not be tried on another.
 */
final class SealParameters {
    private static final List<String> PREFIXES = List.of("CASEMATE_HSM_", "BAO_HSM_", "VAULT_HSM_");

    private final Section section;
    private final List<String> suffixes;
    private final String name;
    private final boolean alone;

    /** @param alone whether the file has no other seal of this type */
    SealParameters(Section section, String name, boolean alone) {
        this.section = section;
        this.name = name;
        this.alone = alone;
        this.suffixes = Stream.of(name, name.replaceAll("[^A-Za-z0-9]", "_"))
                .flatMap(word -> Stream.of(word, word.toUpperCase(Locale.ROOT)))
                .distinct()
                .map(word -> "_" + word)
                .toList();
    }

    /** The setting; its absence is a problem. */
    Optional<Setting> needed(SealParameter parameter, String what) {
        Optional<Setting> setting = get(parameter);
        if (setting.isEmpty()) {
            section.missing(parameter.key(), what);
        }
        return setting;
    }

    /** The setting, if it was given. */
    Optional<Setting> get(SealParameter parameter) {
        Optional<Setting> inFile = fromFile(parameter);
        return named(parameter).or(() -> unnamed(parameter)).or(() -> inFile);
    }

    private Optional<Setting> fromFile(SealParameter parameter) {
        List<Setting> given = parameter.keys().stream()
                .flatMap(key -> section.fromFile(key).stream())
                .toList();
        if (given.size() > 1) {
            String second = given.get(1).key();
            section.problems()
                    .add(
                            given.get(1).where(),
                            second + " says the same as " + given.getFirst().key() + "; give one of them");
        }
        return given.stream().findFirst();
    }

    private Optional<Setting> named(SealParameter parameter) {
        return suffixes.stream()
                .flatMap(suffix -> variables(parameter).map(variable -> variable + suffix))
                .filter(section.environment()::containsKey)
                .findFirst()
                .map(variable -> section.variable(parameter.key(), variable));
    }

    private Optional<Setting> unnamed(SealParameter parameter) {
        Optional<String> variable =
                variables(parameter).filter(section.environment()::containsKey).findFirst();
        if (!alone) {
            variable.ifPresent(v -> section.problems()
                    .add(
                            "environment variable " + v,
                            "with several seals, say which one it is for: " + v + "_" + name));
            return Optional.empty();
        }
        return variable.map(v -> section.variable(parameter.key(), v));
    }

    private static Stream<String> variables(SealParameter parameter) {
        return PREFIXES.stream()
                .flatMap(prefix -> parameter.variables().stream().map(variable -> prefix + variable));
    }
}
