package io.casemate.policy;

import io.casemate.kernel.Identity;
import java.util.Optional;

/**
 * One {@code path} stanza.
 *
 * @param pattern without a leading slash: {@code *} at the end for a prefix, {@code +} for one segment
 * @param bits a set of {@link Capability}, DENY alone when it is in it
 * @param written where it stands
 */
record PathRule(String pattern, int bits, ParameterRules parameters, WrappingBounds wrapping, Written written) {
    /**
     * Where a rule stands in its policy.
     *
     * @param pattern as it is there, templates and all
     * @param line from 1; 0 in a policy in JSON
     */
    record Written(String pattern, int line) {}

    /** What became of a rule with templates: the rule with its values, or why there is none. */
    record Filled(Optional<PathRule> rule, String trouble) {}

    /** Holds an identity template: says nothing before it is filled. */
    boolean templated() {
        return Template.in(pattern) || parameters.templated();
    }

    /** For whoever stands behind a token. Nobody gets rid of a denial by a name: it takes every value as it is. */
    Filled filledFor(Identity who) {
        return Capability.DENY.in(bits) ? denialFor(who) : grantFor(who);
    }

    private Filled denialFor(Identity who) {
        Template.Filled path = Template.fillDenial(pattern, who);
        return new Filled(
                path.text().map(text -> new PathRule(text, bits, ParameterRules.NONE, wrapping, written)),
                path.trouble());
    }

    private Filled grantFor(Identity who) {
        Template.Filled path = Template.fill(pattern, who);
        if (path.text().isEmpty()) {
            return new Filled(Optional.empty(), path.trouble());
        }
        ParameterRules.Filled values = parameters.filledFor(who);
        return new Filled(
                values.rules().map(rules -> new PathRule(path.text().get(), bits, rules, wrapping, written)),
                values.trouble());
    }

    /** Has a {@code +} segment, or what Vault takes for one. */
    boolean wildcard() {
        return pattern.equals("+") || pattern.startsWith("+/") || pattern.contains("/+");
    }

    boolean prefix() {
        return pattern.endsWith("*");
    }

    /** The pattern without the star. */
    String stem() {
        return prefix() ? pattern.substring(0, pattern.length() - 1) : pattern;
    }
}
