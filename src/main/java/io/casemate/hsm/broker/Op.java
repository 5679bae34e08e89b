package io.casemate.hsm.broker;

import java.util.Optional;

/** What a request asks for. The number goes over the wire: it is never used for anything else. */
enum Op {
    WRAP(1, true),
    UNWRAP(2, true),
    FIND_SIGNER(3, true),
    /** Not repeated: a second attempt would find the name taken, by the key of the first. */
    GENERATE_SIGNER(4, false),
    SIGN(5, true),
    RANDOM(6, true),
    HEALTH(7, true),
    SLOTS(8, true),
    PIN_CORRECTED(9, true),
    EVIDENCE(10, true);

    private final int number;
    private final boolean repeatable;

    Op(int number, boolean repeatable) {
        this.number = number;
        this.repeatable = repeatable;
    }

    int number() {
        return number;
    }

    /** Asked twice, it does no harm. */
    boolean repeatable() {
        return repeatable;
    }

    /** Whether it needs a login, which a refused PIN forbids. */
    boolean needsLogin() {
        return this != HEALTH && this != SLOTS && this != PIN_CORRECTED;
    }

    static Optional<Op> of(int number) {
        for (Op op : values()) {
            if (op.number == number) {
                return Optional.of(op);
            }
        }
        return Optional.empty();
    }
}
