package io.casemate.doctor;

import io.casemate.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Both ends of the Unix socket at which a server answers root of its own machine what {@code sys/doctor} answers to a token: who
 * connects gets one JSON object and the end of the stream, and nothing is read from him.
 */
public final class SelfReport {
    /** Where the package's unit has it. */
    public static final Path USUAL = Path.of("/run/casemate/doctor");

    private static final int LONGEST = 4 << 20;
    private static final int PIECE = 16 << 10;

    private SelfReport() {}

    /**
     * Asks.
     *
     * @param patience for the whole answer
     * @return {@code facts} and {@code report}
     * @throws IOException when nobody answers there, hangs up, or does not end in time
     */
    public static Map<String, Object> ask(Path socket, Duration patience) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            ByteBuffer piece = ByteBuffer.allocate(PIECE);
            try (Turns turns = new Turns(channel, SelectionKey.OP_READ, patience)) {
                while (channel.read(piece) >= 0) {
                    answer.write(piece.array(), 0, piece.position());
                    if (piece.position() == 0) {
                        turns.await();
                    } else if (answer.size() > LONGEST) {
                        throw new IOException("the answer is longer than " + LONGEST + " bytes");
                    }
                    piece.clear();
                }
            }
            if (answer.size() == 0) {
                throw new IOException("the server hung up: it answers root and its own user alone");
            }
            return Json.object(answer.toByteArray());
        }
    }

    /**
     * Answers, and ends the stream.
     *
     * @param patience with a reader who does not read
     */
    public static void tell(SocketChannel channel, Map<String, Object> answer, Duration patience) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Json.bytes(answer));
        try (channel;
                Turns turns = new Turns(channel, SelectionKey.OP_WRITE, patience)) {
            while (bytes.hasRemaining()) {
                if (channel.write(bytes) == 0) {
                    turns.await();
                }
            }
        }
    }

    /** Waits for a channel until a time is over. */
    private static final class Turns implements AutoCloseable {
        private final Selector selector;
        private final long end;

        Turns(SocketChannel channel, int operation, Duration patience) throws IOException {
            end = System.nanoTime() + patience.toNanos();
            channel.configureBlocking(false);
            selector = Selector.open();
            channel.register(selector, operation);
        }

        void await() throws IOException {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || selector.select(left) == 0) {
                throw new IOException("the other side is too slow");
            }
            selector.selectedKeys().clear();
        }

        @Override
        public void close() throws IOException {
            selector.close();
        }
    }
}
