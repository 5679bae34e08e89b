package io.casemate.policy;

import io.casemate.kernel.Fault;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws a password, every one that keeps the policy as likely as every other, in a time that does not depend on luck.
 *
 * <p>Characters that the same rules name are of one kind. First the number of characters of each kind is drawn, weighted by
 * how many passwords have these numbers; then the characters; then their order.
 */
final class PasswordDraw {
    private static final int MOST_STEPS = 100_000;

    private final PasswordPolicy policy;
    private final SecureRandom random;
    private final List<Kind> kinds = new ArrayList<>();
    private final Map<Step, BigInteger> counted = new HashMap<>();

    /** Characters that belong to the same rules; bit i of {@code rules} stands for rule i. */
    private record Kind(int rules, List<Integer> characters) {}

    /** What is left to do: kinds from {@code kind} on, {@code length} characters, and what each rule still wants. */
    private record Step(int kind, int length, List<Integer> wanted) {}

    PasswordDraw(PasswordPolicy policy, SecureRandom random) {
        this.policy = policy;
        this.random = random;
        Map<Integer, List<Integer>> byRules = new LinkedHashMap<>();
        for (int character : policy.alphabet()) {
            byRules.computeIfAbsent(rulesOf(character), key -> new ArrayList<>())
                    .add(character);
        }
        byRules.forEach((rules, characters) -> kinds.add(new Kind(rules, characters)));
    }

    /**
     * How many passwords keep the policy.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for rules that overlap in too many ways to be counted
     */
    BigInteger count() {
        return count(start());
    }

    /** One of them. There is one: every policy's least numbers fit into its length. */
    String draw() {
        List<Integer> password = new ArrayList<>();
        Step step = start();
        while (step.kind() < kinds.size()) {
            int some = drawNumber(step);
            List<Integer> characters = kinds.get(step.kind()).characters();
            for (int i = 0; i < some; i++) {
                password.add(characters.get(random.nextInt(characters.size())));
            }
            step = after(step, some);
        }
        Collections.shuffle(password, random);
        StringBuilder text = new StringBuilder();
        password.forEach(text::appendCodePoint);
        return text.toString();
    }

    private Step start() {
        return new Step(
                0,
                policy.length(),
                policy.rules().stream().map(PasswordPolicy.Charset::least).toList());
    }

    private int drawNumber(Step step) {
        BigInteger at = below(count(step));
        int some = 0;
        BigInteger ways = ways(step, some);
        while (at.compareTo(ways) >= 0) {
            at = at.subtract(ways);
            some++;
            ways = ways(step, some);
        }
        return some;
    }

    private BigInteger count(Step step) {
        BigInteger known = counted.get(step);
        if (known != null) {
            return known;
        }
        BigInteger all = BigInteger.ZERO;
        if (step.kind() == kinds.size()) {
            boolean done = step.length() == 0 && step.wanted().stream().allMatch(wanted -> wanted == 0);
            all = done ? BigInteger.ONE : BigInteger.ZERO;
        } else {
            for (int some = 0; some <= step.length(); some++) {
                all = all.add(ways(step, some));
            }
        }
        if (counted.size() >= MOST_STEPS) {
            throw Fault.badRequest("the charsets of these rules overlap in too many ways; use fewer rules");
        }
        counted.put(step, all);
        return all;
    }

    /** Passwords with just {@code some} characters of the step's kind: where they stand, which they are, and the rest. */
    private BigInteger ways(Step step, int some) {
        BigInteger rest = count(after(step, some));
        return rest.signum() == 0
                ? rest
                : rest.multiply(choose(step.length(), some))
                        .multiply(BigInteger.valueOf(
                                        kinds.get(step.kind()).characters().size())
                                .pow(some));
    }

    private Step after(Step step, int some) {
        Integer[] wanted = step.wanted().toArray(Integer[]::new);
        int rules = kinds.get(step.kind()).rules();
        for (int rule = 0; rule < wanted.length; rule++) {
            wanted[rule] = (rules >> rule & 1) == 0 ? wanted[rule] : Math.max(0, wanted[rule] - some);
        }
        return new Step(step.kind() + 1, step.length() - some, Arrays.asList(wanted));
    }

    private int rulesOf(int character) {
        int rules = 0;
        for (int i = 0; i < policy.rules().size(); i++) {
            rules |= policy.rules().get(i).characters().contains(character) ? 1 << i : 0;
        }
        return rules;
    }

    private BigInteger below(BigInteger bound) {
        BigInteger drawn = new BigInteger(bound.bitLength(), random);
        while (drawn.compareTo(bound) >= 0) {
            drawn = new BigInteger(bound.bitLength(), random);
        }
        return drawn;
    }

    private static BigInteger choose(int all, int some) {
        BigInteger ways = BigInteger.ONE;
        for (int i = 0; i < some; i++) {
            ways = ways.multiply(BigInteger.valueOf(all - i)).divide(BigInteger.valueOf(i + 1L));
        }
        return ways;
    }
}
