package io.casemate.hsm.broker;

import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmEvents;
import io.casemate.hsm.HsmSettings;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The broker's side: serves one HSM over connections of docs/formats/hsm-broker.md, many requests of one connection at the
 * same time. The HSM outlives the connection; so does what is known of the PIN.
 */
public final class BrokerService implements AutoCloseable {
    private static final Logger LOG = System.getLogger("casemate.hsm");
    private static final int MOST_AT_ONCE = 1024;

    private final Function<String, Supplier<SecretBytes>> pins;
    private final Optional<HsmSettings> own;
    private final SecureRandom random;
    private final HangWatch hangs;
    private final Runnable refused;
    private volatile FrameChannel channel;
    private volatile Hsm hsm;
    private volatile Handler handler;

    /**
     * Serves nothing yet.
     *
     * @param pins the PIN behind a reference
     * @param own settings of the broker's own configuration; empty: the server tells
     * @param hung ends the process; called when a call hangs inside the library
     */
    public BrokerService(
            Function<String, Supplier<SecretBytes>> pins,
            Optional<HsmSettings> own,
            SecureRandom random,
            Runnable hung) {
        this(pins, own, random, hung, () -> {});
    }

    /**
     * The same.
     *
     * @param refused called when the token refused the PIN, after the server was told
     */
    public BrokerService(
            Function<String, Supplier<SecretBytes>> pins,
            Optional<HsmSettings> own,
            SecureRandom random,
            Runnable hung,
            Runnable refused) {
        this.pins = pins;
        this.own = own;
        this.random = random;
        this.hangs = new HangWatch(hung);
        this.refused = refused;
    }

    /** Serves until the server closes the connection, or breaks the protocol. */
    public void serve(SocketChannel socket) {
        try (FrameChannel connected = new FrameChannel(socket)) {
            channel = connected;
            greet(connected);
            Semaphore places = new Semaphore(MOST_AT_ONCE);
            while (true) {
                FrameReader request = connected.read();
                places.acquireUninterruptibly();
                Thread.ofVirtual().start(() -> {
                    try (request) {
                        answer(connected, request);
                    } finally {
                        places.release();
                    }
                });
            }
        } catch (EOFException e) {
            LOG.log(Level.DEBUG, "the server has closed the connection");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the connection to the server ends: {0}", e.getMessage());
        } catch (FaultException e) {
            LOG.log(Level.ERROR, "the server's settings cannot be used: {0}", e.getMessage());
        }
    }

    private void greet(FrameChannel connected) throws IOException {
        try (FrameReader in = connected.read();
                FrameWriter out = new FrameWriter()) {
            Hello hello = Hello.read(in, pins);
            open(hello);
            if (hello.approved()) {
                hsm.pinCorrected();
            }
            connected.write(out.u8(FrameKind.WELCOME)
                    .u32(FrameKind.VERSION)
                    .u64(ProcessHandle.current().pid()));
        }
        Thread.ofVirtual().start(hsm::health); // loads the library while the first request is still on its way
    }

    private synchronized void open(Hello hello) throws MalformedFrameException {
        if (hsm == null) {
            HsmSettings settings = own.or(hello::settings)
                    .orElseThrow(() -> new MalformedFrameException("neither side has settings for the HSM"));
            hsm = Hsm.open(settings, random, new Events(hello.refused()));
            handler = new Handler(hsm);
        }
    }

    private void answer(FrameChannel connected, FrameReader in) {
        try (FrameWriter out = new FrameWriter()) {
            if (in.u8() != FrameKind.REQUEST) {
                throw new MalformedFrameException("something that is no request");
            }
            long id = in.u64();
            Op op = Op.of(in.u8()).orElseThrow(() -> new MalformedFrameException("an unknown operation"));
            try {
                out.u8(FrameKind.RESULT).u64(id);
                handler.handle(op, in, out);
            } catch (FaultException e) {
                fault(out, id, e.fault());
            } catch (RuntimeException e) {
                String reference = UUID.randomUUID().toString();
                LOG.log(Level.ERROR, "bug, reference " + reference, e);
                fault(out, id, new Fault.Internal(reference));
            }
            send(connected, out, id);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the connection to the server ends: {0}", e.getMessage());
            connected.close();
        }
    }

    private static void send(FrameChannel connected, FrameWriter out, long id) throws IOException {
        if (out.length() > FrameChannel.LONGEST) {
            fault(out, id, Faults.away("ANSWER_TOO_LONG", "the HSM's answer is longer than a frame may be"));
        }
        connected.write(out);
    }

    private static void fault(FrameWriter out, long id, Fault fault) {
        out.backTo(0);
        Faults.write(out.u8(FrameKind.FAULT).u64(id), fault);
    }

    @Override
    public void close() {
        Hsm open = hsm;
        if (open != null) {
            open.close();
        }
    }

    /** Carries over what must not die with this process, before it can. */
    private final class Events implements HsmEvents {
        private final Optional<HsmFailed> before;

        Events(Optional<HsmFailed> before) {
            this.before = before;
        }

        @Override
        public Optional<HsmFailed> refusedBefore() {
            return before;
        }

        @Override
        public void loginBegins() {
            tell(PinNotice.BEGINS, Optional.empty());
        }

        @Override
        public void loginAccepted() {
            tell(PinNotice.ACCEPTED, Optional.empty());
        }

        @Override
        public void loginRefused(HsmFailed failure) {
            try {
                tell(PinNotice.REFUSED, Optional.of(failure));
            } finally {
                BrokerService.this.refused.run();
            }
        }

        @Override
        public void loginFailed() {
            tell(PinNotice.FAILED, Optional.empty());
        }

        @Override
        public void stuckCalls(int now) {
            hangs.stuck(now);
        }

        /** A call that was given up has its thread interrupted, which would close the connection. */
        private void tell(PinNotice notice, Optional<HsmFailed> failure) {
            boolean interrupted = Thread.interrupted();
            try (FrameWriter out = new FrameWriter()) {
                out.u8(FrameKind.PIN_NOTICE).u64(0).text(notice.name());
                failure.ifPresent(known -> Faults.failure(out, known));
                channel.write(out);
            } catch (IOException e) {
                throw Faults.away("BROKER_ALONE", "the server has gone").causedBy(e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
