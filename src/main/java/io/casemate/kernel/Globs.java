package io.casemate.kernel;

/** Patterns in which {@code *} stands for any characters, none included, and everything else for itself. */
public final class Globs {
    private Globs() {}

    /** Whether {@code text} as a whole fits {@code pattern}. Takes time proportional to both. */
    public static boolean fits(String pattern, String text) {
        String[] parts = pattern.split("\\*", -1);
        if (parts.length == 1) {
            return pattern.equals(text);
        }
        if (!text.startsWith(parts[0])) {
            return false;
        }
        int at = parts[0].length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = text.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        String last = parts[parts.length - 1];
        return text.length() - at >= last.length() && text.endsWith(last);
    }
}
