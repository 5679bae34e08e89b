package io.casemate.token;

import io.casemate.kernel.TokenType;
import io.casemate.policy.PolicyName;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What tokens made through a role may be. Empty lists and zeros leave it to the request.
 *
 * @param orphan its tokens are orphans
 * @param renewable false makes them never renewable
 * @param pathSuffix added to the path that tokens are filed under
 * @param type of the tokens
 * @param allowedAliases in whose names they may be made, patterns with {@code *} too
 */
record TokenRole(
        String name,
        PolicyLimits limits,
        boolean orphan,
        boolean renewable,
        String pathSuffix,
        Duration period,
        Duration explicitMax,
        int numUses,
        List<String> boundCidrs,
        TokenType type,
        List<String> allowedAliases) {

    boolean allowsAlias(String alias) {
        return PolicyLimits.matches(
                allowedAliases.stream()
                        .map(each -> each.toLowerCase(Locale.ROOT))
                        .toList(),
                alias);
    }

    /**
     * Which policies its tokens may hold. A glob has {@code *} for anything.
     *
     * @param noDefault do not add {@code default} by itself
     */
    record PolicyLimits(
            List<String> allowed,
            List<String> allowedGlob,
            List<String> disallowed,
            List<String> disallowedGlob,
            boolean noDefault) {

        /** In the form in which policies are stored and asked for, however the role's author spelt them. */
        PolicyLimits {
            allowed = normal(allowed);
            allowedGlob = normal(allowedGlob);
            disallowed = normal(disallowed);
            disallowedGlob = normal(disallowedGlob);
        }

        private static List<String> normal(List<String> names) {
            return names.stream().map(PolicyName::folded).toList();
        }

        /** Says anything at all on policies: then the parent's policies are no limit. */
        boolean any() {
            return grants() || !disallowed.isEmpty() || !disallowedGlob.isEmpty();
        }

        boolean grants() {
            return !allowed.isEmpty() || !allowedGlob.isEmpty();
        }

        boolean allows(String policy) {
            return allowed.contains(policy) || matches(allowedGlob, policy);
        }

        boolean disallows(String policy) {
            return disallowed.contains(policy) || matches(disallowedGlob, policy);
        }

        private static boolean matches(List<String> globs, String policy) {
            return globs.stream().anyMatch(glob -> matches(glob, policy));
        }

        /** In time linear in both lengths' product, whatever the pattern. */
        private static boolean matches(String glob, String text) {
            int g = 0;
            int t = 0;
            int star = -1;
            int resume = 0;
            while (t < text.length()) {
                if (g < glob.length() && glob.charAt(g) == '*') {
                    star = g++;
                    resume = t;
                } else if (g < glob.length() && glob.charAt(g) == text.charAt(t)) {
                    g++;
                    t++;
                } else if (star >= 0) {
                    g = star + 1;
                    t = ++resume;
                } else {
                    return false;
                }
            }
            return glob.substring(g).chars().allMatch(c -> c == '*');
        }
    }
}
