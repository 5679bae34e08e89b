package io.casemate.engine.pki.name;

/** Text of unknown origin made fit for an error: printable ASCII, bounded. */
public final class Printable {
    private static final int MAX = 128;

    private Printable() {}

    /** At most 128 characters; what cannot be printed is shown as its code. */
    public static String of(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().limit(MAX).forEach(c -> {
            if (c >= 0x20 && c < 0x7F) {
                out.append((char) c);
            } else {
                out.append("<U+").append(Integer.toHexString(c)).append('>');
            }
        });
        return out.length() > 2 * MAX ? out.substring(0, 2 * MAX) : out.toString();
    }
}
