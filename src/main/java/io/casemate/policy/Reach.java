package io.casemate.policy;

import java.util.List;

/** Whether a pattern can match anything below a folder. */
final class Reach {
    private Reach() {}

    /** Whether a pattern matches a path: the same as the indexes say, without them. */
    static boolean matches(PathRule rule, String path) {
        if (!rule.wildcard()) {
            return rule.prefix() ? path.startsWith(rule.stem()) : path.equals(rule.pattern());
        }
        List<String> pattern = WildcardTree.split(rule.stem());
        List<String> segments = WildcardTree.split(path);
        int whole = pattern.size() - (rule.prefix() ? 1 : 0);
        if (segments.size() < pattern.size() || (!rule.prefix() && segments.size() != pattern.size())) {
            return false;
        }
        for (int i = 0; i < whole; i++) {
            if (!pattern.get(i).equals("+") && !pattern.get(i).equals(segments.get(i))) {
                return false;
            }
        }
        return !rule.prefix() || segments.get(whole).startsWith(pattern.getLast());
    }

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
