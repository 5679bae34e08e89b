package io.casemate.http;

import io.casemate.kernel.Download;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What goes on the wire.
 *
 * @param mediaType empty for an answer without a body
 * @param headers besides the ones that every answer has
 * @param download in place of {@code body}; whoever sends the answer closes it
 */
record Answer(int status, String mediaType, byte[] body, Map<String, String> headers, Optional<Download> download) {
    static final String JSON = "application/json";

    static Answer of(int status, String mediaType, byte[] body) {
        return new Answer(status, mediaType, body, Map.of(), Optional.empty());
    }

    static Answer download(int status, String mediaType, Download download) {
        return new Answer(status, mediaType, new byte[0], Map.of(), Optional.of(download));
    }

    static Answer json(int status, byte[] body) {
        return of(status, JSON, body);
    }

    /** The same with more headers. */
    Answer with(Map<String, String> more) {
        if (more.isEmpty()) {
            return this;
        }
        Map<String, String> all = new HashMap<>(headers);
        all.putAll(more);
        return new Answer(status, mediaType, body, all, download);
    }

    /** Length of what follows the head, in bytes; negative when that is not known. */
    long length() {
        return download.map(Download::length).orElse((long) body.length);
    }

    /** Without a body; its type is named all the same: there are clients that look for it on 204 too. */
    static Answer empty(int status) {
        return of(status, JSON, new byte[0]);
    }
}
