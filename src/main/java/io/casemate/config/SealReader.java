package io.casemate.config;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads {@code seal}: one mapping or a list of them, each a seal. */
final class SealReader {
    private static final List<String> TYPE_VARIABLES =
            List.of("CASEMATE_SEAL_TYPE", "BAO_SEAL_TYPE", "VAULT_SEAL_TYPE");
    private static final int LEAST_URGENT = 1000;
    private static final int MOST_NEEDED = 255;

    private final Section root;
    private final List<Section> sections;

    SealReader(Section root) {
        this.root = root;
        this.sections = root.sections("seal");
    }

    List<SealConfig> read() {
        List<SealConfig> seals = IntStream.range(0, sections.size())
                .mapToObj(i -> read(sections.get(i), i + 1))
                .flatMap(Optional::stream)
                .toList();
        if (whole(seals)) {
            Section first = sections.getFirst();
            SealRules.check(seals).forEach(problem -> first.problems().add(first.where(), problem));
        }
        return seals;
    }

    /** How many of these HSMs have to open together; 1 for any one alone. */
    int quorum(List<SealConfig> seals) {
        Optional<Setting> setting = root.setting("seal_quorum");
        int quorum = setting.flatMap(s -> s.number(1, MOST_NEEDED)).orElse(1);
        if (whole(seals)) {
            SealRules.checkQuorum(seals, quorum)
                    .forEach(
                            problem -> root.problems().add(setting.orElseThrow().where(), problem));
        }
        return quorum;
    }

    /** Whether there is a seal, and each could be read: what they are together can be judged. */
    private boolean whole(List<SealConfig> seals) {
        return !seals.isEmpty() && seals.size() == sections.size();
    }

    private Optional<SealConfig> read(Section section, int place) {
        String name = section.fromFile("name").flatMap(Setting::words).orElse("primary");
        int priority = section.fromFile("priority")
                .flatMap(s -> s.number(1, LEAST_URGENT))
                .orElse(place);
        boolean disabled = section.fromFile("disabled").flatMap(Setting::flag).orElse(false);
        Optional<String> type = type(section);
        Optional<SealConfig> seal = switch (type.orElse("")) {
            case "shamir" -> Optional.of(new SealConfig.Shamir(name, disabled));
            case "pkcs11" ->
                new Pkcs11Reader(section, new SealParameters(section, name, tokens() == 1))
                        .read()
                        .map(p -> new SealConfig.Pkcs11(
                                name, priority, disabled, p.hsm(), p.pin(), p.key(), p.isolation()));
            default -> Optional.empty();
        };
        if (type.isPresent()) {
            section.finish();
        }
        return seal;
    }

    /** Seals that are not held by humans. */
    private long tokens() {
        return sections.stream()
                .filter(section -> section.fromFile("type")
                        .map(type -> !type.text().equalsIgnoreCase("shamir"))
                        .orElse(true))
                .count();
    }

    private Optional<String> type(Section section) {
        Optional<Setting> setting = fromEnvironment(section).or(() -> section.fromFile("type"));
        if (setting.isEmpty()) {
            section.missing("type", "pkcs11 (a token unseals by itself) or shamir (humans do)");
        }
        return setting.flatMap(s -> s.oneOf(List.of("pkcs11", "shamir")));
    }

    private Optional<Setting> fromEnvironment(Section section) {
        section.fromFile("type");
        Optional<Setting> set = TYPE_VARIABLES.stream()
                .filter(section.environment()::containsKey)
                .findFirst()
                .map(variable -> section.variable("type", variable));
        if (set.isPresent() && sections.size() > 1) {
            section.problems()
                    .add(set.get().where(), "tells the type of one seal, and the file has " + sections.size());
            return Optional.empty();
        }
        return set;
    }
}
