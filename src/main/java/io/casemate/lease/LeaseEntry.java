package io.casemate.lease;

import io.casemate.kernel.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A stored lease.
 *
 * @param id the path of the request that got it, and 24 random characters
 * @param below that path below its mount, as the engine saw it
 * @param mount the id of the mount
 * @param token the storage key of the token it ends with; empty for none, and once it is ending
 * @param kept the engine's own
 */
public record LeaseEntry(
        String id,
        String below,
        String mount,
        String token,
        LeaseLife life,
        boolean renewable,
        Map<String, String> kept,
        Ending ending) {
    /** Random characters at the end of an id: 143 bits. */
    static final int RANDOM_LENGTH = 24;

    public LeaseEntry {
        kept = Map.copyOf(kept);
    }

    /**
     * When and how it ends.
     *
     * @param due when the server ends it, or tries again; empty when it has given up
     * @param failures in a row
     * @param error what the last one said; empty without any
     */
    public record Ending(Optional<Instant> due, int failures, String error) {
        static Ending at(Instant due) {
            return new Ending(Optional.of(due), 0, "");
        }
    }

    /** The path of the request that got it. */
    public String path() {
        return id.substring(0, id.length() - RANDOM_LENGTH - 1);
    }

    /** The server could not end it and has given up. */
    public boolean irrevocable() {
        return ending.due().isEmpty();
    }

    boolean due(Instant now) {
        return ending.due().filter(at -> !now.isBefore(at)).isPresent();
    }

    LeaseEntry renewed(LeaseLife longer, Lease.Terms terms) {
        return new LeaseEntry(
                id, below, mount, token, longer, terms.renewable(), terms.kept(), Ending.at(longer.expires()));
    }

    /** Over, tied to no token any more, and to be ended at once. */
    LeaseEntry ended(Instant now) {
        return new LeaseEntry(id, below, mount, "", life.ended(now), renewable, kept, Ending.at(now));
    }

    /** After a failure to end it. */
    LeaseEntry failed(String error, Optional<Instant> again) {
        Ending after = new Ending(again, ending.failures() + 1, error);
        return new LeaseEntry(id, below, mount, token, life, renewable, kept, after);
    }

    /** What the holder is told of it. */
    Lease.Given given() {
        return new Lease.Given(id, life.ttl(), renewable);
    }

    Lease.Renewed told(Instant now) {
        return new Lease.Renewed(id, life.left(now), renewable);
    }

    /** What is left of it. */
    public Duration left(Instant now) {
        return life.left(now);
    }

    @Override
    public String toString() {
        return "LeaseEntry[" + id + ", " + life + ", " + ending + "]";
    }
}
