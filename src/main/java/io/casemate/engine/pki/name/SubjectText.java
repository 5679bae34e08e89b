package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;

/** Free text in a subject: what everybody reads the same way. */
public final class SubjectText {
    private SubjectText() {}

    /**
     * Returns {@code text} when it may stand in a certificate: 1 to {@code max} characters (RFC 5280 appendix A.1), no
     * control, format, private-use or unpaired characters, no space at either end.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} naming the field
     */
    public static String check(String field, String text, int max) {
        if (text.isEmpty() || text.codePointCount(0, text.length()) > max) {
            throw Fault.badRequest("field '" + field + "': 1 to " + max + " characters");
        }
        if (text.codePoints().anyMatch(SubjectText::unprintable)
                || !text.strip().equals(text)) {
            throw Fault.badRequest("field '" + field + "': '" + Printable.of(text)
                    + "' has characters that cannot be seen, or a space at an end");
        }
        return text;
    }

    private static boolean unprintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
