package io.casemate.http;

import io.casemate.http.HttpSettings.Timeouts;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One client's connection and what it owes us by when: the end of its handshake, the end of a request's head, its next
 * request, a body, the taking of an answer. {@link Connections} closes it when a deadline has passed; closing the
 * channel ends every thread that waits on it, whatever protocol they speak.
 */
final class Connection {
    private static final System.Logger LOG = System.getLogger("casemate.http");

    private static final Duration LINGER = Duration.ofSeconds(1);

    private final SocketChannel channel;
    private final InetSocketAddress peer;
    private final Timeouts timeouts;
    private final Set<Exchange> exchanges = ConcurrentHashMap.newKeySet();
    private final Http2Frames frames = new Http2Frames();
    private volatile Thread thread;
    private volatile List<byte[]> certificates = List.of();
    private volatile long head;
    private volatile long nextRequest = Ticks.NEVER;
    private volatile long closeAt = Ticks.NEVER;
    private volatile boolean draining;
    private volatile boolean refused;
    private volatile long idleSince = Ticks.now();

    Connection(SocketChannel channel, InetSocketAddress peer, Timeouts timeouts) {
        this.channel = channel;
        this.peer = peer;
        this.timeouts = timeouts;
        this.head = Ticks.in(timeouts.handshake());
    }

    InetSocketAddress peer() {
        return peer;
    }

    boolean open() {
        return channel.isOpen();
    }

    /** The calling thread is the one that reads this connection. */
    void servedByThisThread() {
        thread = Thread.currentThread();
    }

    /**
     * The TLS handshake is over; the first request is due.
     *
     * @param shown the client's certificates, DER, leaf first, unverified
     */
    synchronized void handshaken(List<byte[]> shown) {
        certificates = shown;
        head = Ticks.NEVER;
        nextRequest = Ticks.in(timeouts.head());
    }

    /** What the client showed in the handshake, kept because asking the session anew costs an exception for most clients. */
    List<byte[]> certificates() {
        return certificates;
    }

    /** Decrypted bytes came in. */
    synchronized void received(ByteBuffer bytes) {
        if (!frames.other()) {
            frames.feed(bytes);
        }
        if (frames.other()) {
            receivedHttp1();
        } else if (frames.flooding()) {
            close();
        } else {
            receivedHttp2();
        }
    }

    /** The kernel took what was sent before, and more is about to be sent. */
    void sending() {
        exchanges.forEach(Exchange::sent);
    }

    /** A request's head is complete. */
    synchronized Exchange begin() {
        Exchange exchange = new Exchange(this, timeouts);
        exchanges.add(exchange);
        nextRequest = Ticks.NEVER;
        idleSince = Ticks.NEVER;
        if (frames.other()) {
            head = Ticks.NEVER;
        }
        return exchange;
    }

    synchronized void end(Exchange exchange) {
        exchanges.remove(exchange);
        if (exchanges.isEmpty()) {
            idleSince = Ticks.now();
            nextRequest = Ticks.in(timeouts.idle());
        }
    }

    /**
     * Since when nothing has been awaited but its client: that it asks, the first handshake included, or goes on with all that it
     * asked; {@link Ticks#NEVER} while the service works for it.
     */
    long waitingSince() {
        return Math.min(idleSince, heldUpSince());
    }

    private long heldUpSince() {
        long[] since = exchanges.stream().mapToLong(Exchange::heldUpSince).toArray();
        return Arrays.stream(since).anyMatch(each -> each == Ticks.NEVER)
                ? Ticks.NEVER
                : Arrays.stream(since).min().orElse(Ticks.NEVER);
    }

    boolean busy() {
        return !exchanges.isEmpty();
    }

    /** Closes in a moment: time for the last answer to be taken. */
    void closeSoon() {
        closeAt = Math.min(closeAt, Ticks.now() + 300_000_000L);
    }

    /** A request is refused that the client may not have sent to its end: see {@link #linger}. */
    void refused() {
        refused = true;
    }

    /**
     * The connection's thread is about to close it. When bytes are left unread, TCP would answer them by a reset, which takes the
     * answer with it: after a refusal, what the client still sends is read and dropped, so much and so long as is decent.
     */
    void linger() {
        if (!refused || !channel.isOpen()) {
            return;
        }
        closeAt = Math.min(closeAt, Ticks.in(LINGER));
        ByteBuffer dropped = ByteBuffer.allocate(16_384);
        try {
            int read = 0;
            for (int sum = 0; read >= 0 && sum < AnswerWriter.MOST_DROPPED; sum += read) {
                read = channel.read(dropped.clear());
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "what was left of a refused request ended", e);
        }
    }

    /** Whether {@code thread} is the one that reads this connection. */
    boolean servedBy(Thread other) {
        Thread reader = thread;
        return reader != null && reader.threadId() == other.threadId();
    }

    /** The server is stopping: what is under way may end, nothing new begins. */
    void drain() {
        draining = true;
        if (!busy()) {
            closeSoon();
        }
    }

    boolean draining() {
        return draining;
    }

    /** Marks half-read bodies as broken, so that a stopping server does not take a part for the whole. */
    void abortReading() {
        exchanges.forEach(Exchange::abortReading);
    }

    /** Closes it when something is overdue. True when it is closed and nothing is left of it. */
    boolean sweep(long now) {
        if (!channel.isOpen()) {
            abortReading();
            return exchanges.isEmpty();
        }
        if (now >= head
                || now >= nextRequest
                || now >= closeAt
                || exchanges.stream().anyMatch(e -> e.overdue(now))) {
            close();
        }
        return false;
    }

    /** Closes at once; every thread waiting on it wakes. */
    void close() {
        LOG.log(Level.DEBUG, "closing the connection of {0}", peer);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing a connection failed", e);
        }
        abortReading();
        Thread reader = thread;
        if (reader != null) {
            reader.interrupt();
        }
    }

    private void receivedHttp1() {
        if (exchanges.isEmpty() && head == Ticks.NEVER) {
            head = Ticks.in(timeouts.head());
            nextRequest = Ticks.NEVER;
        }
    }

    private void receivedHttp2() {
        if (!frames.unfinished()) {
            head = Ticks.NEVER;
        } else if (head == Ticks.NEVER) {
            head = Ticks.in(timeouts.head());
            if (frames.inHead() && nextRequest != Ticks.NEVER) {
                nextRequest = Math.max(nextRequest, head);
            }
        }
    }
}
