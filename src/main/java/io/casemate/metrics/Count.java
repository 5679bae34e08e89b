package io.casemate.metrics;

import java.util.concurrent.atomic.LongAdder;

/** A number that only grows, from the server's start. Any number of threads. */
public final class Count {
    private final LongAdder adder = new LongAdder();

    Count() {}

    /** One more. */
    public void more() {
        adder.increment();
    }

    /** So many now. */
    public long value() {
        return adder.sum();
    }
}
