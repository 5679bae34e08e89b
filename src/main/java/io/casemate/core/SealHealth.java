package io.casemate.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the seals are. Not secret.
 *
 * @param fullyWrapped each seal that shall wrap the root key does, and its wrap was seen to open
 * @param storeProblem why the list of wraps cannot be read or written, empty when it can
 * @param quorum how many seals open the server; empty where no device is configured
 */
public record SealHealth(boolean fullyWrapped, String storeProblem, Optional<Quorum> quorum, List<Backend> backends) {
    /**
     * How many seals are needed to open, and how many are there.
     *
     * @param needed as it is stored
     * @param wanted as it is configured
     * @param holders seals that wrap the root key or a share of it; none as long as people guard it
     * @param able how many of those are healthy
     */
    public record Quorum(int needed, int wanted, int holders, int able) {
        /** What to worry about; empty when there is nothing. */
        public Optional<String> warning() {
            if (holders == 0) {
                return Optional.empty();
            }
            String state = needed + " of " + holders + " needed, " + able + " healthy: ";
            if (able < needed) {
                return Optional.of(state + "once sealed or restarted, the server stays sealed until " + (needed - able)
                        + " more " + (needed - able == 1 ? "is" : "are") + " back");
            }
            if (able < holders && able == needed) {
                return Optional.of(state + "one more loss seals you out at the next restart");
            }
            return needed == wanted
                    ? Optional.empty()
                    : Optional.of(needed + " of " + holders + " needed, " + wanted
                            + " configured: that changes as soon as every seal in use is healthy");
        }
    }

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
