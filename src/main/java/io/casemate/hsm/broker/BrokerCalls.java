package io.casemate.hsm.broker;

import io.casemate.hsm.HsmSettings;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Asks the broker: waits for one to be there, asks a second one when the first is lost and that does no harm, and has a
 * broker replaced that does not answer.
 */
final class BrokerCalls {
    /** How long a caller waits for a broker that is starting: a request that could have waited is not lost. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** The broker keeps the deadline itself; who is that late does not run any more. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    private final BrokerKeeper keeper;
    private final PinMemory pin;
    private final HsmSettings settings;

    BrokerCalls(BrokerKeeper keeper, PinMemory pin, HsmSettings settings) {
        this.keeper = keeper;
        this.pin = pin;
        this.settings = settings;
    }

    /** Reads a result. */
    interface Result<T> {
        T read(FrameReader in) throws MalformedFrameException;
    }

    /** Within the deadline of the settings. */
    <T> T ask(Op op, Consumer<FrameWriter> body, Result<T> result) {
        return ask(op, settings.callTimeout(), body, result);
    }

    /** Asks; every failure is the fault of {@code Hsm}'s contract. */
    <T> T ask(Op op, Duration deadline, Consumer<FrameWriter> body, Result<T> result) {
        long end = System.nanoTime() + deadline.plus(SLACK).toNanos();
        try {
            for (int attempt = 1; ; attempt++) {
                if (op.needsLogin()) {
                    pin.check();
                }
                Session session = keeper.session(patience(end));
                try {
                    return result(session, session.ask(op, body, end), result);
                } catch (Session.LostException e) {
                    if (attempt > 1 || !op.repeatable()) {
                        throw lost(op).causedBy(e);
                    }
                } catch (TimeoutException e) {
                    throw unanswered(session, deadline, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Faults.away("INTERRUPTED", "the caller was interrupted while it waited for the HSM")
                    .causedBy(e);
        }
    }

    /** How long this attempt waits for a broker; the second has its own patience, since the first may have taken long. */
    private static long patience(long end) {
        long now = System.nanoTime();
        return now + Math.min(end - SLACK.toNanos() - now, PATIENCE.toNanos());
    }

    private <T> T result(Session session, Session.Answer answer, Result<T> result) throws Session.LostException {
        try (answer) {
            if (answer.fault()) {
                throw Faults.read(answer.in()).asException();
            }
            T value = result.read(answer.in());
            answer.in().end();
            keeper.healthy();
            return value;
        } catch (MalformedFrameException e) {
            System.getLogger("casemate.hsm")
                    .log(Level.ERROR, "the HSM''s process breaks the protocol: {0}", e.getMessage());
            session.close();
            throw new Session.LostException();
        }
    }

    private HsmFailed lost(Op op) {
        String trouble = keeper.trouble();
        return Faults.away(
                "BROKER_ENDED",
                "the HSM's own process ended during the call" + (trouble.isEmpty() ? "" : ": " + trouble)
                        + (op.repeatable() ? "" : "; whether the key was made is not known")
                        + "; Casemate starts it again by itself");
    }

    private static FaultException unanswered(Session session, Duration deadline, TimeoutException e) {
        session.close();
        return Faults.away(
                        Faults.TIMEOUT, "the HSM's own process did not answer within " + deadline + "; it is replaced")
                .causedBy(e);
    }
}
