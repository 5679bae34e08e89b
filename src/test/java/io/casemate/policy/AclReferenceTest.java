package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Identity;
import io.casemate.kernel.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The indexed rules against a slow, plain reading of the same law: go through all stanzas, keep those whose pattern
 * matches, pick the most specific pattern, unite its stanzas. {@code -Dfuzz.rounds=N} for more.
 */
class AclReferenceTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 3_000);
    private static final String[] SEGMENTS = {"a", "b", "ab", "abc", "b+", "é", ""};
    private static final String[] TEMPLATES = {
        "{{identity.entity.metadata.x}}",
        "{{identity.entity.metadata.y}}",
        "{{identity.entity.metadata.z}}",
        "a{{identity.entity.metadata.x}}",
        "{{identity.entity.metadata.x}}{{identity.entity.metadata.y}}"
    };
    private static final Capability[] GRANTABLE = {
        Capability.READ, Capability.LIST, Capability.SCAN, Capability.UPDATE, Capability.SUDO, Capability.DENY
    };

    private record Stanza(String policy, String pattern, Set<Capability> capabilities) {}

    @Test
    void agrees_with_the_plain_reading_for_whoever_asks() {
        SplittableRandom random = new SplittableRandom(12);
        for (int round = 0; round < ROUNDS; round++) {
            List<Stanza> written = stanzas(random, true);
            Person who = Person.random(random);
            Acl acl = compiled(written).filledFor(who);
            List<Stanza> stanzas =
                    written.stream().flatMap(each -> filled(each, who)).toList();
            for (int question = 0; question < 40; question++) {
                String path = path(random);
                for (Operation operation : List.of(Operation.READ, Operation.LIST, Operation.SCAN, Operation.UPDATE)) {
                    boolean sudo = random.nextInt(4) == 0;
                    assertEquals(
                            plain(stanzas, operation, path, sudo),
                            acl.judge(Asking.to(operation, path), sudo),
                            () -> operation + " " + path + " under " + written + " for " + who);
                }
            }
        }
    }

    @Test
    void no_value_makes_a_rule_match_more_than_the_value() {
        SplittableRandom random = new SplittableRandom(13);
        for (int round = 0; round < ROUNDS * 10; round++) {
            Person who = Person.random(random);
            String pattern = pattern(random, true).replace("+", "b");
            Acl acl = compiled(List.of(new Stanza("p", pattern, Set.of(Capability.READ))))
                    .filledFor(who);
            String path =
                    random.nextBoolean() ? path(random) : who.fill(pattern).replace("*", "");
            if (isPath(path)
                    && acl.judge(Asking.to(Operation.READ, path), false).allowed()) {
                String regex = Arrays.stream(pattern.replaceAll("\\*$", "").split("(?=\\{\\{)|(?<=\\}\\})"))
                        .map(who::fill)
                        .map(Pattern::quote)
                        .collect(Collectors.joining());
                assertTrue(
                        path.matches(regex + (pattern.endsWith("*") ? ".*" : "")),
                        () -> path + " by " + pattern + " for " + who);
            }
        }
    }

    /** Somebody whose notes are up to no good. */
    private record Person(Map<String, String> notes) implements Identity {
        private static final String[] VALUES = {"a", "b", "ab", "a+b", "*", "+", "a/b", "a*", "/", "+a", "", "{{x}}"};
        private static final String PREFIX = "identity.entity.metadata.";

        static Person random(SplittableRandom random) {
            Map<String, String> notes = new HashMap<>();
            for (String key : List.of("x", "y")) {
                notes.put(key, VALUES[random.nextInt(VALUES.length)]);
            }
            return new Person(notes);
        }

        @Override
        public String entityId() {
            return "entity";
        }

        @Override
        public Set<String> policies() {
            return Set.of();
        }

        @Override
        public Optional<String> value(String selector) {
            return Optional.ofNullable(notes.get(selector.substring(PREFIX.length())))
                    .filter(value -> !value.isEmpty());
        }

        String fill(String pattern) {
            String filled = pattern;
            for (Map.Entry<String, String> note : notes.entrySet()) {
                filled = filled.replace("{{" + PREFIX + note.getKey() + "}}", note.getValue());
            }
            return filled;
        }
    }

    private static Stream<Stanza> filled(Stanza stanza, Person who) {
        boolean fits = List.of("x", "y", "z").stream()
                .filter(key -> stanza.pattern.contains("metadata." + key + "}}"))
                .map(key -> who.notes.getOrDefault(key, ""))
                .noneMatch(
                        value -> value.isEmpty() || (!stanza.capabilities.contains(Capability.DENY) && widens(value)));
        return fits ? Stream.of(new Stanza(stanza.policy, who.fill(stanza.pattern), stanza.capabilities)) : Stream.of();
    }

    private static boolean widens(String value) {
        return value.contains("/") || value.contains("*") || value.startsWith("+");
    }

    private static boolean isPath(String path) {
        return !path.isEmpty() && !path.startsWith("/") && !path.contains("//");
    }

    @Test
    void agrees_with_the_plain_reading() {
        SplittableRandom random = new SplittableRandom(11);
        for (int round = 0; round < ROUNDS; round++) {
            List<Stanza> stanzas = stanzas(random, false);
            Acl acl = compiled(stanzas);
            for (int question = 0; question < 40; question++) {
                String path = path(random);
                for (Operation operation : List.of(Operation.READ, Operation.LIST, Operation.SCAN, Operation.UPDATE)) {
                    boolean sudo = random.nextInt(4) == 0;
                    assertEquals(
                            plain(stanzas, operation, path, sudo),
                            acl.judge(Asking.to(operation, path), sudo),
                            () -> operation + " " + path + " under " + stanzas);
                }
            }
        }
    }

    private static Verdict plain(List<Stanza> stanzas, Operation operation, String path, boolean sudo) {
        Capability needed = Capability.needed(operation).orElseThrow();
        List<Stanza> decisive = operation.lists() ? forFolder(stanzas, path) : forOthers(stanzas, path);
        Set<Capability> all =
                decisive.stream().flatMap(s -> s.capabilities.stream()).collect(Collectors.toSet());
        if (all.contains(Capability.DENY) || !all.contains(needed) || (sudo && !all.contains(Capability.SUDO))) {
            return Verdict.DENIED;
        }
        return new Verdict(
                true,
                decisive.stream()
                        .filter(s -> s.capabilities.contains(needed))
                        .map(Stanza::policy)
                        .distinct()
                        .toList());
    }

    private static List<Stanza> forOthers(List<Stanza> stanzas, String path) {
        Set<String> exact =
                matching(stanzas, path).stream().filter(p -> !wild(p)).collect(Collectors.toSet());
        Set<String> pool = exact.isEmpty() ? matching(stanzas, path) : exact;
        return of(stanzas, best(pool));
    }

    private static List<Stanza> forFolder(List<Stanza> stanzas, String asked) {
        String folder = new ApiPath(asked).asFolder().value();
        String bare = folder.isEmpty() ? folder : folder.substring(0, folder.length() - 1);
        for (String exact : List.of(folder, bare)) {
            if (stanzas.stream().anyMatch(s -> s.pattern.equals(exact) && !wild(exact))) {
                return of(stanzas, exact);
            }
        }
        String best = best(candidates(stanzas, bare));
        String deny = best(having(stanzas, candidates(stanzas, folder), Capability.DENY));
        if (best == null) {
            return of(stanzas, best(candidates(stanzas, folder)));
        }
        return of(stanzas, deny != null && lessSpecific(best, deny) ? deny : best);
    }

    /** Of the plain prefixes only the longest takes part. */
    private static Set<String> candidates(List<Stanza> stanzas, String path) {
        Set<String> pool = matching(stanzas, path);
        pool.removeIf(p -> !wild(p));
        String longest = pool.stream()
                .filter(p -> !plus(p))
                .reduce((a, b) -> a.length() > b.length() ? a : b)
                .orElse(null);
        pool.removeIf(p -> !plus(p) && !p.equals(longest));
        return pool;
    }

    private static Set<String> having(List<Stanza> stanzas, Set<String> pool, Capability capability) {
        return pool.stream()
                .filter(p -> of(stanzas, p).stream().anyMatch(s -> s.capabilities.contains(capability)))
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Set<String> matching(List<Stanza> stanzas, String path) {
        return stanzas.stream()
                .map(Stanza::pattern)
                .filter(p -> regex(p).matcher(path).matches())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static Pattern regex(String pattern) {
        StringBuilder regex = new StringBuilder();
        String stem = pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern;
        for (String segment : stem.split("/", -1)) {
            regex.append(regex.isEmpty() ? "" : "/")
                    .append(plus(pattern) && segment.equals("+") ? "[^/]*" : Pattern.quote(segment));
        }
        return Pattern.compile(regex + (pattern.endsWith("*") ? ".*" : ""), Pattern.DOTALL);
    }

    private static String best(Set<String> patterns) {
        String best = null;
        for (String each : patterns) {
            best = best == null || lessSpecific(best, each) ? each : best;
        }
        return best;
    }

    private static boolean lessSpecific(String a, String b) {
        int[] ranksA = {first(a), a.endsWith("*") ? 0 : 1, -pluses(a), a.length()};
        int[] ranksB = {first(b), b.endsWith("*") ? 0 : 1, -pluses(b), b.length()};
        for (int i = 0; i < ranksA.length; i++) {
            if (ranksA[i] != ranksB[i]) {
                return ranksA[i] < ranksB[i];
            }
        }
        return a.compareTo(b) < 0;
    }

    private static int first(String pattern) {
        return plus(pattern) ? pattern.indexOf('+') : pattern.length() - 1;
    }

    private static int pluses(String pattern) {
        return plus(pattern)
                ? (int) List.of(pattern.replace("*", "").split("/", -1)).stream()
                        .filter("+"::equals)
                        .count()
                : 0;
    }

    private static boolean plus(String pattern) {
        return pattern.equals("+") || pattern.startsWith("+/") || pattern.contains("/+");
    }

    private static boolean wild(String pattern) {
        return plus(pattern) || pattern.endsWith("*");
    }

    private static List<Stanza> of(List<Stanza> stanzas, String pattern) {
        return stanzas.stream().filter(s -> s.pattern.equals(pattern)).toList();
    }

    private static List<Stanza> stanzas(SplittableRandom random, boolean templates) {
        List<Stanza> stanzas = new ArrayList<>();
        int policies = random.nextInt(1, 5);
        for (int policy = 0; policy < policies; policy++) {
            for (int i = random.nextInt(0, 7); i > 0; i--) {
                Set<Capability> capabilities = new HashSet<>();
                for (int c = random.nextInt(0, 4); c > 0; c--) {
                    capabilities.add(GRANTABLE[random.nextInt(random.nextInt(3) == 0 ? 6 : 5)]);
                }
                stanzas.add(new Stanza("p" + policy, pattern(random, templates), capabilities));
            }
        }
        return stanzas;
    }

    private static Acl compiled(List<Stanza> stanzas) {
        List<Policy> policies = new ArrayList<>();
        stanzas.stream().map(Stanza::policy).distinct().forEach(name -> {
            StringBuilder text = new StringBuilder();
            fromPolicy(stanzas, name)
                    .forEach(s -> text.append("path \"")
                            .append(s.pattern)
                            .append("\" { capabilities = [")
                            .append(s.capabilities.stream()
                                    .map(c -> '"' + c.word() + '"')
                                    .collect(Collectors.joining(",")))
                            .append("] }\n"));
            policies.add(PolicyParser.parse(name, text.toString()));
        });
        return new Acl(policies);
    }

    private static List<Stanza> fromPolicy(List<Stanza> stanzas, String policy) {
        return stanzas.stream().filter(s -> s.policy.equals(policy)).toList();
    }

    private static String pattern(SplittableRandom random, boolean templates) {
        List<String> segments = new ArrayList<>();
        for (int depth = random.nextInt(1, 5); depth > 0; depth--) {
            String plain = random.nextInt(3) == 0 ? "+" : SEGMENTS[random.nextInt(SEGMENTS.length)];
            segments.add(templates && random.nextInt(3) == 0 ? TEMPLATES[random.nextInt(TEMPLATES.length)] : plain);
        }
        String pattern = String.join("/", segments).replaceFirst("^/+", "");
        return random.nextInt(3) == 0 && !pattern.endsWith("+") ? pattern + "*" : pattern;
    }

    private static String path(SplittableRandom random) {
        List<String> segments = new ArrayList<>();
        for (int depth = random.nextInt(1, 5); depth > 0; depth--) {
            segments.add(SEGMENTS[random.nextInt(SEGMENTS.length - 1)]);
        }
        return String.join("/", segments) + (random.nextInt(4) == 0 ? "/" : "");
    }
}
