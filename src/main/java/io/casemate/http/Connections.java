package io.casemate.http;

import io.casemate.http.HttpSettings.Timeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Every open connection, and the one platform thread that closes those whose client is too slow. A thread of its own,
 * because virtual ones may all be held up by the very thing it guards against.
 */
final class Connections implements AutoCloseable {
    private static final long SWEEP_NANOS = 100_000_000L;

    private final ConcurrentMap<SocketAddress, Connection> open = new ConcurrentHashMap<>();
    private final Timeouts timeouts;
    private final int most;
    private final Thread sweeper;
    private volatile boolean draining;
    private volatile boolean stopped;

    Connections(Timeouts timeouts, int most) {
        this.timeouts = timeouts;
        this.most = most;
        this.sweeper = Thread.ofPlatform().daemon().name("http-deadlines").start(this::sweepForEver);
    }

    /** Takes note of a connection the moment it is accepted. */
    void accepted(SocketChannel channel) {
        if (draining) {
            throw new IllegalStateException("stopping");
        }
        try {
            SocketAddress peer = channel.getRemoteAddress();
            open.put(peer, new Connection(channel, peer, timeouts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (open.size() >= most) {
            makeRoom();
        }
    }

    /** The connection of a peer; {@code null} is the peer of a socket that was closed meanwhile. */
    Optional<Connection> of(SocketAddress peer) {
        return Optional.ofNullable(peer).map(open::get);
    }

    /** The connection that the calling thread reads. */
    Optional<Connection> ofThisThread() {
        Thread here = Thread.currentThread();
        return open.values().stream().filter(each -> each.servedBy(here)).findFirst();
    }

    /** How many are open, give or take those closed within the last sweep. */
    int size() {
        return open.size();
    }

    /**
     * From now on no connection is taken and each is closed as soon as it has nothing under way. Returns when none has, or
     * after {@code longest}.
     */
    void drain(Duration longest) {
        draining = true;
        long end = Ticks.in(longest);
        while (open.values().stream().anyMatch(Connection::busy) && Ticks.now() < end) {
            LockSupport.parkNanos(SWEEP_NANOS / 4);
        }
        open.values().forEach(Connection::abortReading);
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(sweeper);
        open.values().forEach(Connection::close);
    }

    /** The accepting thread stops at the limit, so one place is kept free: the longest idle connection goes. */
    private void makeRoom() {
        open.values().removeIf(c -> !c.open() && !c.busy());
        if (open.size() >= most) {
            open.values().stream()
                    .filter(c -> c.idleSince() != Ticks.NEVER)
                    .min(Comparator.comparingLong(Connection::idleSince))
                    .ifPresent(Connection::close);
        }
    }

    private void sweepForEver() {
        while (!stopped) {
            LockSupport.parkNanos(SWEEP_NANOS);
            long now = Ticks.now();
            for (Connection connection : open.values()) {
                if (draining) {
                    connection.drain();
                }
                if (connection.sweep(now)) {
                    open.remove(connection.peer(), connection);
                }
            }
        }
    }
}
