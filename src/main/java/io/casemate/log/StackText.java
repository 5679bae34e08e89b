package io.casemate.log;

import io.casemate.kernel.FaultException;

/** A stack trace without messages: those of foreign exceptions may quote what a client sent. */
public final class StackText {
    private static final int MOST_FRAMES = 40;
    private static final int MOST_CAUSES = 5;

    private StackText() {}

    /** Class names and frames of the exception and its causes, one per line. */
    public static String of(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        Throwable current = thrown;
        for (int depth = 0; current != null && depth < MOST_CAUSES; depth++) {
            text.append(depth == 0 ? "" : "\ncaused by ");
            text.append(
                    current instanceof FaultException
                            ? current.toString()
                            : current.getClass().getName());
            StackTraceElement[] frames = current.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
                text.append("\n\tat ").append(frames[i]);
            }
            current = current.getCause();
        }
        return text.toString();
    }
}
