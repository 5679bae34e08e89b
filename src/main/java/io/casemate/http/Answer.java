package io.casemate.http;

import java.util.HashMap;
import java.util.Map;

/**
 * What goes on the wire.
 *
 * @param mediaType empty for an answer without a body
 * @param headers besides the ones that every answer has
 */
record Answer(int status, String mediaType, byte[] body, Map<String, String> headers) {
    static final String JSON = "application/json";

    static Answer json(int status, byte[] body) {
        return new Answer(status, JSON, body, Map.of());
    }

    /** The same with more headers. */
    Answer with(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Answer(status, mediaType, body, all);
    }

    static Answer empty(int status) {
        return new Answer(status, "", new byte[0], Map.of());
    }
}
