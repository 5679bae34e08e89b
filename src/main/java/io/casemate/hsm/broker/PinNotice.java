package io.casemate.hsm.broker;

/** What the broker tells of the PIN before anything can happen to it. */
enum PinNotice {
    /** It goes to the token now. */
    BEGINS,
    ACCEPTED,
    /** With the fault behind it. */
    REFUSED,
    /** The login failed for another reason. */
    FAILED
}
