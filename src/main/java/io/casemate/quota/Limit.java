package io.casemate.quota;

import java.math.BigDecimal;
import java.time.Duration;

/** How much a quota allows. */
public sealed interface Limit {
    /** The API's name of the kind. */
    String type();

    /**
     * So many requests of one client in one interval.
     *
     * @param rate requests, rounded, one at least
     * @param interval at least a second
     * @param block for so long a client that asked for more is refused everything; zero for until the interval ends
     */
    record Rate(BigDecimal rate, Duration interval, Duration block) implements Limit {
        /** The API's name. */
        public static final String TYPE = "rate-limit";

        @Override
        public String type() {
            return TYPE;
        }
    }

    /** So many leases at a time, tokens that end included. */
    record Leases(long max) implements Limit {
        /** The API's name. */
        public static final String TYPE = "lease-count";

        @Override
        public String type() {
            return TYPE;
        }
    }
}
