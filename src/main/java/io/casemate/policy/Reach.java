package io.casemate.policy;

import java.util.List;

/** Whether a pattern can match anything below a folder. */
final class Reach {
    private Reach() {}

    static boolean into(String folder, PathRule rule) {
        return rule.wildcard() ? may(rule, folder) : rule.pattern().startsWith(folder);
    }

    private static boolean may(PathRule rule, String folder) {
        List<String> pattern = WildcardTree.split(rule.stem());
        List<String> segments = WildcardTree.split(folder);
        for (int i = 0; i < segments.size() - 1; i++) {
            if (i >= pattern.size()) {
                return false;
            }
            String part = pattern.get(i);
            if (rule.prefix() && i == pattern.size() - 1) {
                return segments.get(i).startsWith(part);
            }
            if (!part.equals("+") && !part.equals(segments.get(i))) {
                return false;
            }
        }
        return pattern.size() >= segments.size();
    }
}
