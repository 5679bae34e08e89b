package io.casemate.kernel;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Work that is done in the background, again and again, until it is told to end. Told and not interrupted: an interrupt would
 * close the files it happens to be reading. Nothing that the work throws ends it: nobody would start it again.
 */
public final class Repeated {
    private static final System.Logger LOG = System.getLogger("casemate.kernel");
    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final Thread.Builder thread;
    private final String name;
    private final Supplier<Duration> work;
    private volatile Series current = new Series();

    /**
     * On a virtual thread.
     *
     * @param name of the thread, and in the log
     * @param work answers the pause before the next time; whatever it throws is logged, once until it goes well again, and it is
     *     tried anew after a second
     */
    public Repeated(String name, Supplier<Duration> work) {
        this(Thread.ofVirtual(), name, work);
    }

    /** On a thread of {@code thread}. */
    public Repeated(Thread.Builder thread, String name, Supplier<Duration> work) {
        this.thread = thread;
        this.name = name;
        this.work = work;
    }

    /** From a start to a stop. */
    private static final class Series {
        private final Semaphore bell = new Semaphore(0);
        private volatile boolean over;
        private volatile Thread thread;
        private boolean failing;
    }

    /** Begins a series, with a pause of {@code first}. */
    public void start(Duration first) {
        Series series = new Series();
        current = series;
        series.thread = thread.name(name).start(() -> run(series, first));
    }

    /** Ends the pause, if the series is at one: there is something to do. */
    public void wake() {
        current.bell.release();
    }

    /** Ends the series, if one runs, after the work that it is at. Does not wait for that. */
    public void stop() {
        Series series = current;
        series.over = true;
        series.bell.release();
    }

    /** Ends the series, if one runs, and returns when it is at no work. */
    public void finish() {
        stop();
        Thread running = current.thread;
        boolean interrupted = false;
        while (running != null && running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Series series, Duration first) {
        try {
            Duration pause = first;
            while (!ended(series, pause)) {
                pause = next(series);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean ended(Series series, Duration pause) throws InterruptedException {
        if (series.bell.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            series.bell.drainPermits();
        }
        return series.over;
    }

    private Duration next(Series series) {
        try {
            Duration pause = work.get();
            series.failing = false;
            return pause;
        } catch (RuntimeException | Error e) {
            series.failing = series.failing || said(e);
            return AFTER_A_FAILURE;
        }
    }

    /** False when there is not even memory to say it. */
    private boolean said(Throwable failure) {
        try {
            LOG.log(Level.ERROR, name + " failed and is tried again every second", failure);
            return true;
        } catch (RuntimeException | Error worse) {
            return false;
        }
    }
}
