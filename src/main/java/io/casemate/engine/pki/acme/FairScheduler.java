package io.casemate.engine.pki.acme;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Turns to do something slow, handed out to one account after the other, however many each waits for. No account has more than its
 * share at a time, and some turns are kept for what is done for the first time: repetitions, which most often are in vain, wait.
 */
final class FairScheduler {
    private final int all;
    private final int each;
    private final int again;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those who wait or have turns, whose turn it is next first. */
    private final Map<String, Line> lines = new LinkedHashMap<>();

    private int taken;

    /**
     * So many turns.
     *
     * @param each at most so many for one account
     * @param again at most so many for repetitions
     */
    FairScheduler(int all, int each, int again) {
        this.all = all;
        this.each = each;
        this.again = again;
    }

    /** Waits for a turn; who gets one gives it back with {@link #release}. */
    void acquire(String account, boolean first) throws InterruptedException {
        Semaphore mine = new Semaphore(0);
        locked(() ->
                lines.computeIfAbsent(account, name -> new Line()).of(first).add(mine));
        try {
            mine.acquire();
        } catch (InterruptedException e) {
            locked(() -> {
                Line line = lines.get(account);
                if (!line.of(first).remove(mine)) {
                    line.taken--;
                    taken--;
                }
            });
            throw e;
        }
    }

    /** Gives a turn back. */
    void release(String account) {
        locked(() -> {
            lines.get(account).taken--;
            taken--;
        });
    }

    private void locked(Runnable change) {
        lock.lock();
        try {
            change.run();
            boolean more;
            do {
                more = handedOut();
            } while (more);
        } finally {
            lock.unlock();
        }
    }

    /** Gives one turn to the next who may have it. */
    private boolean handedOut() {
        lines.values().removeIf(Line::over);
        for (Iterator<Map.Entry<String, Line>> next = lines.entrySet().iterator(); taken < all && next.hasNext(); ) {
            Map.Entry<String, Line> entry = next.next();
            Line line = entry.getValue();
            Optional<Semaphore> waiting = line.next(each, taken < again);
            if (waiting.isPresent()) {
                String account = entry.getKey();
                next.remove();
                lines.put(account, line);
                line.taken++;
                taken++;
                waiting.get().release();
                return true;
            }
        }
        return false;
    }

    /** What one account waits for. */
    private static final class Line {
        private final Deque<Semaphore> firsts = new ArrayDeque<>();
        private final Deque<Semaphore> repetitions = new ArrayDeque<>();
        private int taken;

        Deque<Semaphore> of(boolean first) {
            return first ? firsts : repetitions;
        }

        Optional<Semaphore> next(int most, boolean again) {
            if (taken >= most) {
                return Optional.empty();
            }
            Semaphore first = firsts.poll();
            return first != null || !again ? Optional.ofNullable(first) : Optional.ofNullable(repetitions.poll());
        }

        boolean over() {
            return taken == 0 && firsts.isEmpty() && repetitions.isEmpty();
        }
    }
}
