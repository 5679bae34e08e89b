package io.casemate.lease;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.kernel.Excerpt;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Ends leases. What shall end is first noted as due, durably; then the engine is asked; then the lease is forgotten. So whatever
 * is cut short is begun again, and a lease is never forgotten before its engine has ended what it stands for. An engine that
 * fails is asked again with growing pauses, and after the last try the lease stays on the list of the irrevocable ones.
 *
 * <p>Few engines are asked at a time, and many leases are forgotten in one transaction.
 */
final class LeaseRevocation {
    /** Leases that share a transaction. */
    static final int BATCH = 64;
    /** After so many failures the server gives up. */
    static final int TRIES = 6;
    /** The pause after the first failure; doubled after each further one. */
    static final Duration FIRST_PAUSE = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger("casemate.lease");
    private static final int AT_ONCE = 8;
    private static final int LONGEST_ERROR = 200;
    private static final int TOLD = 1000;

    private final View storage;
    private final LeaseIssuers issuers;
    private final KeyedLocks locks;
    private final InstantSource clock;
    /** Ended by their engines, and about to be forgotten. */
    private final Set<String> over;

    /** Damaged, and named in the log: once, and not with every sweep. */
    private final Set<String> told;

    LeaseRevocation(View storage, LeaseIssuers issuers, KeyedLocks locks, InstantSource clock) {
        this(storage, issuers, locks, clock, ConcurrentHashMap.newKeySet(), ConcurrentHashMap.newKeySet());
    }

    private LeaseRevocation(
            View storage,
            LeaseIssuers issuers,
            KeyedLocks locks,
            InstantSource clock,
            Set<String> over,
            Set<String> told) {
        this.storage = storage;
        this.issuers = issuers;
        this.locks = locks;
        this.clock = clock;
        this.over = over;
        this.told = told;
    }

    /** The same, asking other engines. */
    LeaseRevocation by(LeaseIssuers others) {
        return new LeaseRevocation(storage, others, locks, clock, over, told);
    }

    /** What came of asking an engine; an empty error is a success. */
    private record Asked(String id, String error, boolean hopeless) {
        boolean done() {
            return error.isEmpty();
        }
    }

    /**
     * Notes that these shall end now. Those that are not there are passed over, and those whose records are damaged.
     *
     * @return says of one that is damaged that it is; empty when none is
     */
    Optional<String> note(List<String> ids) {
        return batches(ids).stream()
                .flatMap(batch -> storage
                        .transact(editor -> batch.stream()
                                .filter(id -> !noteReadable(editor, id))
                                .map(id -> "the record of lease " + id + " is damaged")
                                .toList())
                        .stream())
                .findFirst();
    }

    private void note(Editor editor, String id) {
        Instant now = now();
        LeaseRecords.read(editor, id).ifPresent(entry -> LeaseRecords.replace(editor, entry, entry.ended(now)));
    }

    /** The same within a transaction; false when the record is damaged, which must keep nothing else alive. */
    boolean noteReadable(Editor editor, String id) {
        try {
            note(editor, id);
            return true;
        } catch (FaultException e) {
            if (!e.ofDamagedRecord()) {
                throw e;
            }
            unreadable(id, e);
            return false;
        }
    }

    /**
     * Ends those of {@code ids} that are due; returns when all were tried. Says of the first that failed why.
     *
     * @return empty when none failed
     */
    Optional<String> end(List<String> ids) {
        Optional<String> failure = Optional.empty();
        for (List<String> batch : batches(ids)) {
            List<Asked> asked = ask(batch);
            settle(asked);
            failure = failure.or(() -> asked.stream()
                    .filter(each -> !each.done())
                    .map(Asked::error)
                    .findFirst());
        }
        return failure;
    }

    /** Forgets these, whatever their engines say to it. */
    void force(List<String> ids) {
        note(ids);
        for (List<String> batch : batches(ids)) {
            List<Asked> asked = ask(batch);
            asked.stream()
                    .filter(each -> !each.done())
                    .forEach(each -> LOG.log(
                            System.Logger.Level.WARNING,
                            "lease {0} is forgotten by force; it was not ended: {1}",
                            each.id(),
                            each.error()));
            settle(batch.stream()
                    .filter(id -> read(id).isPresent())
                    .map(id -> new Asked(id, "", false))
                    .toList());
        }
    }

    /** Ends at most {@code limit} leases that are due, the oldest first. Returns how many were tried. */
    int sweep(int limit) {
        Instant now = now();
        List<String> due = storage.list(LeaseRecords.EXPIRY, "", limit).stream()
                .takeWhile(place -> !LeaseRecords.due(place).isAfter(now))
                .map(LeaseRecords::id)
                .toList();
        end(due);
        return due.size();
    }

    /** Few at a time, each on a thread of its own. */
    private List<Asked> ask(List<String> ids) {
        if (ids.size() == 1) {
            return ask(ids.getFirst()).stream().toList();
        }
        List<Future<Optional<Asked>>> results = new ArrayList<>();
        try (ExecutorService workers =
                Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            ids.forEach(id -> results.add(workers.submit(() -> ask(id))));
        }
        try {
            return results.stream().flatMap(result -> result(result).stream()).toList();
        } catch (RuntimeException e) {
            ids.forEach(over::remove);
            throw e;
        }
    }

    private static Optional<Asked> result(Future<Optional<Asked>> done) {
        if (done.state() != Future.State.FAILED) {
            return done.resultNow();
        }
        throw done.exceptionNow() instanceof FaultException e
                ? e
                : new IllegalStateException("ending a lease", done.exceptionNow());
    }

    /** Looks first whether it is over, then whether it is there: it is forgotten in the other order. */
    private Optional<Asked> ask(String id) {
        return locks.holding(id, () -> {
            if (over.contains(id)) {
                return Optional.empty();
            }
            Optional<Asked> asked = read(id).filter(entry -> entry.due(now())).map(this::ask);
            asked.filter(Asked::done).ifPresent(done -> over.add(id));
            return asked;
        });
    }

    /** A damaged record must not keep the others from ending. */
    private Optional<LeaseEntry> read(String id) {
        try {
            return LeaseRecords.read(storage, id);
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.StorageFailed) {
                unreadable(id, e);
                return Optional.empty();
            }
            throw e;
        }
    }

    private void unreadable(String id, FaultException e) {
        if (told.size() >= TOLD || !told.add(id)) {
            return;
        }
        LOG.log(System.Logger.Level.ERROR, "lease " + id + " cannot be read, and so not be ended", e);
    }

    private Asked ask(LeaseEntry entry) {
        if (!issuers.there(entry)) {
            return new Asked(entry.id(), "the mount that gave it is gone", true);
        }
        try {
            issuers.revoke(entry);
            return new Asked(entry.id(), "", false);
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.Sealed) {
                throw e;
            }
            return new Asked(entry.id(), text(e), false);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "ending lease " + entry.id() + " met a bug", bug);
            return new Asked(entry.id(), "internal error, see the server's log", false);
        }
    }

    private void settle(List<Asked> asked) {
        if (asked.isEmpty()) {
            return;
        }
        try {
            storage.transact(editor -> {
                asked.forEach(each -> settle(editor, each));
                return null;
            });
        } finally {
            asked.forEach(each -> over.remove(each.id()));
        }
    }

    private void settle(Editor editor, Asked asked) {
        LeaseRecords.read(editor, asked.id()).ifPresent(entry -> {
            if (asked.done()) {
                LeaseRecords.remove(editor, entry);
                return;
            }
            int failures = entry.ending().failures() + 1;
            boolean last = asked.hopeless() || failures >= TRIES;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "lease {0} could not be ended ({1} of {2}){3}: {4}",
                    entry.id(),
                    failures,
                    TRIES,
                    last ? ", given up; see sys/leases?type=irrevocable" : "",
                    asked.error());
            Optional<Instant> again =
                    last ? Optional.empty() : Optional.of(now().plus(FIRST_PAUSE.multipliedBy(1L << (failures - 1))));
            LeaseRecords.replace(editor, entry, entry.failed(asked.error(), again));
        });
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    private static List<List<String>> batches(List<String> ids) {
        return Stream.iterate(0, from -> from < ids.size(), from -> from + BATCH)
                .map(from -> ids.subList(from, Math.min(ids.size(), from + BATCH)))
                .toList();
    }

    /** What an engine's refusal says: names no secret. */
    private static String text(FaultException e) {
        return Excerpt.of(e.getMessage().isBlank() ? "refused" : e.getMessage(), LONGEST_ERROR);
    }
}
