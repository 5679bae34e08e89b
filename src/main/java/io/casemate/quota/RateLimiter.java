package io.casemate.quota;

import io.casemate.quota.Limit.Rate;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the requests of each client in the current interval. Bounded memory: clients beyond its limit share one count. */
final class RateLimiter {
    static final int CLIENTS = 1 << 16;

    private static final String OTHERS = "";
    private static final long MILLIS_BETWEEN_PURGES = 1000;

    private final long limit;
    private final long interval;
    private final long block;
    private final ConcurrentHashMap<String, Window> windows = new ConcurrentHashMap<>();
    private final AtomicLong purged = new AtomicLong(Long.MIN_VALUE);

    RateLimiter(Rate rate) {
        this.limit = Math.max(1, rate.rate().setScale(0, RoundingMode.HALF_UP).longValue());
        this.interval = rate.interval().toMillis();
        this.block = rate.block().toMillis();
    }

    /**
     * What became of a request.
     *
     * @param reset until the next one counts anew
     */
    record Taken(boolean allowed, long limit, long remaining, Duration reset) {}

    /** One client: since when, how many, and until when it is refused everything; milliseconds since 1970. */
    private record Window(long start, long used, long blockedUntil) {}

    Taken take(String client, Instant at) {
        long now = at.toEpochMilli();
        Window window = windows.compute(known(client, now), (key, before) -> next(before, now));
        boolean allowed = window.used() <= limit && window.blockedUntil() <= now;
        long end = Math.max(window.start() + interval, window.blockedUntil());
        return new Taken(allowed, limit, Math.max(0, limit - window.used()), Duration.ofMillis(Math.max(1, end - now)));
    }

    private Window next(Window before, long now) {
        if (before != null && before.blockedUntil() > now) {
            return before;
        }
        // A clock that was set back begins anew rather than to refuse until it is where it was.
        if (before == null || now >= before.start() + interval || now < before.start()) {
            return new Window(now, 1, 0);
        }
        long used = Math.min(limit, before.used()) + 1;
        return new Window(before.start(), used, used > limit && block > 0 ? now + block : 0);
    }

    private String known(String client, long now) {
        if (windows.size() < CLIENTS || windows.containsKey(client)) {
            return client;
        }
        long last = purged.get();
        if (now - MILLIS_BETWEEN_PURGES >= last && purged.compareAndSet(last, now)) {
            windows.values().removeIf(window -> window.start() + interval <= now && window.blockedUntil() <= now);
        }
        return windows.size() < CLIENTS ? client : OTHERS;
    }
}
