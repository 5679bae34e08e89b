package io.casemate.lease;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A lock for each name that somebody works on, and none for the others. */
final class KeyedLocks {
    private final ConcurrentHashMap<String, Held> held = new ConcurrentHashMap<>();

    /** One at a time for each {@code name}. */
    <T> T holding(String name, Supplier<T> work) {
        Held mine =
                held.compute(name, (key, there) -> (there == null ? new Held(0, new ReentrantLock()) : there).more(1));
        mine.lock().lock();
        try {
            return work.get();
        } finally {
            mine.lock().unlock();
            held.computeIfPresent(name, (key, there) -> there.users() == 1 ? null : there.more(-1));
        }
    }

    private record Held(int users, ReentrantLock lock) {
        Held more(int change) {
            return new Held(users + change, lock);
        }
    }
}
