package io.casemate.storage.mvstore;

import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import io.casemate.storage.StorageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.h2.mvstore.MVStoreException;

/**
 * The write side. Two locks, always taken in this order: {@code committing}, held by the leader while the disk works;
 * {@code writing}, held while one transaction runs and is put into the entries, and while a version is cut. Nobody
 * waits for the disk under {@code writing}.
 */
final class Committer implements AutoCloseable {
    private static final long RESERVE_BYTES = 1024 * 1024;
    private static final long REPLACED = -1;
    private static final long HEAL_PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final System.Logger LOG = System.getLogger("casemate.storage");

    private final StoreSite site;
    // Fair, so that compaction, which takes it again and again, never keeps a writer out.
    private final ReentrantLock committing = new ReentrantLock(true);
    private final ReentrantLock writing = new ReentrantLock();

    // Written under both locks, or under writing while committing stays out.
    private Engine engine;
    private Batch open;
    private Batch latest;
    private boolean closed;

    // Written under committing.
    private long acknowledged;
    private long lastHealing;
    private FaultException broken;

    private volatile Snapshot published;

    Committer(StoreSite site) {
        this.site = site;
        try {
            engine = site.openFirst();
            acknowledged = engine.version();
            published = engine.snapshot();
        } catch (RuntimeException e) {
            site.close();
            throw e;
        }
    }

    /** The newest durable version; the caller releases it. */
    Snapshot acquire() {
        while (true) {
            Snapshot snapshot = published;
            if (snapshot == null) {
                heal();
            } else if (snapshot.acquire()) {
                return snapshot;
            }
        }
    }

    /** Returns when no commit, and so no recovery from one, is under way. */
    void awaitRecovery() {
        committing.lock();
        try {
            LOG.log(System.Logger.Level.DEBUG, "a read goes on after a recovery");
        } finally {
            committing.unlock();
        }
    }

    <T> T transact(Function<Storage.Transaction, T> work) {
        if (writing.isHeldByCurrentThread()) {
            throw new IllegalStateException("a transaction within a transaction");
        }
        if (published == null) {
            heal();
        }
        Ticket<T> ticket;
        writing.lock();
        try {
            ticket = run(work);
        } finally {
            writing.unlock();
        }
        if (ticket.leader()) {
            lead(ticket.batch());
        }
        if (ticket.batch() != null) {
            ticket.batch().await();
        }
        return ticket.result();
    }

    /** What a transaction gave back, and the batch that makes it (and what it read) durable. */
    private record Ticket<T>(T result, Batch batch, boolean leader) {}

    private <T> Ticket<T> run(Function<Storage.Transaction, T> work) {
        Overlay overlay = new Overlay(liveEngine().entries());
        T result = attempt(work, overlay);
        if (overlay.isEmpty()) {
            // It may have read what is not durable yet, so it waits with those who wrote that.
            return new Ticket<>(result, latest == null || latest.isOver() ? null : latest, false);
        }
        requireSpace(overlay);
        boolean leader = open == null;
        if (leader) {
            open = new Batch();
            latest = open;
        }
        open.add(overlay.cost());
        apply(overlay, open);
        return new Ticket<>(result, latest, leader);
    }

    private <T> T attempt(Function<Storage.Transaction, T> work, Overlay overlay) {
        try {
            return work.apply(overlay);
        } catch (MVStoreException e) {
            throw StoreFaults.of(site.file(), e);
        }
    }

    /** A page that cannot be read stops in the middle of the puts; then the whole batch must go, see {@link #lead}. */
    private void apply(Overlay overlay, Batch batch) {
        try {
            overlay.applyTo(engine.entries());
        } catch (RuntimeException | Error e) {
            batch.spoil(e);
        }
    }

    private Engine liveEngine() {
        if (closed) {
            throw StoreFaults.closed(site.file());
        }
        if (engine == null) {
            throw broken.fault().causedBy(broken);
        }
        return engine;
    }

    private void requireSpace(Overlay overlay) {
        long needed = overlay.cost() + (open == null ? 0 : open.cost()) + RESERVE_BYTES;
        if (overlay.grows() && site.usableSpace() < needed) {
            throw StorageFiles.fault(StorageProblem.FULL, site.file(), StorageFiles.FULL_REMEDY);
        }
    }

    private void lead(Batch mine) {
        committing.lock();
        try {
            if (!mine.isOver()) {
                commit(live -> {});
            }
        } finally {
            committing.unlock();
        }
    }

    /** Runs {@code step} on the engine and makes it and all waiting transactions one durable version. */
    void commitWith(Consumer<Engine> step) {
        Batch batch;
        committing.lock();
        try {
            batch = commit(step);
        } finally {
            committing.unlock();
        }
        batch.await();
    }

    /** Runs {@code question} on the engine while nothing is written; it changes nothing. */
    void look(Consumer<Engine> question) {
        writing.lock();
        try {
            question.accept(liveEngine());
        } finally {
            writing.unlock();
        }
    }

    private Batch commit(Consumer<Engine> step) {
        Batch batch;
        Engine current;
        Snapshot next;
        writing.lock();
        try {
            current = liveEngine();
            batch = open == null ? new Batch() : open;
            open = null;
            try {
                batch.requireUnspoiled();
                step.accept(current);
                current.commit();
                next = current.snapshot();
            } catch (RuntimeException | Error e) {
                takeBack(batch, e);
                return batch;
            }
        } finally {
            writing.unlock();
        }
        finish(batch, current, next);
        return batch;
    }

    private void finish(Batch batch, Engine current, Snapshot next) {
        long version = next.version();
        try {
            current.sync();
        } catch (RuntimeException | Error e) {
            takeBack(batch, e);
            return;
        }
        acknowledged = version;
        publish(next);
        batch.succeed();
        try {
            site.raiseMark(version);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "the store's high-water mark lags behind what was acknowledged", e);
        }
    }

    private void publish(Snapshot next) {
        Snapshot before = published;
        published = next;
        if (before != null) {
            before.release();
        }
    }

    /** Undoes everything since the last acknowledged version, for this batch and the one that builds on it. */
    private void takeBack(Batch batch, Throwable cause) {
        FaultException fault = StoreFaults.of(site.file(), cause);
        LOG.log(System.Logger.Level.ERROR, "a write to the store failed and was taken back: {0}", fault.getMessage());
        LOG.log(System.Logger.Level.DEBUG, "why", fault);
        writing.lock();
        try {
            letGo();
            reopen();
        } finally {
            batch.fail(fault);
            failWaiting(fault);
            writing.unlock();
        }
    }

    /** From here until {@link #reopen} has ended there is nothing to read or write; whoever wants to waits for that. */
    private void letGo() {
        Engine former = engine;
        engine = null;
        toldIfItFails(() -> publish(null));
        if (former != null) {
            toldIfItFails(former::abandon); // whatever its last snapshot did: an open file could not be opened again
        }
    }

    private static void toldIfItFails(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.WARNING, "closing the store after a failure", e);
        }
    }

    /** Whatever goes wrong, an Error too, is what {@link #heal} tries to get over later: nobody else opens the store again. */
    private void reopen() {
        lastHealing = System.nanoTime();
        Engine opened = null;
        try {
            opened = acknowledged == REPLACED ? site.openFirst() : site.reopen(acknowledged);
            Snapshot first = opened.snapshot();
            acknowledged = opened.version();
            engine = opened;
            broken = null;
            publish(first);
        } catch (RuntimeException | Error e) {
            broken = StoreFaults.of(site.file(), e);
            if (opened != null) {
                opened.abandon();
            }
        }
    }

    /** Opens a store again that an error closed, at most once a second; throws that error when it is still there. */
    private void heal() {
        committing.lock();
        writing.lock();
        try {
            if (closed) {
                throw StoreFaults.closed(site.file());
            }
            if (engine == null && System.nanoTime() - lastHealing > HEAL_PAUSE) {
                reopen();
            }
            liveEngine();
        } finally {
            writing.unlock();
            committing.unlock();
        }
    }

    /** Goes on with the store that was prepared; what could not be committed before is refused. */
    void replace() {
        committing.lock();
        try {
            commit(_ -> {}).await();
            writing.lock();
            try {
                failWaiting(StorageFiles.fault(StorageProblem.IO, site.file(), "the store is being replaced"));
                letGo();
                putInPlace();
            } finally {
                writing.unlock();
            }
        } finally {
            committing.unlock();
        }
    }

    private void failWaiting(FaultException fault) {
        Batch waiting = open;
        open = null;
        if (waiting != null) {
            waiting.fail(fault);
        }
    }

    private void putInPlace() {
        try {
            site.putInPlace();
        } catch (IOException e) {
            throw StorageFiles.fault(site.file(), e);
        } finally {
            acknowledged = Files.exists(site.prepared()) ? acknowledged : REPLACED;
            reopen();
        }
        liveEngine();
    }

    StoreSite site() {
        return site;
    }

    @Override
    public void close() {
        committing.lock();
        try {
            writing.lock();
            try {
                if (closed) {
                    return;
                }
                closeEngine();
            } finally {
                writing.unlock();
            }
        } finally {
            committing.unlock();
        }
    }

    private void closeEngine() {
        closed = true;
        try {
            if (open != null) {
                open.requireUnspoiled(); // closing would make durable what is half applied
            }
            if (engine != null) {
                engine.close();
                site.raiseMark(engine.version());
            }
            if (open != null) {
                open.succeed();
            }
        } catch (RuntimeException | Error e) {
            FaultException fault = StoreFaults.of(site.file(), e);
            failWaiting(fault);
            letGo();
            throw fault;
        } finally {
            published = null;
            site.close();
        }
    }
}
