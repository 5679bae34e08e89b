package io.casemate.policy;

import io.casemate.kernel.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a rule says of a request's parameters. Names are lower-case; an empty list of values stands for every value;
 * {@code *} as a name stands for every parameter.
 */
record ParameterRules(Map<String, List<Object>> allowed, Map<String, List<Object>> denied, Set<String> required) {
    static final ParameterRules NONE = new ParameterRules(Map.of(), Map.of(), Set.of());

    private static final String EVERY = "*";

    /** What became of rules with templates: the rules with their values, or why there are none. */
    record Filled(Optional<ParameterRules> rules, String trouble) {}

    /** Whether a value is a template. Names are not. */
    boolean templated() {
        return ParameterTemplates.in(allowed) || ParameterTemplates.in(denied);
    }

    /** For whoever stands behind a token. */
    Filled filledFor(Identity who) {
        if (!templated()) {
            return new Filled(Optional.of(this), "");
        }
        ParameterTemplates filling = new ParameterTemplates(who);
        ParameterRules filled = new ParameterRules(filling.fill(allowed), filling.fill(denied), required);
        return filling.trouble().isEmpty()
                ? new Filled(Optional.of(filled), "")
                : new Filled(Optional.empty(), filling.trouble());
    }

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

    /** What is wrong with the parameters, as the end of a sentence; empty when nothing is. */
    Optional<String> trouble(Map<String, Object> data) {
        for (String name : required) {
            if (!data.containsKey(name)) {
                return Optional.of("the parameter '" + name + "' is required");
            }
        }
        if (data.isEmpty() || (denied.isEmpty() && allowed.isEmpty())) {
            return Optional.empty();
        }
        return data.entrySet().stream()
                .flatMap(sent -> trouble(sent.getKey().toLowerCase(Locale.ROOT), sent.getValue()).stream())
                .findFirst();
    }

    private Optional<String> trouble(String name, Object value) {
        List<Object> refused = denied.get(name);
        if (denied.containsKey(EVERY)) {
            return Optional.of("all parameters are denied, '" + name + "' with them");
        }
        if (refused != null && ParameterValues.anyOf(name, value, refused)) {
            return Optional.of(
                    "the parameter '" + name + "' is denied" + (refused.isEmpty() ? "" : " with this value"));
        }
        List<Object> granted = allowed.get(name);
        if (granted == null) {
            return allowed.isEmpty() || allowed.containsKey(EVERY)
                    ? Optional.empty()
                    : Optional.of("the parameter '" + name + "' is not among the allowed ones");
        }
        return ParameterValues.allOf(name, value, granted)
                ? Optional.empty()
                : Optional.of("the parameter '" + name + "' is not allowed to have this value");
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
