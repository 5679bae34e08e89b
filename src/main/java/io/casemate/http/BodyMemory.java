package io.casemate.http;

import io.casemate.kernel.Fault;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * Bounds the memory of all request bodies together, and of what they are parsed to, so that many or large ones cannot
 * exhaust the heap. It is taken as bytes arrive, never for what is only announced.
 *
 * <p>An eighth is a reserve: the first {@link #SMALL} bytes of each request come from it, so that no number of large bodies
 * keeps out logins, unsealing and small writes. Of the rest, the last eighth is closed to an address that holds the other
 * seven, and within these seven another is closed to whoever would hold more than a sixty-fourth. A smaller request has to
 * leave several times what it holds of its address's part, and half as much of all, so that greedy ones leave something to the
 * next, also behind one proxy.
 */
final class BodyMemory {
    /** What a request may have of the reserve, in bytes. */
    static final int SMALL = 65_536;

    private static final int EIGHTH = 8;
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** Of one address's part of the rest, what counts as a medium request is one in so many. */
    private static final int MEDIUM = 64;

    /** A medium request leaves this many times what it holds. */
    private static final int MEDIUM_LEAVES = 4;

    /** A small request leaves this many times what it holds, of the reserve. */
    private static final int SMALL_LEAVES = 16;

    private final Semaphore parsing = new Semaphore(1, true);
    private final Pool reserve;
    private final Pool rest;

    BodyMemory(long bytes) {
        reserve = new Pool(bytes / EIGHTH);
        rest = new Pool(bytes - bytes / EIGHTH);
    }

    /** Nothing yet, for one request from {@code address}. */
    Claim claim(InetAddress address) {
        return new Claim(origin(address));
    }

    /** Most that one request can have while there is no other. */
    long most() {
        return rest.own() - rest.own() / EIGHTH;
    }

    /** What has to stay free of the rest when a request holds {@code large} of it. */
    private long leaves(long large) {
        return large <= rest.own() / MEDIUM ? large * MEDIUM_LEAVES : rest.own() / EIGHTH;
    }

    /** For what needs several times its length for a moment: one at a time. */
    Semaphore parsing() {
        return parsing;
    }

    /** Who an address counts as: itself, or with IPv6 its network of 64 bits, which one host may have to itself. */
    private static long origin(InetAddress address) {
        byte[] bytes = address.getAddress();
        long origin = 0;
        for (int i = 0; i < Math.min(Long.BYTES, bytes.length); i++) {
            origin = origin << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
        }
        return origin;
    }

    /** What one request holds. For one thread. */
    final class Claim implements AutoCloseable {
        private final long origin;
        private long small;
        private long large;

        private Claim(long origin) {
            this.origin = origin;
        }

        /**
         * Takes more.
         *
         * @throws io.casemate.kernel.FaultException {@code Unavailable} when that much is not free for it, {@code TooLarge}
         *     when it never is
         */
        void take(long bytes) {
            long held = small + large;
            if (held + bytes <= SMALL && reserve.take(origin, bytes, (held + bytes) * SMALL_LEAVES)) {
                small += bytes;
            } else if (rest.take(origin, bytes, leaves(large + bytes))) {
                large += bytes;
            } else if (large + bytes > most()) {
                throw new Fault.TooLarge(most()).asException();
            } else {
                throw new Fault.Unavailable("too many large requests at once", RETRY).asException();
            }
        }

        /** Gives all of it back. */
        @Override
        public void close() {
            reserve.give(origin, small);
            rest.give(origin, large);
            small = 0;
            large = 0;
        }
    }

    /** Bytes, and who holds how many of them. */
    private static final class Pool {
        private final long size;
        private final Map<Long, Long> held = new HashMap<>();
        private long free;

        Pool(long size) {
            this.size = size;
            this.free = size;
        }

        /** What one origin may hold. */
        long own() {
            return size - size / EIGHTH;
        }

        /** Takes {@code bytes} if {@code left} and more stay free for this origin, and half as much for everybody. */
        synchronized boolean take(long origin, long bytes, long left) {
            long ownFree = own() - held.getOrDefault(origin, 0L);
            if (ownFree - bytes < left || free - bytes < left / 2) {
                return false;
            }
            free -= bytes;
            held.merge(origin, bytes, Long::sum);
            return true;
        }

        synchronized void give(long origin, long bytes) {
            if (bytes > 0) {
                free += bytes;
                held.computeIfPresent(origin, (_, all) -> all == bytes ? null : all - bytes);
            }
        }
    }
}
