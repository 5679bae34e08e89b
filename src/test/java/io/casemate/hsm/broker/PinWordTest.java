package io.casemate.hsm.broker;

import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.hsm.WrappingKeyTest;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A human's word that the PIN is right now reaches the HSM's process, whatever that is doing at the moment. */
class PinWordTest {
    private final AtomicReference<String> pin = new AtomicReference<>("000000");
    private final AtomicReference<SocketChannel> connection = new AtomicReference<>();
    private final Semaphore greetings = new Semaphore(1);
    private final Semaphore greeted = new Semaphore(0);

    @Test
    void a_process_that_was_greeted_with_the_refusal_is_replaced() throws Exception {
        try (SoftHsmFixture token = SoftHsmFixture.create();
                Hsm hsm = open(token)) {
            WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> hsm.random(new byte[1]));
            greeted.acquire();

            connection.get().close();
            greeted.acquire(); // the next one has read that the PIN was refused, and does not welcome us yet
            pin.set(token.pin());
            hsm.pinCorrected();
            greetings.release(2);

            hsm.random(new byte[1]);
        }
    }

    private Hsm open(SoftHsmFixture token) {
        HsmSettings right = token.settings();
        HsmSettings settings =
                HsmSettings.of(right.library(), right.token(), this::pin).withCallTimeout(Duration.ofSeconds(5));
        ThreadBroker broker = new ThreadBroker(_ -> greeting());
        return new BrokerHsm(settings, () -> remembered(broker.start()), "test://pin", true);
    }

    private BrokerLauncher.Started remembered(BrokerLauncher.Started started) throws IOException {
        connection.set(started.socket());
        return started;
    }

    private SecretBytes pin() {
        return SecretBytes.ofText(pin.get());
    }

    private Supplier<SecretBytes> greeting() {
        greeted.release();
        greetings.acquireUninterruptibly();
        return this::pin;
    }
}
