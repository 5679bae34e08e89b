package io.casemate.cli.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.Run;
import io.casemate.cli.flag.Arguments;
import io.casemate.cli.local.Environment;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command ends in its time, whatever the server does, and a long answer is not cut while it comes. */
class WatchTest {
    private static final Duration FAR_TOO_LONG = Duration.ofSeconds(20);
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    @TempDir
    private Path folder;

    /** What a server writes to each guest, who may hang up. */
    @FunctionalInterface
    private interface Play {
        void to(OutputStream guest) throws IOException, InterruptedException;
    }

    private static void play(Play play, OutputStream guest) {
        try (guest) {
            play.to(guest);
        } catch (IOException | InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Run run(String address, String... words) {
        Map<String, String> environment =
                Map.of("VAULT_ADDR", address, "HOME", "/nonexistent", "VAULT_CLIENT_TIMEOUT", "1");
        return assertTimeoutPreemptively(FAR_TOO_LONG, () -> Run.of(environment, "", words));
    }

    /** Runs the command against the server, once over TCP and once over a Unix socket. */
    private List<Run> runs(Play play, String... words) throws IOException {
        List<Run> runs = new ArrayList<>();
        try (ServerSocket door = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try {
                    play(play, door.accept().getOutputStream());
                } catch (IOException e) {
                    Thread.currentThread().interrupt();
                }
            });
            runs.add(run("http://127.0.0.1:" + door.getLocalPort(), words));
        }
        Path file = folder.resolve("socket" + System.nanoTime());
        try (ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            door.bind(UnixDomainSocketAddress.of(file));
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    play(play, Channels.newOutputStream(door.accept()));
                } catch (IOException e) {
                    Thread.currentThread().interrupt();
                }
            });
            runs.add(run("unix://" + file, words));
        }
        return runs;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static void endedInTime(List<Run> runs) {
        assertEquals(2, runs.size());
        for (Run run : runs) {
            assertEquals(2, run.exit(), run.err());
            assertTrue(run.err().contains(" within 1 s (VAULT_CLIENT_TIMEOUT)"), run.err());
        }
    }

    @Test
    void aServerThatNeverAnswersIsLeft() throws Exception {
        endedInTime(runs(_ -> Thread.sleep(60_000), "read", "a"));
    }

    @Test
    void aServerThatDripsIsLeftToo() throws Exception {
        Play drips = guest -> {
            guest.write(ascii("HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n"));
            for (int i = 0; i < 600; i++) {
                guest.write(' ');
                guest.flush();
                Thread.sleep(100);
            }
        };
        endedInTime(runs(drips, "read", "a"));
    }

    @Test
    void aLongAnswerIsNotCutWhileItComes() throws Exception {
        Play talks = guest -> {
            guest.write(ascii(CHUNKED));
            for (int i = 0; i < 6; i++) {
                guest.write(ascii("2\r\n" + i + "\n\r\n"));
                guest.flush();
                Thread.sleep(400);
            }
            guest.write(ascii("0\r\n\r\n"));
        };
        for (Run run : runs(talks, "monitor")) {
            assertEquals(new Run(0, "0\n1\n2\n3\n4\n5\n", ""), run);
        }
    }

    @Test
    void aLongAnswerThatFallsSilentIsLeft() throws Exception {
        Play stops = guest -> {
            guest.write(ascii(CHUNKED + "2\r\n0\n\r\n"));
            guest.flush();
            Thread.sleep(60_000);
        };
        List<Run> runs = runs(stops, "monitor");
        endedInTime(runs);
        runs.forEach(run -> assertEquals("0\n", run.out()));
    }

    @Test
    void aHandshakeThatDoesNotBeginIsLeft() throws Exception {
        try (ServerSocket door = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Run run = run("https://127.0.0.1:" + door.getLocalPort(), "read", "a");
            assertTrue(run.err().contains(" within 1 s (VAULT_CLIENT_TIMEOUT)"), run.err());
        }
    }

    /** One refuses, one is full and says nothing, the last one answers. */
    @Test
    void everyAddressOfANameIsTriedInTime() throws Exception {
        InetAddress refusing = InetAddress.getByName("127.0.0.2");
        InetAddress silent = InetAddress.getByName("127.0.0.3");
        InetAddress answering = InetAddress.getByName("127.0.0.4");
        try (ServerSocket door = new ServerSocket(0, 8, answering);
                ServerSocket full = new ServerSocket(door.getLocalPort(), 1, silent);
                Fillers fillers = new Fillers(full);
                Watch watch = Watch.of(Duration.ofSeconds(4))) {
            assertTrue(fillers.count() > 0);
            Address address = Address.parse("http://many.test:" + door.getLocalPort());
            Settings settings = new Settings(new Arguments(Map.of(), List.of()), new Environment(Map.of()), false);
            Dialer dialer = new Dialer(address, settings, null, _ -> new InetAddress[] {refusing, silent, answering});
            try (Wire wire = dialer.dial(watch);
                    Socket guest = door.accept()) {
                assertTrue(wire.reusable() && guest.isConnected());
            }
        }
    }

    /** Guests that nobody lets in, until the next one is not even answered. */
    private static final class Fillers implements AutoCloseable {
        private final List<Socket> waiting = new ArrayList<>();

        private Fillers(ServerSocket door) throws IOException {
            try {
                for (int i = 0; i < 10; i++) {
                    Socket socket = new Socket();
                    waiting.add(socket);
                    socket.connect(new InetSocketAddress(door.getInetAddress(), door.getLocalPort()), 200);
                }
            } catch (java.net.SocketTimeoutException full) {
                return;
            }
            throw new IOException("the door never was full");
        }

        private int count() {
            return waiting.size();
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }
}
