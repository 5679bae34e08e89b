package io.casemate.engine.pki.acme;

/** The kinds of problem that clients are told of (RFC 8555 section 6.7, RFC 9773 section 7.4), with their usual status. */
enum ProblemType {
    ACCOUNT_DOES_NOT_EXIST("accountDoesNotExist", 400),
    ALREADY_REPLACED("alreadyReplaced", 409),
    ALREADY_REVOKED("alreadyRevoked", 400),
    BAD_CSR("badCSR", 400),
    BAD_NONCE("badNonce", 400),
    BAD_PUBLIC_KEY("badPublicKey", 400),
    BAD_REVOCATION_REASON("badRevocationReason", 400),
    BAD_SIGNATURE_ALGORITHM("badSignatureAlgorithm", 400),
    CAA("caa", 403),
    EXTERNAL_ACCOUNT_REQUIRED("externalAccountRequired", 403),
    INVALID_CONTACT("invalidContact", 400),
    MALFORMED("malformed", 400),
    ORDER_NOT_READY("orderNotReady", 403),
    RATE_LIMITED("rateLimited", 429),
    REJECTED_IDENTIFIER("rejectedIdentifier", 400),
    SERVER_INTERNAL("serverInternal", 500),
    UNAUTHORIZED("unauthorized", 403),
    UNSUPPORTED_CONTACT("unsupportedContact", 400),
    UNSUPPORTED_IDENTIFIER("unsupportedIdentifier", 400),
    USER_ACTION_REQUIRED("userActionRequired", 403);

    private final String word;
    private final int status;

    ProblemType(String word, int status) {
        this.word = word;
        this.status = status;
    }

    /** The whole URN. */
    String urn() {
        return urn(word);
    }

    /** The URN of a type that a challenge's result names. */
    static String urn(String word) {
        return "urn:ietf:params:acme:error:" + word;
    }

    int status() {
        return status;
    }

    /** With this to say. */
    Problem because(String detail) {
        return new Problem(this, status, detail);
    }

    /** With another status than usual. */
    Problem because(int other, String detail) {
        return new Problem(this, other, detail);
    }
}
