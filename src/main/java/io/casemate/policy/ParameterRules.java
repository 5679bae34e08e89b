package io.casemate.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a rule says of a request's parameters. Names are lower-case; an empty list of values stands for every value;
 * {@code *} as a name stands for every parameter.
 */
record ParameterRules(Map<String, List<Object>> allowed, Map<String, List<Object>> denied, Set<String> required) {
    static final ParameterRules NONE = new ParameterRules(Map.of(), Map.of(), Set.of());

    private static final String EVERY = "*";

    /** Both together, as Vault merges: value lists grow, an empty list wins over a longer one. */
    ParameterRules merge(ParameterRules other) {
        if (other.equals(NONE)) {
            return this;
        }
        if (equals(NONE)) {
            return other;
        }
        Set<String> needed = new LinkedHashSet<>(required);
        needed.addAll(other.required);
        return new ParameterRules(merge(allowed, other.allowed), merge(denied, other.denied), needed);
    }

    boolean allow(Map<String, Object> data) {
        if (!data.keySet().containsAll(required)) {
            return false;
        }
        return data.isEmpty() || (!anyDenied(data) && (allowed.isEmpty() || allAllowed(data)));
    }

    private boolean anyDenied(Map<String, Object> data) {
        if (denied.isEmpty()) {
            return false;
        }
        return denied.containsKey(EVERY)
                || data.entrySet().stream().anyMatch(sent -> {
                    String name = sent.getKey().toLowerCase(Locale.ROOT);
                    List<Object> values = denied.get(name);
                    return values != null && ParameterValues.anyOf(name, sent.getValue(), values);
                });
    }

    private boolean allAllowed(Map<String, Object> data) {
        boolean every = allowed.containsKey(EVERY);
        return data.entrySet().stream().allMatch(sent -> {
            String name = sent.getKey().toLowerCase(Locale.ROOT);
            List<Object> values = allowed.get(name);
            return values == null ? every : ParameterValues.allOf(name, sent.getValue(), values);
        });
    }

    private static Map<String, List<Object>> merge(Map<String, List<Object>> ours, Map<String, List<Object>> theirs) {
        Map<String, List<Object>> merged = new LinkedHashMap<>(ours);
        theirs.forEach((name, values) -> merged.merge(name, values, ParameterRules::merge));
        return merged;
    }

    private static List<Object> merge(List<Object> ours, List<Object> theirs) {
        if (ours.isEmpty() || theirs.isEmpty()) {
            return List.of();
        }
        List<Object> both = new ArrayList<>(ours);
        both.addAll(theirs);
        return List.copyOf(both);
    }
}
