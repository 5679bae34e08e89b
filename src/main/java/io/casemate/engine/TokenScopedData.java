package io.casemate.engine;

import io.casemate.barrier.View.Editor;
import java.util.Map;
import java.util.Optional;

/** What the server itself keeps with a token: gone with it, and seen by nobody but its holder. */
public interface TokenScopedData {
    /**
     * Writes as a part of the transaction that makes the token.
     *
     * @param tokenKey as in {@code Caller.tokenKey}
     */
    void put(Editor editor, String tokenKey, Map<String, Map<String, Object>> secrets);

    /** What was written under {@code name}; empty when there is nothing. */
    Optional<Map<String, Object>> get(String tokenKey, String name);
}
