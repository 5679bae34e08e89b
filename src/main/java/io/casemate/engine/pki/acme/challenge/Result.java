package io.casemate.engine.pki.acme.challenge;

/** What one look at a challenge showed. */
public sealed interface Result {
    /** The client holds the identifier. */
    record Proven() implements Result {}

    /**
     * It did not show that it does.
     *
     * @param type of the problem, without its URN (RFC 8555 section 6.7)
     * @param detail for the client: what was asked, and what came; nothing of an answer's body
     * @param last another look would show the same
     */
    record Failed(String type, String detail, boolean last) implements Result {}

    /** Nobody was reached. */
    static Failed connection(String detail) {
        return new Failed("connection", detail, false);
    }

    /** Somebody was reached and did not show what was wanted. */
    static Failed unauthorized(String detail) {
        return new Failed("unauthorized", detail, false);
    }
}
