package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.casemate.kernel.Response;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that has as many requests under way on one connection as it is told it may. */
class StreamLimitTest {
    private static final int REQUESTS = 5000;
    private static final int WINDOW_UPDATE = 8;

    @TempDir
    Path folder;

    @Test
    void the_number_that_is_told_may_be_used_up() throws IOException {
        try (RunningServer running = new RunningServer(folder, _ -> Response.of(Map.of()));
                SSLSocket socket = running.tls("h2")) {
            RawHttp2 client = new RawHttp2(socket).open(1 << 20);
            client.send(WINDOW_UPDATE, 0, 0, new byte[] {0x40, 0, 0, 0}); // for all answers together
            int limit = told(client.next());
            assertEquals(StreamLimit.TOLD, limit);
            int opened = 0;
            for (int ended = 0; ended < REQUESTS; ) {
                while (opened < REQUESTS && opened - ended < limit) {
                    int stream = 2 * opened++ + 1;
                    client.send(
                            RawHttp2.HEADERS,
                            RawHttp2.END_STREAM | RawHttp2.END_HEADERS,
                            stream,
                            RawHttp2.head(false, "/v1/x"));
                }
                RawHttp2.Frame frame = client.next();
                assertNotEquals(RawHttp2.GOAWAY, frame.type(), "after " + ended + " answers");
                assertNotEquals(RawHttp2.RESET, frame.type(), "after " + ended + " answers");
                ended += frame.last() ? 1 : 0;
            }
        }
    }

    private static int told(RawHttp2.Frame settings) {
        assertEquals(RawHttp2.SETTINGS, settings.type());
        ByteBuffer entries = ByteBuffer.wrap(settings.payload());
        while (entries.hasRemaining()) {
            short name = entries.getShort();
            int value = entries.getInt();
            if (name == 3) {
                return value;
            }
        }
        throw new AssertionError("no number of streams is told");
    }
}
