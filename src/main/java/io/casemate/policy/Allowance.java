package io.casemate.policy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a set of policies says about one pattern, as user interfaces are told.
 *
 * @param pattern with its values in place of templates
 * @param kind whether the pattern is a path, a beginning of paths, or has {@code +} segments
 * @param least shortest life of a wrapped answer; zero for no bound
 * @param most longest life of a wrapped answer; zero for no bound
 */
public record Allowance(
        String pattern,
        Kind kind,
        List<String> capabilities,
        Duration least,
        Duration most,
        Map<String, List<Object>> allowed,
        Map<String, List<Object>> denied,
        Set<String> required) {

    /** Kinds of patterns. */
    public enum Kind {
        EXACT,
        PREFIX,
        SEGMENTS
    }

    static Allowance of(Grant grant) {
        PathRule rule = grant.rule();
        Kind kind = rule.wildcard() ? Kind.SEGMENTS : rule.prefix() ? Kind.PREFIX : Kind.EXACT;
        return new Allowance(
                rule.pattern(),
                kind,
                grant.words(),
                rule.wrapping().min(),
                rule.wrapping().max(),
                rule.parameters().allowed(),
                rule.parameters().denied(),
                rule.parameters().required());
    }
}
