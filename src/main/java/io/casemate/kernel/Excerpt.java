package io.casemate.kernel;

/** The beginning of a text that somebody else wrote: quoting all of it would let him decide how much is written. */
public final class Excerpt {
    private Excerpt() {}

    /** The text, or its first {@code most} characters (one fewer where that would halve one) and how many there were. */
    public static String of(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = most > 0 && Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
        return text.substring(0, end) + "... (" + text.length() + " characters)";
    }
}
