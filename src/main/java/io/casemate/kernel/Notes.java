package io.casemate.kernel;

import java.util.Map;

/** What clients note on tokens, entities and the like: names and texts that are stored, logged and shown again. */
public final class Notes {
    private static final int MOST = 64;
    private static final int LONGEST_KEY = 128;
    private static final int LONGEST_VALUE = 512;

    private Notes() {}

    /**
     * The notes as they were sent, at most 64 of 128 and 512 characters: each is written to the audit log with every request
     * that its token makes.
     *
     * @param field for the error
     * @throws FaultException {@code BadRequest} for more
     */
    public static Map<String, String> bounded(String field, Map<String, String> sent) {
        if (sent.size() > MOST) {
            throw Fault.badRequest("field '" + field + "': at most " + MOST + " keys");
        }
        sent.forEach((key, value) -> {
            if (key.isEmpty() || key.length() > LONGEST_KEY || value.length() > LONGEST_VALUE) {
                throw Fault.badRequest("field '" + field + "': a key has 1 to " + LONGEST_KEY
                        + " characters and its value at most " + LONGEST_VALUE);
            }
        });
        return sent;
    }
}
