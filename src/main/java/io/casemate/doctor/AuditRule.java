package io.casemate.doctor;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One rule of the kernel's audit, as {@code auditctl -l} shows it (auditctl(8)). */
final class AuditRule {
    private final List<String> words;
    private final Map<String, String> fields = new HashMap<>();

    private AuditRule(String line) {
        words = List.of(line.strip().split("\\s+"));
        for (String word : words) {
            int sign = word.indexOf('=');
            if (sign > 0) {
                fields.put(word.substring(0, sign), word.substring(sign + 1));
            }
        }
    }

    static AuditRule parse(String line) {
        return new AuditRule(line);
    }

    /**
     * Whether it records who writes below a directory: {@code -w DIR} or {@code -F dir=DIR}, on the place itself or on a directory
     * above it. A rule on {@code path=} is for one file, and one of {@code never} keeps others from recording.
     */
    boolean watches(String place) {
        return records() && writes() && above(place);
    }

    private boolean records() {
        return words.contains("-w") || List.of(after("-a").split(",")).containsAll(List.of("always", "exit"));
    }

    /** Without a word on permissions or system calls all of them count. */
    private boolean writes() {
        String permissions = fields.getOrDefault("perm", after("-p"));
        return permissions.isEmpty() ? List.of("", "all").contains(after("-S")) : permissions.contains("w");
    }

    private boolean above(String place) {
        String directory = fields.getOrDefault("dir", after("-w"));
        String trimmed = directory.endsWith("/") ? directory.substring(0, directory.length() - 1) : directory;
        return trimmed.startsWith("/") && (place.equals(trimmed) || place.startsWith(trimmed + "/"));
    }

    private String after(String option) {
        int at = words.indexOf(option);
        return at >= 0 && at + 1 < words.size() ? words.get(at + 1) : "";
    }
}
