package io.casemate.policy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compares what a client sent with the values of a rule. Clients may send {@code 3} or {@code "3"}, a list or comma-
 * separated text for one and the same thing, because fields are coerced later: a rule holds for all these spellings.
 */
final class ParameterValues {
    private static final int LONGEST_NUMBER = 64;

    /** Their values are stripped and lower-cased before they mean anything, so here too. */
    private static final Set<String> POLICY_NAMES = Set.of(
            "policies",
            "token_policies",
            "allowed_policies",
            "allowed_policies_glob",
            "disallowed_policies",
            "disallowed_policies_glob");

    /** Parts a text one element at a time: it may be long. */
    private static final Pattern COMMA = Pattern.compile(",");

    private ParameterValues() {}

    /** A rule's values in the form in which they are compared; templates, whose selectors have a case, are filled first. */
    static List<Object> rule(String name, List<Object> values) {
        return values.stream().map(value -> canonical(name, value)).toList();
    }

    /**
     * Denied: the value as a whole, or any element of it, is in the list; an empty list holds everything. Text is also taken as
     * the list that a field of several values reads from it.
     */
    static boolean anyOf(String name, Object sent, List<Object> rule) {
        Object value = canonical(name, sent);
        return rule.isEmpty() || in(rule, value) || elements(value).anyMatch(element -> in(rule, element));
    }

    /** Allowed: the value as a whole, or every element of it, is in the list; an empty list holds everything. */
    static boolean allOf(String name, Object sent, List<Object> rule) {
        Object value = canonical(name, sent);
        return rule.isEmpty()
                || (value instanceof List<?> list
                        ? in(rule, list) || list.stream().allMatch(element -> allowed(rule, element))
                        : allowed(rule, value));
    }

    /** A comma may part two values later: a star that stood for it would let through whatever comes after. */
    private static boolean allowed(List<Object> rule, Object value) {
        return (value instanceof String text && text.indexOf(',') >= 0)
                ? rule.contains(text) || elements(text).allMatch(part -> in(rule, part))
                : in(rule, value);
    }

    private static Stream<?> elements(Object value) {
        return switch (value) {
            case List<?> list -> list.stream();
            case String text -> COMMA.splitAsStream(text).map(String::strip);
            case null, default -> Stream.empty();
        };
    }

    private static boolean in(List<Object> rule, Object value) {
        return rule.stream().anyMatch(each -> same(each, value));
    }

    private static boolean same(Object rule, Object value) {
        return switch (rule) {
            case String pattern ->
                scalar(value).filter(text -> glob(pattern, text)).isPresent();
            case BigDecimal number ->
                number(value).filter(sent -> sent.compareTo(number) == 0).isPresent();
            case Boolean flag -> scalar(value).flatMap(ParameterValues::flag).equals(Optional.of(flag));
            case List<?> list -> value instanceof List<?> sent && sameList(list, sent);
            case Map<?, ?> map -> value instanceof Map<?, ?> sent && sameMap(map, sent);
            default -> false;
        };
    }

    private static boolean sameList(List<?> rule, List<?> sent) {
        if (rule.size() != sent.size()) {
            return false;
        }
        for (int i = 0; i < rule.size(); i++) {
            if (!same(rule.get(i), sent.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameMap(Map<?, ?> rule, Map<?, ?> sent) {
        return rule.keySet().equals(sent.keySet())
                && rule.entrySet().stream().allMatch(each -> same(each.getValue(), sent.get(each.getKey())));
    }

    private static Optional<String> scalar(Object value) {
        return switch (value) {
            case String text -> Optional.of(text);
            case Boolean flag -> Optional.of(flag.toString());
            case Number number -> Optional.of(number.toString());
            case null, default -> Optional.empty();
        };
    }

    private static Optional<BigDecimal> number(Object value) {
        return switch (value) {
            case Long number -> Optional.of(BigDecimal.valueOf(number));
            case BigInteger number -> Optional.of(new BigDecimal(number));
            case BigDecimal number -> Optional.of(number);
            case String text -> decimal(text.strip());
            case null, default -> Optional.empty();
        };
    }

    private static Optional<BigDecimal> decimal(String text) {
        try {
            return text.isEmpty() || text.length() > LONGEST_NUMBER
                    ? Optional.empty()
                    : Optional.of(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Boolean> flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "1", "t" -> Optional.of(true);
            case "false", "0", "f" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    /** A star at either end of the pattern stands for anything; a lone star is a star. */
    private static boolean glob(String pattern, String text) {
        if (pattern.length() < 2) {
            return pattern.equals(text);
        }
        boolean open = pattern.startsWith("*");
        boolean end = pattern.endsWith("*");
        String core = pattern.substring(open ? 1 : 0, pattern.length() - (end ? 1 : 0));
        if (open && end) {
            return text.contains(core);
        }
        return open ? text.endsWith(core) : end ? text.startsWith(core) : text.equals(core);
    }

    private static Object canonical(String name, Object value) {
        if (!POLICY_NAMES.contains(name)) {
            return value;
        }
        return switch (value) {
            case String text -> PolicyName.folded(text);
            case List<?> list ->
                list.stream().map(each -> canonical(name, each)).toList();
            case null, default -> value;
        };
    }
}
