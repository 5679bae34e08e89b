package io.casemate.hsm.broker;

import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The life of one connection to one broker. Requests are written by a thread of its own, because a caller that is interrupted
 * while it writes would close the connection for all.
 */
final class Session {
    private static final Logger LOG = System.getLogger("casemate.hsm");

    private final Map<Long, CompletableFuture<Answer>> pending = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<FrameWriter> outgoing = new LinkedBlockingQueue<>();
    private final AtomicLong ids = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final FrameChannel channel;
    private final PinMemory pin;

    private Session(FrameChannel channel, PinMemory pin) {
        this.channel = channel;
        this.pin = pin;
    }

    /** The connection ended before the answer came: whether the request was done is not known. */
    static final class LostException extends IOException {
        LostException() {
            super("the HSM's process ended before it answered");
        }
    }

    /** Greets the broker; gives up when it does not greet back within {@code seconds}. */
    static Session open(FrameChannel channel, PinMemory pin, Consumer<FrameWriter> hello, int seconds)
            throws IOException {
        Session session = new Session(channel, pin);
        try (FrameWriter out = new FrameWriter()) {
            hello.accept(out);
            channel.write(out);
        }
        CompletableFuture<Void> greeted = new CompletableFuture<>();
        thread("read", () -> session.read(greeted));
        try {
            greeted.get(seconds, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            channel.close();
            throw new IOException("the HSM's process did not greet within " + seconds + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        thread("write", session::write);
        return session;
    }

    private static void thread(String what, Runnable work) {
        Thread.ofPlatform().daemon().name("casemate-hsm-" + what).start(work);
    }

    /** What the broker said: a result or a fault, behind the id. Whoever gets it closes it. */
    record Answer(boolean fault, FrameReader in) implements AutoCloseable {
        @Override
        public void close() {
            in.close();
        }
    }

    /**
     * Asks, and waits for the answer until {@code end} of {@link System#nanoTime}.
     *
     * @throws LostException when the connection ends first
     */
    Answer ask(Op op, Consumer<FrameWriter> body, long end)
            throws LostException, TimeoutException, InterruptedException {
        long id = ids.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        FrameWriter request = request(id, op, body);
        pending.put(id, answer);
        outgoing.add(request);
        if (!alive()) {
            abandon();
        }
        try {
            return answer.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new LostException();
        } catch (TimeoutException | InterruptedException e) {
            pending.remove(id);
            if (!answer.completeExceptionally(e) && !answer.isCompletedExceptionally()) {
                answer.join().close(); // it came just now
            }
            throw e;
        }
    }

    private static FrameWriter request(long id, Op op, Consumer<FrameWriter> body) {
        FrameWriter request = new FrameWriter();
        body.accept(request.u8(FrameKind.REQUEST).u64(id).u8(op.number()));
        if (request.length() > FrameChannel.LONGEST) {
            request.close();
            throw new HsmFailed(
                            "MESSAGE_TOO_LONG",
                            "call",
                            HsmProblem.SETUP,
                            "more than " + FrameChannel.LONGEST + " bytes cannot go to the HSM's process at once")
                    .asException();
        }
        return request;
    }

    boolean alive() {
        return ended.getCount() > 0;
    }

    /** Waits until the connection has ended and everybody who waited on it knows. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    /** Ends the connection. */
    void close() {
        channel.close();
    }

    private void write() {
        try {
            while (alive()) {
                FrameWriter request = outgoing.poll(1, TimeUnit.SECONDS);
                if (request != null) {
                    try (request) {
                        channel.write(request);
                    }
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the HSM''s process: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            channel.close();
        }
    }

    private void read(CompletableFuture<Void> greeted) {
        try {
            welcome();
            greeted.complete(null);
            while (true) {
                receive(channel.read());
            }
        } catch (MalformedFrameException e) {
            LOG.log(Level.ERROR, "the HSM''s process breaks the protocol: {0}", e.getMessage());
            greeted.completeExceptionally(e);
        } catch (IOException e) {
            greeted.completeExceptionally(e);
        } finally {
            channel.close();
            ended.countDown();
            abandon();
        }
    }

    private void welcome() throws IOException {
        try (FrameReader in = channel.read()) {
            if (in.u8() != FrameKind.WELCOME || in.u32() != FrameKind.VERSION) {
                throw new MalformedFrameException("no WELCOME of version " + FrameKind.VERSION);
            }
        }
    }

    private void receive(FrameReader in) throws MalformedFrameException {
        int kind = in.u8();
        long id = in.u64();
        switch (kind) {
            case FrameKind.RESULT, FrameKind.FAULT -> {
                CompletableFuture<Answer> waiting = pending.remove(id);
                if (waiting == null || !waiting.complete(new Answer(kind == FrameKind.FAULT, in))) {
                    in.close();
                }
            }
            case FrameKind.PIN_NOTICE -> notice(in);
            default -> throw new MalformedFrameException("an unknown kind of frame");
        }
    }

    private void notice(FrameReader in) throws MalformedFrameException {
        PinNotice notice = in.word(PinNotice.class);
        Optional<HsmFailed> failure = notice == PinNotice.REFUSED ? Optional.of(Faults.failure(in)) : Optional.empty();
        in.end();
        pin.noticed(notice, failure);
    }

    /** Nobody waits for a broker that is gone; what was not sent is wiped. */
    private void abandon() {
        for (FrameWriter unsent = outgoing.poll(); unsent != null; unsent = outgoing.poll()) {
            unsent.close();
        }
        // none is taken out: whoever comes meanwhile, unseen by this, finds his own when he looks himself
        pending.values().forEach(waiting -> waiting.completeExceptionally(new LostException()));
    }
}
