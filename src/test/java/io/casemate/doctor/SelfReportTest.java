package io.casemate.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends, at a real socket; and ends that do not behave. */
class SelfReportTest {
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration LATER = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    /** The other end. */
    private interface Side {
        void serve(SocketChannel caller) throws IOException;
    }

    private Map<String, Object> asked(Duration patience, Side side) throws IOException {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            Thread.startVirtualThread(() -> {
                try {
                    side.serve(listener.accept());
                } catch (IOException e) {
                    // the caller has gone, as some of these tests mean him to
                    assertTrue(e.getMessage() != null);
                }
            });
            return SelfReport.ask(path, patience);
        }
    }

    private static Map<String, Object> lengthy() {
        return Map.of("report", "x".repeat(2 << 20));
    }

    @Test
    void aLongAnswerArrivesWhole() throws IOException {
        assertEquals(lengthy(), asked(LATER, caller -> SelfReport.tell(caller, lengthy(), LATER)));
    }

    @Test
    void whoHangsUpIsTold() {
        IOException e = assertThrows(IOException.class, () -> asked(LATER, SocketChannel::close));
        assertTrue(e.getMessage().contains("hung up"), e.getMessage());
    }

    @Test
    void whoSaysNothingIsNotWaitedFor() {
        IOException e = assertThrows(IOException.class, () -> asked(SOON, _ -> {}));
        assertTrue(e.getMessage().contains("too slow"), e.getMessage());
    }

    @Test
    void whoSaysTooMuchIsCutOff() {
        IOException e = assertThrows(
                IOException.class,
                () -> asked(LATER, caller -> {
                    try (caller) {
                        ByteBuffer piece = ByteBuffer.allocate(1 << 16);
                        while (true) {
                            caller.write(piece.clear());
                        }
                    }
                }));
        assertTrue(e.getMessage().contains("longer than"), e.getMessage());
    }

    @Test
    void whoDoesNotReadIsNotWaitedForEither() throws Exception {
        Path path = folder.resolve("deaf");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path));
            CompletableFuture<SocketChannel> accepted = CompletableFuture.supplyAsync(() -> {
                try {
                    return listener.accept();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            try (SocketChannel deaf = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                SocketChannel caller = accepted.get();
                IOException e = assertThrows(IOException.class, () -> SelfReport.tell(caller, lengthy(), SOON));
                assertTrue(e.getMessage().contains("too slow"), e.getMessage());
                assertTrue(deaf.isConnected());
            }
        }
    }

    @Test
    void nobodyThere() {
        assertThrows(IOException.class, () -> SelfReport.ask(folder.resolve("none"), SOON));
    }
}
