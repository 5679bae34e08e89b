package io.casemate.hsm.broker;

import io.casemate.kernel.Fault.HsmFailed;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Keeps a broker running: one at a time, a new one as soon as the last is gone, later and later while they do not live long.
 */
final class BrokerKeeper implements AutoCloseable {
    private static final Logger LOG = System.getLogger("casemate.hsm");
    private static final int GREETING_SECONDS = 10;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 2000;
    private static final long LONG_LIFE_NANOS = Duration.ofSeconds(10).toNanos();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final BrokerLauncher launcher;
    private final PinMemory pin;
    private final Consumer<FrameWriter> hello;
    private Session current;
    private Thread thread;
    private boolean closed;
    private boolean outdated;
    private int shortLives;
    private volatile String trouble = "";

    /** Starts nothing yet. */
    BrokerKeeper(BrokerLauncher launcher, PinMemory pin, Consumer<FrameWriter> hello) {
        this.launcher = launcher;
        this.pin = pin;
        this.hello = hello;
    }

    /** Begins, in the background. */
    void start() {
        thread = Thread.ofPlatform().daemon().name("casemate-hsm-keep").start(this::keep);
    }

    /** Why there is no broker, or what ended the last; empty while all is well. */
    String trouble() {
        return trouble;
    }

    /** All is well again. */
    void healthy() {
        if (!trouble.isEmpty()) {
            trouble = "";
        }
    }

    /** What the broker was greeted with holds no longer: it is replaced, also one that is being greeted. */
    void outdate() {
        lock.lock();
        try {
            outdated = true;
            if (current != null) {
                current.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The broker, waited for until {@code end} of {@link System#nanoTime}. */
    Session session(long end) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (current == null || !current.alive()) {
                long left = end - System.nanoTime();
                if (closed) {
                    throw Faults.away("CLOSED", "the HSM was closed because the server stops")
                            .asException();
                }
                if (left <= 0) {
                    throw down().asException();
                }
                changed.await(left, TimeUnit.NANOSECONDS);
            }
            return current;
        } finally {
            lock.unlock();
        }
    }

    private HsmFailed down() {
        return Faults.away(
                "BROKER_DOWN",
                "the HSM's own process is not running"
                        + (trouble.isEmpty() ? " yet" : ": " + trouble)
                        + "; Casemate starts it again by itself");
    }

    private void keep() {
        try {
            while (running()) {
                long begun = System.nanoTime();
                boolean served = serveOnce();
                boolean longLife = served && System.nanoTime() - begun > LONG_LIFE_NANOS;
                shortLives = longLife ? 0 : shortLives + 1;
                pause();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean serveOnce() throws InterruptedException {
        try (BrokerLauncher.Started broker = launcher.start();
                FrameChannel channel = new FrameChannel(broker.socket())) {
            Session session = greet(channel);
            publish(session);
            session.awaitEnd();
            publish(null);
            pin.brokerEnded();
            if (running()) {
                note("it " + broker.kill());
            }
            return true;
        } catch (IOException | RuntimeException | Error e) {
            // also too few threads or too little memory: there may be enough when it is tried again
            note(String.valueOf(e.getMessage()));
            return false;
        }
    }

    private Session greet(FrameChannel channel) throws IOException {
        lock.lock();
        try {
            outdated = false;
        } finally {
            lock.unlock();
        }
        return Session.open(channel, pin, hello, GREETING_SECONDS);
    }

    private boolean running() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void publish(Session session) {
        lock.lock();
        try {
            current = session;
            if ((closed || outdated) && session != null) {
                session.close();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void note(String what) {
        if (running()) {
            trouble = what;
            LOG.log(Level.WARNING, "the HSM''s process: {0}; it is started again", what);
        }
    }

    private void pause() throws InterruptedException {
        long millis = shortLives == 0 ? 0 : FIRST_PAUSE_MILLIS << Math.min(shortLives - 1, 16);
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(Math.min(millis, LONGEST_PAUSE_MILLIS));
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends the broker: it goes when its socket does. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (current != null) {
                current.close();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (thread != null) {
                thread.join(Duration.ofSeconds(15));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
