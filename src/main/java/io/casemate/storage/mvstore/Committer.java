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
        site.raiseMark(version);
        publish(next);
        batch.succeed();
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
            Batch next = open;
            open = null;
            engine.abandon();
            reopen();
            batch.fail(fault);
            if (next != null) {
                next.fail(fault);
            }
        } finally {
            writing.unlock();
        }
    }

    private void reopen() {
        lastHealing = System.nanoTime();
        try {
            engine = acknowledged == REPLACED ? site.openFirst() : site.reopen(acknowledged);
            acknowledged = engine.version();
            broken = null;
            publish(engine.snapshot());
        } catch (FaultException e) {
            engine = null;
            broken = e;
            publish(null);
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
                refuseWaiting();
                engine.abandon();
                putInPlace();
            } finally {
                writing.unlock();
            }
        } finally {
            committing.unlock();
        }
    }

    private void refuseWaiting() {
        Batch waiting = open;
        open = null;
        if (waiting != null) {
            waiting.fail(StorageFiles.fault(StorageProblem.IO, site.file(), "the store is being replaced"));
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
        Batch last = open;
        open = null;
        try {
            if (engine != null) {
                engine.close();
                site.raiseMark(engine.version());
            }
            if (last != null) {
                last.succeed();
            }
        } catch (RuntimeException e) {
            FaultException fault = StoreFaults.of(site.file(), e);
            if (last != null) {
                last.fail(fault);
            }
            throw fault;
        } finally {
            published = null;
            site.close();
        }
    }
}
