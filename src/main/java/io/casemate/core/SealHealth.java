package io.casemate.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the seals are. Not secret.
 *
 * @param fullyWrapped each seal that shall wrap the root key does, and its wrap was seen to open
 * @param storeProblem why the list of wraps cannot be read or written, empty when it can
 */
public record SealHealth(boolean fullyWrapped, String storeProblem, List<Backend> backends) {
    /**
     * One seal.
     *
     * @param disabled may open, wraps no more
     * @param wrapped it has a wrap of the root key
     * @param unhealthySince empty while it is healthy
     * @param problem what is wrong and what to do, empty while it is healthy
     */
    public record Backend(
            String name,
            String type,
            boolean disabled,
            boolean wrapped,
            Optional<Instant> unhealthySince,
            String problem) {
        /** Whether it can be relied on. */
        public boolean healthy() {
            return unhealthySince.isEmpty();
        }
    }

    /** Whether all seals are that shall guard the root key. */
    public boolean healthy() {
        return backends.stream().allMatch(backend -> backend.disabled() || backend.healthy());
    }

    /** Since when one of them is not; empty while all are. */
    public Optional<Instant> unhealthySince() {
        return backends.stream()
                .filter(backend -> !backend.disabled())
                .flatMap(backend -> backend.unhealthySince().stream())
                .min(Instant::compareTo);
    }
}
