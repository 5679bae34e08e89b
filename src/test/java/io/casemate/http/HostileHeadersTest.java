package io.casemate.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Few bytes of HTTP/2 headers that would become many in the server's memory. */
class HostileHeadersTest {
    private static final int VALUE = 4000;

    @TempDir
    Path folder;

    private final AtomicInteger served = new AtomicInteger();
    private RunningServer running;

    @BeforeEach
    void start() {
        running = new RunningServer(
                folder,
                _ -> {
                    served.incrementAndGet();
                    return Response.of(Map.of());
                },
                HttpSettings.Limits.DEFAULT,
                HttpSettings.Timeouts.DEFAULT);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void headersThatUnpackToMoreThanTheLimitAreRefused() throws IOException {
        try (SSLSocket socket = running.tls("h2")) {
            RawHttp2 h2 = new RawHttp2(socket).open(65_535);
            ask(h2, 1, packed(2));
            assertEquals(1, served.get(), "headers within the limit");
            ask(h2, 3, packed(1000));
            assertEquals(1, served.get(), "headers of 4 MB");
            ask(h2, 5, packed(0));
            assertEquals(2, served.get(), "the connection still serves");
        }
    }

    @Test
    void aHeaderBlockInEmptyPiecesEndsTheConnectionAtOnce() throws IOException {
        long start = System.nanoTime();
        try (SSLSocket socket = running.tls("h2")) {
            RawHttp2 h2 = new RawHttp2(socket).open(65_535);
            h2.send(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.head(false, "/v1/x"));
            byte[] piece = RawHttp2.frame(RawHttp2.CONTINUATION, 0, 1, new byte[0]);
            for (int i = 0; i < 20; i++) {
                h2.raw(piece, 0, piece.length);
            }
            while (true) {
                h2.nextType();
            }
        } catch (IOException e) {
            assertTrue(System.nanoTime() - start < 5_000_000_000L, "ended by the deadline only: " + e);
        }
        assertEquals(0, served.get());
    }

    private static void ask(RawHttp2 h2, int stream, byte[] head) throws IOException {
        h2.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, stream, head);
        int type;
        do {
            type = h2.nextType();
        } while (type != RawHttp2.HEADERS);
    }

    /** A header block with one long field, and the same field again by its place in the dynamic table (RFC 7541). */
    private static byte[] packed(int times) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(RawHttp2.head(false, "/v1/x"));
        if (times > 0) {
            byte[] name = "x".getBytes(US_ASCII);
            block.write(0x40);
            block.write(name.length);
            block.writeBytes(name);
            block.write(0x7f);
            block.write((VALUE - 0x7f) % 128 | 128);
            block.write((VALUE - 0x7f) / 128);
            block.writeBytes("y".repeat(VALUE).getBytes(US_ASCII));
        }
        for (int i = 1; i < times; i++) {
            block.write(0x80 | 62);
        }
        return block.toByteArray();
    }
}
