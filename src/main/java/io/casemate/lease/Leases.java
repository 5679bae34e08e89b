package io.casemate.lease;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Base62;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.lease.LeaseEntry.Ending;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What engines handed out for a time. Guarantees: a lease is on disk before its answer leaves; it ends at its end, with its
 * token, with its mount or when it is revoked, whichever is first, and its engine is told, also after a crash; what was
 * renewed is not ended by the old end, and what is ending cannot be renewed. Nothing is loaded when the server opens.
 */
public final class Leases {
    private static final int MOST_MARKS = 1000;

    private final View storage;
    private final LeaseIssuers issuers;
    private final KeyedLocks locks = new KeyedLocks();
    private final LeaseRevocation revocation;
    private final SecureRandom random;
    private final InstantSource clock;

    /** On a part of the barrier that nothing else writes to. */
    public Leases(View storage, LeaseIssuers issuers, SecureRandom random, InstantSource clock) {
        this.storage = storage;
        this.issuers = issuers;
        this.revocation = new LeaseRevocation(storage, issuers, locks, clock);
        this.random = random;
        this.clock = clock;
    }

    /**
     * Where a lease comes from.
     *
     * @param path of the request, mount included
     * @param below the same below the mount
     * @param mount its id
     * @param token the storage key of the token it shall end with; empty for none
     * @param life what is left of a token that ends by itself and cannot tell; empty for any other
     */
    public record Origin(String path, String below, String mount, String token, Optional<Duration> life) {}

    /**
     * Makes a lease, durably.
     *
     * @param wanted whether it may still be made, asked in its transaction: whoever ends its token, ends it before or finds it
     * @throws FaultException {@code BadRequest} when the path is too long to be part of an id, {@code PermissionDenied} when
     *     the mount is on its way out or it is not {@code wanted} any more
     */
    public Lease.Given register(Lease.Terms terms, Origin origin, Ttls limits, Predicate<Editor> wanted) {
        LeaseLife life = LeaseLife.first(terms, limits, origin.life(), now());
        LeaseEntry entry = new LeaseEntry(
                (origin.path().endsWith("/") ? origin.path() : origin.path() + "/")
                        + Base62.text(LeaseEntry.RANDOM_LENGTH, random),
                origin.below(),
                origin.mount(),
                origin.token(),
                life,
                terms.renewable(),
                terms.kept(),
                Ending.at(life.expires()));
        storage.transact(editor -> {
            if (editor.get(LeaseRecords.GONE + origin.mount()).isPresent() || !wanted.test(editor)) {
                throw new Fault.PermissionDenied().asException();
            }
            LeaseRecords.add(editor, entry);
            return null;
        });
        return entry.given();
    }

    /** The lease, also one that is ending or could not be ended. */
    public Optional<LeaseEntry> find(String id) {
        return id.isEmpty() ? Optional.empty() : LeaseRecords.read(storage, id);
    }

    /**
     * Prolongs a lease, if its engine agrees.
     *
     * @param increment wished life from now; zero for the lease's own
     * @throws FaultException {@code BadRequest} when there is none, it has ended or may not be renewed
     */
    public Lease.Renewed renew(String id, Duration increment) {
        return locks.holding(id, () -> {
            LeaseEntry entry = find(id).orElseThrow(() -> Fault.badRequest("lease not found"));
            requireLiving(entry);
            if (!entry.renewable()) {
                throw Fault.badRequest("lease is not renewable");
            }
            if (!issuers.there(entry)) {
                throw Fault.badRequest("lease not found: its mount is gone");
            }
            Lease.Terms terms = issuers.renew(entry, increment);
            return storage.transact(editor -> {
                LeaseEntry before =
                        LeaseRecords.read(editor, id).orElseThrow(() -> Fault.badRequest("lease not found"));
                requireLiving(before);
                Instant now = now();
                LeaseLife longer = before.life().renewed(terms, issuers.limits(before), increment, now);
                LeaseEntry renewed = before.renewed(longer, terms);
                LeaseRecords.replace(editor, before, renewed);
                return renewed.told(now);
            });
        });
    }

    /** Notes that these shall end: when this returns they can no longer be renewed, and the next sweep ends them. */
    public void revokeSoon(List<String> ids) {
        revocation.note(ids);
    }

    /**
     * Ends these now. What fails is tried again later.
     *
     * @return why the first that failed did so; empty when none failed
     */
    public Optional<String> revoke(List<String> ids) {
        Optional<String> damaged = revocation.note(ids);
        return revocation.end(ids).or(() -> damaged);
    }

    /** Ends these now, and forgets those that could not be ended: what they stand for may live on. */
    public void force(List<String> ids) {
        revocation.force(ids);
    }

    /** Whether a token has no lease, within a transaction. */
    public boolean none(Editor editor, String token) {
        return editor.on(storage).list(LeaseRecords.TOKEN + token + "/", "", 1).isEmpty();
    }

    /** Notes that all leases of a token shall end. Cheap when it has none. */
    public void endToken(String token) {
        String folder = LeaseRecords.TOKEN + token + "/";
        for (List<String> page = storage.list(folder, "", LeaseRevocation.BATCH);
                !page.isEmpty();
                page = storage.list(folder, "", LeaseRevocation.BATCH)) {
            List<String> links = page;
            storage.transact(editor -> {
                links.forEach(link -> {
                    revocation.noteReadable(editor, link.substring(folder.length()));
                    editor.delete(link);
                });
                return null;
            });
        }
    }

    /**
     * Ends all leases of a mount; none is made by a request that is under way, from now on. Those that cannot be ended stay as
     * irrevocable.
     *
     * @param engines the engines that still answer for it
     */
    public void endMount(String mount, LeaseIssuers engines) {
        storage.put(LeaseRecords.GONE + mount, new byte[] {1});
        LeaseRevocation last = revocation.by(engines);
        String made = LeaseRecords.MOUNT + mount + "/";
        String after = "";
        for (List<String> page = storage.list(made, after, LeaseRevocation.BATCH);
                !page.isEmpty();
                page = storage.list(made, after, LeaseRevocation.BATCH)) {
            List<String> ids =
                    page.stream().map(link -> link.substring(made.length())).toList();
            last.note(ids);
            last.end(ids);
            after = page.getLast();
        }
    }

    /**
     * Forgets which mounts have left. Called before anybody is served: then no request is under way that could still make a lease of
     * such a mount, and the mark has done its work.
     */
    public void forgetGone() {
        List<String> marks = storage.list(LeaseRecords.GONE, "", MOST_MARKS);
        if (!marks.isEmpty()) {
            storage.transact(editor -> {
                marks.forEach(editor::delete);
                return null;
            });
        }
    }

    /** Ends at most {@code limit} leases that are due, the oldest first. Returns how many were tried. */
    public int sweep(int limit) {
        return revocation.sweep(limit);
    }

    /** Ids that begin with {@code prefix}, after {@code after}, in order. */
    public List<String> ids(String prefix, String after, int limit) {
        return relative(
                LeaseRecords.ID, storage.list(LeaseRecords.ID + prefix, absolute(LeaseRecords.ID, after), limit));
    }

    /** One level of the tree of ids below {@code folder} (empty, or ending with a slash). */
    public List<String> names(String folder, String after, int limit) {
        return storage.children(LeaseRecords.ID + folder, after, limit);
    }

    /** Ids of leases that the server could not end and has given up on. */
    public List<String> irrevocable(String after, int limit) {
        return relative(
                LeaseRecords.IRREVOCABLE,
                storage.list(LeaseRecords.IRREVOCABLE, absolute(LeaseRecords.IRREVOCABLE, after), limit));
    }

    private void requireLiving(LeaseEntry entry) {
        if (entry.life().over(now())) {
            throw Fault.badRequest("lease expired");
        }
    }

    /** The time leases count in: whole seconds. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static String absolute(String folder, String after) {
        return after.isEmpty() ? "" : folder + after;
    }

    private static List<String> relative(String folder, List<String> keys) {
        return keys.stream().map(key -> key.substring(folder.length())).toList();
    }
}
