package io.casemate.hsm.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmHealth;
import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.SlotDescription;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Both sides' parsers take what they wrote and survive everything else, whole or cut, mutated or made up. */
class FrameFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final HsmFailed FAILED = new HsmFailed("CKR_DEVICE_ERROR", "C_Sign", HsmProblem.AWAY, "advice ä");
    private static final HsmHealth HEALTH = new HsmHealth(
            true, false, "label", "serial", "model", "1.0", "library", HsmHealth.PinState.FINE, 3, 0, "none");
    private static final List<SlotDescription> SLOTS = List.of(
            new SlotDescription("1", "d", "l", "s", "m", true), new SlotDescription("2", "", "", "", "", false));

    /** What a parser does with a body: what it understood, or one of the two ways to refuse. */
    private interface Parser {
        Object parse(FrameReader in) throws MalformedFrameException;
    }

    private static Map<Consumer<FrameWriter>, Parser> valid() throws Exception {
        HsmSettings settings = new HsmSettings(
                Path.of("/lib/hsm.so"),
                "configdir='sql:/d'",
                TokenSelector.slot("0xffffffffffffffff"),
                () -> null,
                7,
                true,
                Duration.ofSeconds(3));
        WrappingKeySettings key = new WrappingKeySettings(
                "label", "a1b2", "mac", "c3", "older", "older-mac", "auto", "sha256", true, false);
        PublicKey half =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        Map<Consumer<FrameWriter>, Parser> valid = new LinkedHashMap<>();
        valid.put(
                out -> new Hello(Optional.of(settings), Optional.of(FAILED), true).write(out, "file:///pin"),
                in -> Hello.read(in, _ -> settings.pin()));
        valid.put(
                out -> new Hello(Optional.empty(), Optional.empty(), false).write(out, ""),
                in -> Hello.read(in, _ -> settings.pin()));
        valid.put(out -> Values.key(out, key), Values::key);
        valid.put(
                out -> Values.wrapped(out, new Wrapped("p", "l", "id", "t", new byte[] {1, 2, 3})),
                in -> Arrays.toString(Values.wrapped(in).ciphertext()));
        valid.put(out -> Values.health(out, HEALTH), Values::health);
        valid.put(out -> Values.slots(out, SLOTS), Values::slots);
        valid.put(out -> Faults.write(out, FAILED), Faults::read);
        valid.put(out -> Faults.write(out, new Fault.Misconfigured(List.of("a", "b"))), Faults::read);
        valid.put(out -> Faults.write(out, new Fault.Internal("reference")), Faults::read);
        valid.put(out -> out.text(KeyKind.ED25519.name()).bytes(half.getEncoded()), PublicHalf::read);
        return valid;
    }

    @Test
    void what_was_written_is_read_again() throws Exception {
        assertEquals(HEALTH, read(out -> Values.health(out, HEALTH), Values::health));
        assertEquals(SLOTS, read(out -> Values.slots(out, SLOTS), Values::slots));
        assertEquals(FAILED, read(out -> Faults.write(out, FAILED), Faults::read));
        for (Map.Entry<Consumer<FrameWriter>, Parser> each : valid().entrySet()) {
            read(each.getKey(), each.getValue());
        }
    }

    @Test
    void what_was_not_is_refused_and_nothing_else_happens() throws Exception {
        Random random = new Random(14);
        for (Map.Entry<Consumer<FrameWriter>, Parser> each : valid().entrySet()) {
            byte[] good = written(each.getKey());
            for (int length = 0; length < good.length; length++) {
                byte[] cut = Arrays.copyOf(good, length);
                assertThrows(MalformedFrameException.class, () -> parse(cut, each.getValue()), "cut at " + length);
            }
            for (int i = 0; i < ROUNDS; i++) {
                survives(mutated(good, random), each.getValue());
            }
        }
    }

    @Test
    void a_peer_that_talks_nonsense_ends_its_connection_and_no_other() throws Exception {
        Random random = new Random(41);
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            Hsm hsm = ThreadBroker.open(token.settings());
            try (hsm) {
                for (int i = 0; i < 300; i++) {
                    byte[] noise = new byte[random.nextInt(200)];
                    random.nextBytes(noise);
                    if (i % 2 == 0 && noise.length > 4) {
                        ByteBuffer.wrap(noise).putInt(noise.length - 4);
                    }
                    assertEnds(token.settings(), i % 3 == 0, noise);
                }
                hsm.random(new byte[16]);
            }
        }
    }

    /** The service reads {@code noise}, after a proper greeting or instead of one, and closes; it may answer before. */
    private static void assertEnds(HsmSettings settings, boolean greeted, byte[] noise) throws Exception {
        ThreadBroker.Ends ends = ThreadBroker.Ends.make();
        BrokerService service = new BrokerService(_ -> settings.pin(), Optional.empty(), new SecureRandom(), () -> {});
        Thread serving = Thread.ofPlatform().start(() -> service.serve(ends.server()));
        try (SocketChannel client = ends.client()) {
            if (greeted) {
                FrameChannel channel = new FrameChannel(client);
                try (FrameWriter hello = new FrameWriter()) {
                    new Hello(Optional.of(settings), Optional.empty(), false).write(hello, "test://pin");
                    channel.write(hello);
                }
                channel.read().close();
            }
            try {
                client.write(ByteBuffer.wrap(noise));
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("pipe"), "it has closed before: " + e.getMessage());
            }
            client.shutdownOutput();
            assertTrue(serving.join(Duration.ofSeconds(10)), "it still serves");
        } finally {
            service.close();
        }
    }

    @Test
    void memory_follows_what_comes_and_not_what_is_announced() throws Exception {
        ThreadBroker.Ends ends = ThreadBroker.Ends.make();
        try (FrameChannel reader = new FrameChannel(ends.server())) {
            ends.client()
                    .write(ByteBuffer.allocate(5)
                            .putInt(FrameChannel.LONGEST)
                            .put((byte) 1)
                            .flip());
            ends.client().close();
            assertThrows(EOFException.class, reader::read);
        }
        for (int length : new int[] {-1, 0, 8, FrameChannel.LONGEST + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            ThreadBroker.Ends others = ThreadBroker.Ends.make();
            try (FrameChannel reader = new FrameChannel(others.server());
                    SocketChannel client = others.client()) {
                client.write(ByteBuffer.allocate(4).putInt(length).flip());
                assertThrows(MalformedFrameException.class, reader::read, "a length of " + length);
            }
        }
    }

    @Test
    void frames_of_every_size_arrive_whole() throws Exception {
        ThreadBroker.Ends ends = ThreadBroker.Ends.make();
        int[] sizes = {9, 100, 65_531, 65_532, 65_533, 70_000, 1 << 20, (1 << 20) + 1, 5_000_000, FrameChannel.LONGEST};
        Thread writing = Thread.ofPlatform().start(() -> {
            FrameChannel channel = new FrameChannel(ends.client());
            for (int size : sizes) {
                try (FrameWriter out = new FrameWriter()) {
                    channel.write(out.u8(size & 0xff).bytes(pattern(size - 5)));
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        });
        try (FrameChannel reader = new FrameChannel(ends.server())) {
            for (int size : sizes) {
                try (FrameReader in = reader.read()) {
                    assertEquals(size & 0xff, in.u8());
                    assertArrayEquals(pattern(size - 5), in.bytes());
                    in.end();
                }
            }
        }
        writing.join();
    }

    @Test
    void a_message_that_no_frame_holds_is_refused_by_name() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            Hsm hsm = ThreadBroker.open(token.settings());
            try (hsm) {
                var signer = hsm.signers().generate("long", KeyKind.EC_P256);
                byte[] message = new byte[FrameChannel.LONGEST];
                FaultException thrown =
                        assertThrows(FaultException.class, () -> signer.sign("SHA256withECDSA", message));
                assertEquals("MESSAGE_TOO_LONG", ((HsmFailed) thrown.fault()).code());
                assertTrue(signer.sign("SHA256withECDSA", new byte[FrameChannel.LONGEST - 1000]).length > 60);
            }
        }
    }

    private static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 9));
        }
        return bytes;
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] changed = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(2 * good.length) : good.length);
        for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        return changed;
    }

    private static void survives(byte[] body, Parser parser) {
        try {
            parse(body, parser);
        } catch (MalformedFrameException e) {
            assertTrue(e.getMessage().startsWith("malformed frame: "));
        } catch (FaultException e) {
            assertTrue(e.fault() instanceof Fault.Misconfigured, e.toString());
        }
    }

    private static Object parse(byte[] body, Parser parser) throws MalformedFrameException {
        try (FrameReader in = new FrameReader(body.clone())) {
            Object made = parser.parse(in);
            in.end();
            return made;
        }
    }

    private static Object read(Consumer<FrameWriter> writer, Parser parser) throws MalformedFrameException {
        return parse(written(writer), parser);
    }

    private static byte[] written(Consumer<FrameWriter> writer) {
        try (FrameWriter out = new FrameWriter()) {
            writer.accept(out);
            ByteBuffer content = out.content();
            byte[] bytes = new byte[content.remaining()];
            content.get(bytes);
            return bytes;
        }
    }
}
