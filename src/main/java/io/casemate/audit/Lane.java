package io.casemate.audit;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands lines to one device, in their order, on a thread of its own: a device that hangs holds up nobody but itself. Lines
 * that it did not take stay, up to a bound, and are tried again with back-off; what comes beyond the bound is lost to this
 * device, and counted. The thread starts with the first line and ends with {@link #close}.
 */
final class Lane implements AutoCloseable {
    /** Most lines that wait. */
    static final int MOST_LINES = 4096;

    /** Most bytes that wait, unless a single line has more. */
    static final long MOST_BYTES = 8L << 20;

    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(15);

    /** With fewer lines than this waiting, a device has caught up. */
    private static final int CAUGHT_UP = 16;

    private final AuditDevice device;
    private final DeviceHealth health;
    private final Duration patience;
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final Deque<Delivery> queue = new ArrayDeque<>();
    private long bytes;
    private Thread thread;
    private boolean reopen;
    private boolean closing;

    /** Lines wait, or one is being written; read without the lock by whoever would write past this lane. */
    private volatile boolean busy;

    private boolean over;
    private Duration delay = Duration.ZERO;
    private long retryAt = System.nanoTime();

    /** @param patience how long a line may take before the device counts as hanging */
    Lane(String name, AuditDevice device, DeviceHealth health, Duration patience) {
        this.name = name;
        this.device = device;
        this.health = health;
        this.patience = patience;
    }

    /** Has nothing to do: a line written past it would overtake none. */
    boolean idle() {
        return !busy;
    }

    /**
     * Queues a line. For a device that is well it waits for room, until {@code until} at most.
     *
     * @param until a {@link System#nanoTime}
     * @return what becomes of it
     */
    Delivery offer(AuditLine line, long until) {
        Delivery delivery = new Delivery(line);
        lock.lock();
        try {
            if (closing || !hasRoom(line, until)) {
                if (!closing) {
                    health.lost("more than " + MOST_LINES + " entries or " + MOST_BYTES + " bytes wait for it");
                }
                delivery.tell(false);
                return delivery;
            }
            queue.add(delivery);
            bytes += line.bytes().length;
            busy = true;
            startThread();
            work.signal();
            return delivery;
        } finally {
            lock.unlock();
        }
    }

    /** Tries again now, whatever the back-off. */
    void urge() {
        lock.lock();
        try {
            retryAt = System.nanoTime();
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Opens the sink afresh, before the next line. */
    void reopen() {
        lock.lock();
        try {
            reopen = true;
            startThread();
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more lines, gives those that wait a short while if the device is well, and closes the device. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
            if (thread == null) {
                device.close();
                return;
            }
            long left = health.well() ? patience.toNanos() : 0;
            while (!over && left > 0) {
                left = ended.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void startThread() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("audit-" + name).start(this::run);
        }
    }

    private boolean hasRoom(AuditLine line, long until) {
        boolean interrupted = false;
        while (!closing && full(line)) {
            long left = until - System.nanoTime();
            if (!health.well() || left <= 0) {
                break;
            }
            try {
                room.awaitNanos(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !full(line);
    }

    private boolean full(AuditLine line) {
        return !queue.isEmpty() && (queue.size() >= MOST_LINES || bytes + line.bytes().length > MOST_BYTES);
    }

    private void run() {
        try {
            while (step()) {
                // each step hands over one line
            }
        } finally {
            end();
        }
    }

    private void end() {
        try {
            device.close();
        } finally {
            lock.lock();
            try {
                over = true;
                queue.forEach(each -> each.tell(false));
                queue.clear();
                ended.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean step() {
        Delivery next;
        boolean afresh;
        lock.lock();
        try {
            awaitWork();
            if (closing && (queue.isEmpty() || !health.well())) {
                return false;
            }
            afresh = reopen;
            reopen = false;
            next = queue.peekFirst();
            busy = true;
        } finally {
            lock.unlock();
        }
        try {
            if (afresh) {
                device.reopen();
            }
            if (next != null) {
                device.write(next.line());
            }
            done(next);
        } catch (FaultException e) {
            if (next != null && e.fault() instanceof Fault.TooLarge large) {
                tooLong(next, large);
            } else {
                failed(e);
            }
        } catch (RuntimeException | Error e) {
            // Whatever it was: the thread must not end while the device is enabled.
            failed(e);
        }
        return true;
    }

    private void awaitWork() {
        while (!closing && !reopen && (queue.isEmpty() || retryAt - System.nanoTime() > 0)) {
            try {
                if (queue.isEmpty()) {
                    work.await();
                } else {
                    work.awaitNanos(retryAt - System.nanoTime());
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts this thread", e);
            }
        }
    }

    private void done(Delivery next) {
        lock.lock();
        try {
            delay = Duration.ZERO;
            retryAt = System.nanoTime();
            if (next != null) {
                remove(next);
            }
            busy = !queue.isEmpty();
            if (queue.size() < CAUGHT_UP) {
                health.recovered();
            }
        } finally {
            lock.unlock();
        }
        if (next != null) {
            next.tell(true);
        }
    }

    /** A line that can never be handed over must not stand in the way of the others. */
    private void tooLong(Delivery next, Fault.TooLarge large) {
        health.lost("an entry of " + next.line().bytes().length + " bytes, longer than the " + large.limitBytes()
                + " that it takes");
        lock.lock();
        try {
            remove(next);
            busy = !queue.isEmpty();
        } finally {
            lock.unlock();
        }
        next.tell(false);
    }

    private void failed(Throwable e) {
        health.failed(String.valueOf(e.getMessage()), e);
        lock.lock();
        try {
            busy = !queue.isEmpty();
            delay = delay.isZero() ? FIRST_RETRY : Collections.min(List.of(delay.multipliedBy(2), LAST_RETRY));
            retryAt = System.nanoTime() + delay.toNanos();
            queue.forEach(each -> each.tell(false));
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void remove(Delivery next) {
        queue.removeFirst();
        bytes -= next.line().bytes().length;
        room.signalAll();
    }
}
