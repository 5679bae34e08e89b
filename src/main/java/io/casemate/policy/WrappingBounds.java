package io.casemate.policy;

import io.casemate.kernel.Durations;
import java.time.Duration;
import java.util.Optional;

/** How long a wrapped answer may or must live; zero is "no bound". Any bound makes wrapping a must. */
record WrappingBounds(Duration min, Duration max) {
    static final WrappingBounds NONE = new WrappingBounds(Duration.ZERO, Duration.ZERO);

    /** Both together; of two bounds of a kind the smaller stays, as in Vault. */
    WrappingBounds merge(WrappingBounds other) {
        return new WrappingBounds(smaller(min, other.min), smaller(max, other.max));
    }

    boolean allow(Optional<Duration> asked) {
        if (min.isZero() && max.isZero()) {
            return true;
        }
        return asked.isPresent()
                && asked.get().compareTo(min) >= 0
                && (max.isZero() || asked.get().compareTo(max) <= 0);
    }

    /** What is asked for, as the end of a sentence. */
    String demand() {
        String least = min.isZero() ? "" : ", for at least " + Durations.format(min);
        String most = max.isZero() ? "" : ", for at most " + Durations.format(max);
        return "the answer has to be wrapped" + least + most;
    }

    private static Duration smaller(Duration a, Duration b) {
        return a.isZero() || (!b.isZero() && b.compareTo(a) < 0) ? b : a;
    }
}
