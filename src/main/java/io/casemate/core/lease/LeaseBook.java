package io.casemate.core.lease;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.lease.LeaseEntry;
import io.casemate.lease.Leases;
import io.casemate.token.TokenEntry;
import io.casemate.token.TokenLeases;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/** All leases there are by their ids: those of engines, and tokens that end. */
public final class LeaseBook {
    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final int PAGE = 256;
    /** Leases that are ended at once at a time; the others wait for the sweep. */
    private static final int AT_ONCE = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Semaphore ending = new Semaphore(AT_ONCE);
    private final Leases leases;
    private final TokenLeases tokens;
    private final InstantSource clock;

    /** Over {@code leases} and {@code tokens}. */
    public LeaseBook(Leases leases, TokenLeases tokens, InstantSource clock) {
        this.leases = leases;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * A lease as it is shown.
     *
     * @param path of the request that got it
     * @param error why it could not be ended, the last time; empty when nobody tried or nothing failed
     */
    public record Shown(
            String id,
            String path,
            Instant issued,
            Instant expires,
            Optional<Instant> renewed,
            Duration left,
            boolean renewable,
            String error) {}

    /** The lease of that id. */
    public Optional<Shown> find(String id) {
        return leases.find(id).map(this::shown).or(() -> tokens.find(id).map(entry -> shown(id, entry)));
    }

    /**
     * Prolongs the lease of an engine.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when there is none or it cannot be renewed; a token's is
     *     renewed by whoever has the token
     */
    public Lease.Renewed renew(String id, Duration increment) {
        if (tokens.find(id).isPresent()) {
            throw Fault.badRequest("tokens cannot be renewed through this endpoint");
        }
        return leases.renew(id, increment);
    }

    /**
     * Notes that a lease shall end, begins to end it, and waits a moment for that, so that the client that asks next does not
     * find it any more; a token ends at once. Nothing happens when there is none.
     */
    public void revokeSoon(String id) {
        leases.revokeSoon(List.of(id));
        tokens.revoke(List.of(id));
        if (ending.tryAcquire()) {
            Thread worker = Thread.ofVirtual().name("casemate-lease-end").start(() -> end(id));
            try {
                worker.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What fails is noted with the lease, and the sweep tries it again. */
    private void end(String id) {
        try {
            leases.revoke(List.of(id));
        } catch (FaultException e) {
            LOG.log(System.Logger.Level.DEBUG, "a lease does not end at once", e);
        } finally {
            ending.release();
        }
    }

    /**
     * Ends a lease now; nothing happens when there is none.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it could not be ended; it is tried again later
     */
    public void revoke(String id) {
        Optional<String> failure = leases.revoke(List.of(id));
        tokens.revoke(List.of(id));
        failure.ifPresent(LeaseBook::refuse);
    }

    /** Notes that all leases below a prefix shall end, or the one of that very id; tokens end at once. */
    public void revokePrefixSoon(String prefix) {
        each(prefix, ids -> {
            leases.revokeSoon(ids);
            return Optional.empty();
        });
    }

    /**
     * Ends all leases below a prefix, or the one of that very id.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when some could not be ended; they are tried again later
     */
    public void revokePrefix(String prefix) {
        each(prefix, leases::revoke).ifPresent(LeaseBook::refuse);
    }

    /** Ends all leases below a prefix, or the one of that very id, and forgets those that could not be ended. */
    public void forcePrefix(String prefix) {
        each(prefix, ids -> {
            leases.force(ids);
            return Optional.empty();
        });
    }

    /** One level of the tree of ids below {@code folder} (empty, or ending with a slash), in order. */
    public List<String> names(String folder, String after, int limit) {
        TreeSet<String> names = new TreeSet<>(leases.names(folder, after, limit));
        names.addAll(tokens.names(folder, after, limit));
        return names.stream().limit(limit).toList();
    }

    /** Leases that the server could not end and has given up on, by id; a page of them. */
    public List<LeaseEntry> irrevocable(String after, int limit) {
        return leases.irrevocable(after, limit).stream()
                .flatMap(id -> leases.find(id).stream())
                .toList();
    }

    /** Ends what is due now, as the sweep does. Returns how many. */
    public int sweep(int limit) {
        return leases.sweep(limit);
    }

    /** Page by page, so that memory stays bounded; a failure does not keep the others from ending. */
    private Optional<String> each(String prefix, Function<List<String>, Optional<String>> work) {
        if (!prefix.endsWith("/") && find(prefix).isPresent()) {
            tokens.revoke(List.of(prefix));
            return work.apply(List.of(prefix));
        }
        String folder = prefix.endsWith("/") ? prefix : prefix + "/";
        Optional<String> failure = Optional.empty();
        List<String> ids = leases.ids(folder, "", PAGE);
        while (!ids.isEmpty()) {
            Optional<String> why = work.apply(ids);
            failure = failure.or(() -> why);
            ids = leases.ids(folder, ids.getLast(), PAGE);
        }
        List<String> made = tokens.ids(folder, "", PAGE);
        while (!made.isEmpty()) {
            tokens.revoke(made);
            made = tokens.ids(folder, made.getLast(), PAGE);
        }
        return failure;
    }

    private Shown shown(LeaseEntry entry) {
        return new Shown(
                entry.id(),
                entry.path(),
                entry.life().issued(),
                entry.life().expires(),
                entry.life().renewed(),
                entry.left(now()),
                entry.renewable() && !entry.life().over(now()),
                entry.ending().error());
    }

    private Shown shown(String id, TokenEntry entry) {
        return new Shown(
                id,
                entry.traits().path(),
                entry.life().created(),
                entry.life().expires().orElseThrow(),
                entry.life().renewed(),
                entry.life().left(now()),
                entry.traits().renewable(),
                "");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static void refuse(String why) {
        throw Fault.badRequest(
                "failed to revoke: " + why + "; the server tries again, see sys/leases?type=irrevocable");
    }
}
