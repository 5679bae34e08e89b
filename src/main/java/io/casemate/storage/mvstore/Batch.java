package io.casemate.storage.mvstore;

import io.casemate.kernel.FaultException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Transactions that become durable together. Whoever opens a batch leads it: waits until the disk is done with the one
 * before, commits and syncs for all that joined meanwhile, and wakes them. So a lone writer never waits for company,
 * and many writers share one fsync.
 */
final class Batch {
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private long cost;
    private Throwable spoiler;

    void add(long bytes) {
        cost += bytes;
    }

    /** What its transactions will append to the file, roughly, in bytes. */
    long cost() {
        return cost;
    }

    /** A transaction of this batch is half applied, so none of it may be committed. */
    void spoil(Throwable cause) {
        spoiler = cause;
    }

    void requireUnspoiled() {
        if (spoiler != null) {
            throw new IllegalStateException("half applied", spoiler);
        }
    }

    void succeed() {
        end.complete(null);
    }

    void fail(FaultException fault) {
        end.completeExceptionally(fault);
    }

    boolean isOver() {
        return end.isDone();
    }

    /** Returns when durable, throws the fault when it never will be. */
    void await() {
        try {
            end.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof FaultException known ? known.fault().causedBy(known) : e;
        }
    }
}
