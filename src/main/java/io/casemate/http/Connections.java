package io.casemate.http;

import io.casemate.http.HttpSettings.Timeouts;
import io.casemate.kernel.Repeated;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Every open connection, and the one platform thread that closes those whose client is too slow. A thread of its own,
 * because virtual ones may all be held up by the very thing it guards against.
 */
final class Connections implements AutoCloseable {
    private static final Duration SWEEP = Duration.ofMillis(100);

    private final ConcurrentMap<SocketAddress, Connection> open = new ConcurrentHashMap<>();
    /** Those whose peer's address has another connection by now, until nothing of theirs is left. */
    private final Set<Connection> replaced = ConcurrentHashMap.newKeySet();

    private final Timeouts timeouts;
    private final int most;
    private volatile boolean draining;
    private final Repeated sweeps = new Repeated(Thread.ofPlatform().daemon(), "http-deadlines", this::swept);

    Connections(Timeouts timeouts, int most) {
        this.timeouts = timeouts;
        this.most = most;
        sweeps.start(SWEEP);
    }

    /** Takes note of a connection the moment it is accepted. */
    void accepted(SocketChannel channel) {
        if (draining) {
            throw new IllegalStateException("stopping");
        }
        try {
            InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
            Connection next = new Connection(channel, peer, timeouts);
            Connection former = open.put(peer, next);
            if (former != null) {
                replace(former);
            }
            makeRoom(next);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A client comes from the same address and port twice when it resets the first connection, or when it asks two addresses
     * of this server. It has one connection at a time, and none that nobody watches.
     */
    private void replace(Connection former) {
        former.close();
        replaced.add(former);
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
            LockSupport.parkNanos(SWEEP.toNanos() / 4);
        }
        open.values().forEach(Connection::abortReading);
    }

    @Override
    public void close() {
        sweeps.stop();
        open.values().forEach(Connection::close);
    }

    /**
     * The accepting thread stops at the limit, so one place is kept free: the connection goes that has waited longest for its
     * client, be it idle, in the middle of a request, or that nothing ever came of it. Looked at again by every sweep, since all may
     * be between two states now, and then nothing more is accepted.
     *
     * @param next has just come and stays; null in a sweep
     */
    private void makeRoom(Connection next) {
        if (open.size() < most) {
            return;
        }
        open.values().removeIf(c -> !c.open() && !c.busy());
        // of the others that are closed the threads are about to end
        List<Connection> living =
                open.values().stream().filter(Connection::open).toList();
        if (living.size() >= most) {
            living.stream()
                    .filter(each -> !each.equals(next) && each.waitingSince() != Ticks.NEVER)
                    .min(Comparator.comparingLong(Connection::waitingSince))
                    .ifPresent(Connection::close);
        }
    }

    private Duration swept() {
        long now = Ticks.now();
        for (Connection connection : open.values()) {
            if (draining) {
                connection.drain();
            }
            if (connection.sweep(now)) {
                open.remove(connection.peer(), connection);
            }
        }
        replaced.removeIf(connection -> connection.sweep(now));
        makeRoom(null);
        return SWEEP;
    }
}
