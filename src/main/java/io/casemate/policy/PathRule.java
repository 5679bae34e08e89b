package io.casemate.policy;

/**
 * One {@code path} stanza.
 *
 * @param pattern as written, without a leading slash: {@code *} at the end for a prefix, {@code +} for one segment
 * @param bits a set of {@link Capability}, DENY alone when it is in it
 */
record PathRule(String pattern, int bits, ParameterRules parameters, WrappingBounds wrapping) {
    /** Holds an identity template. Until there are identities it matches nothing, whatever it would grant or deny. */
    boolean templated() {
        return pattern.contains("{{");
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
