package io.casemate.engine.pki.acme;

import java.time.Duration;

/** How long things last. */
final class Lifetimes {
    /** An order, and an authorization that nobody has proven. */
    static final Duration ORDER = Duration.ofDays(7);

    /** A proof that an account holds an identifier. An order never uses one of another order. */
    static final Duration PROOF = Duration.ofDays(30);

    /** When a client shall ask again what became of a challenge. */
    static final Duration POLL = Duration.ofSeconds(2);

    /** When a client shall ask again whether to renew (RFC 9773 section 4.3.2). */
    static final Duration RENEWAL_POLL = Duration.ofHours(6);

    private Lifetimes() {}
}
