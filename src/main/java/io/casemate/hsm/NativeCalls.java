package io.casemate.hsm;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Runs work that calls native code on platform threads, since a native call pins the carrier of a virtual thread.
 *
 * <p>Callers wait interruptibly and no longer than their deadline. A call that is still inside the library then is counted
 * as stuck; another thread takes its place, so that it blocks nobody, up to a limit beyond which calls fail at once.
 */
final class NativeCalls implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("casemate-hsm-", 0).factory());
    private final AtomicInteger stuck = new AtomicInteger();
    private final Semaphore free;
    private final int limit;
    private final IntConsumer watch;

    /**
     * At most {@code limit} calls at a time, and at most {@code limit} more that are stuck.
     *
     * @param watch told the number of stuck calls whenever it changes
     */
    NativeCalls(int limit, IntConsumer watch) {
        this.limit = limit;
        this.watch = watch;
        this.free = new Semaphore(limit);
    }

    /** Calls still running after their deadline. */
    int stuck() {
        return stuck.get();
    }

    /** Does the work elsewhere and returns what it returns or throws what it throws; {@code AWAY} after the deadline. */
    <T> T call(Duration deadline, Supplier<T> work) {
        if (stuck.get() >= limit) {
            throw HsmFailures.away(
                    HsmFailures.TIMEOUT,
                    "call",
                    stuck.get() + " calls hang inside the HSM's library; restore its link or device, "
                            + "and restart the server if they do not come back");
        }
        long end = System.nanoTime() + deadline.toNanos();
        acquire(deadline);
        Call<T> call = new Call<>(work);
        start(call);
        try {
            return call.task.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            call.abandon();
            throw HsmFailures.away(HsmFailures.TIMEOUT, "call", "the HSM's library did not answer within " + deadline);
        } catch (InterruptedException e) {
            call.abandon();
            throw interrupted();
        } catch (ExecutionException e) {
            throw thrown(e.getCause());
        }
    }

    private void acquire(Duration deadline) {
        try {
            if (!free.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw HsmFailures.away(
                        HsmFailures.TIMEOUT, "call", "the HSM is busy: no thread was free within " + deadline);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void start(Call<?> call) {
        try {
            threads.execute(call.task);
        } catch (RejectedExecutionException e) {
            free.release();
            throw HsmFailures.away("CLOSED", "call", "the HSM was closed because the server stops");
        } catch (OutOfMemoryError e) {
            free.release();
            throw e;
        }
    }

    private static FaultException interrupted() {
        Thread.currentThread().interrupt();
        return HsmFailures.away("INTERRUPTED", "call", "the caller was interrupted while it waited for the HSM");
    }

    private static FaultException thrown(Throwable cause) {
        switch (cause) {
            case FaultException fault -> throw fault;
            case RuntimeException bug -> throw bug;
            case Error error -> throw error;
            default -> throw new IllegalStateException(cause);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    private enum State {
        WAITING,
        RUNNING,
        ABANDONED,
        DONE
    }

    /** One call; its state decides who gives the permit back, and who wipes a result that nobody waits for any more. */
    private final class Call<T> {
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private final Supplier<T> work;
        private final FutureTask<T> task = new FutureTask<>(this::run);
        private volatile T result;

        Call(Supplier<T> work) {
            this.work = work;
        }

        private T run() {
            if (!state.compareAndSet(State.WAITING, State.RUNNING)) {
                return null;
            }
            try {
                result = work.get();
                return result;
            } finally {
                if (state.compareAndSet(State.RUNNING, State.DONE)) {
                    free.release();
                } else {
                    watch.accept(stuck.decrementAndGet());
                    discardResult();
                }
            }
        }

        private void abandon() {
            if (state.compareAndSet(State.WAITING, State.ABANDONED)) {
                free.release();
            } else if (state.compareAndSet(State.RUNNING, State.ABANDONED)) {
                watch.accept(stuck.incrementAndGet());
                free.release();
            } else {
                discardResult();
            }
            task.cancel(true);
        }

        private void discardResult() {
            if (result instanceof SecretBytes secret) {
                secret.close();
            }
        }
    }
}
