package io.casemate.http;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names for requests: UUIDs of RFC 9562 version 4, as unlikely to meet again as random ones, in this process or another.
 * They name a request in answers, log and audit and prove nothing, so they need not be hard to guess: a counter that starts
 * at random and is scrambled does without the lock that all threads share at a {@code SecureRandom}.
 */
final class RequestIds {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;
    private static final long VERSION = 0x0000_0000_0000_4000L;
    private static final long NOT_VERSION = 0xffff_ffff_ffff_0fffL;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long NOT_VARIANT = 0x3fff_ffff_ffff_ffffL;

    private final long high;
    private final AtomicLong low;

    RequestIds(SecureRandom random) {
        high = random.nextLong();
        low = new AtomicLong(random.nextLong());
    }

    String next() {
        long count = low.getAndAdd(GOLDEN);
        long most = (scramble(count ^ high) & NOT_VERSION) | VERSION;
        long least = (scramble(count) & NOT_VARIANT) | VARIANT;
        return new UUID(most, least).toString();
    }

    /** The one-to-one mixing step of SplitMix64. */
    private static long scramble(long value) {
        long once = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        long twice = (once ^ (once >>> 27)) * 0x94d049bb133111ebL;
        return twice ^ (twice >>> 31);
    }
}
