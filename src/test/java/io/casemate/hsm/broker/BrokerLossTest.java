package io.casemate.hsm.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.Hsm;
import io.casemate.hsm.SoftHsmFixture;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a lost process, or one that could not be started, leaves behind. */
class BrokerLossTest {
    private final AtomicInteger starts = new AtomicInteger();

    @Test
    void a_request_that_was_lost_late_is_asked_again_within_its_deadline() throws Exception {
        try (SoftHsmFixture token = SoftHsmFixture.create();
                Hsm hsm = open(token, () -> lostAfter(Duration.ofMillis(5500)))) {
            hsm.random(new byte[1]);
            assertEquals(2, starts.get());
        }
    }

    @Test
    void too_few_threads_at_one_moment_are_no_end() throws Exception {
        try (SoftHsmFixture token = SoftHsmFixture.create();
                Hsm hsm = open(token, () -> {
                    throw new OutOfMemoryError("unable to create native thread");
                })) {
            hsm.random(new byte[1]);
            assertEquals(2, starts.get());
        }
    }

    @Test
    void deaths_in_a_login_count_again_for_a_pin_that_was_written_anew() {
        PinMemory pin = new PinMemory();
        pin.noticed(PinNotice.BEGINS, Optional.empty());
        pin.noticed(PinNotice.ACCEPTED, Optional.empty());
        dieInLogin(pin);
        assertTrue(pin.refused().isEmpty(), "the PIN is known to be right");

        pin.corrected();
        dieInLogin(pin);
        assertEquals("LOGIN_UNCERTAIN", pin.refused().orElseThrow().code());
    }

    private static void dieInLogin(PinMemory pin) {
        for (int i = 0; i < PinMemory.MOST_UNCERTAIN; i++) {
            pin.noticed(PinNotice.BEGINS, Optional.empty());
            pin.brokerEnded();
        }
    }

    private Hsm open(SoftHsmFixture token, BrokerLauncher first) {
        ThreadBroker others = new ThreadBroker(_ -> token.settings().pin());
        BrokerLauncher launcher = () -> starts.incrementAndGet() == 1 ? first.start() : others.start();
        return new BrokerHsm(token.settings().withCallTimeout(Duration.ofSeconds(20)), launcher, "test://pin", true);
    }

    /** Greets, takes one request and ends without an answer. */
    private static BrokerLauncher.Started lostAfter(Duration life) throws IOException {
        ThreadBroker.Ends ends = ThreadBroker.Ends.make();
        Thread.startVirtualThread(() -> {
            try (FrameChannel channel = new FrameChannel(ends.server());
                    FrameWriter out = new FrameWriter()) {
                channel.read().close();
                channel.write(out.u8(FrameKind.WELCOME).u32(FrameKind.VERSION).u64(1));
                channel.read().close();
                Thread.sleep(life);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        return new Lost(ends.client());
    }

    private record Lost(SocketChannel socket) implements BrokerLauncher.Started {
        @Override
        public String kill() {
            return "ended";
        }

        @Override
        public void close() {
            // it has ended by itself
        }
    }
}
