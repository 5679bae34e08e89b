package io.casemate.core;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Work that is done in the background, again and again, until it is told to end. Told and not interrupted: an interrupt would
 * close the files it happens to be reading.
 */
final class Repeated {
    private final String name;
    private final Supplier<Duration> work;
    private Semaphore end = new Semaphore(0);

    /**
     * On a thread called {@code name}.
     *
     * @param work answers the pause before the next time; what it throws ends the series
     */
    Repeated(String name, Supplier<Duration> work) {
        this.name = name;
        this.work = work;
    }

    /** Begins a series, with a pause of {@code first}. */
    void start(Duration first) {
        Semaphore mine = new Semaphore(0);
        end = mine;
        Thread.ofVirtual().name(name).start(() -> run(mine, first));
    }

    /** Ends the series, if one runs, after the work that it is at. Does not wait for that. */
    void stop() {
        end.release();
    }

    private void run(Semaphore mine, Duration first) {
        try {
            Duration pause = first;
            while (!mine.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = work.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
