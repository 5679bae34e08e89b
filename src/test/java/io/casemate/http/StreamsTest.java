package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies and answers that are longer than what the server takes or gives from memory. */
class StreamsTest {
    private static final int LONG = 48 << 20;

    @TempDir
    Path folder;

    private RunningServer running;

    @BeforeEach
    void start() {
        running = new RunningServer(folder, new Streams(), () -> io.casemate.sys.CorsConfig.DISABLED);
    }

    @AfterEach
    void stop() {
        running.close();
        assertEquals(0, Streams.OPEN.get(), "downloads are closed");
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void anUploadBeyondTheLimitOfBodiesReachesTheService(HttpClient.Version version) {
        for (BodyPublisher body : new BodyPublisher[] {
            BodyPublishers.ofInputStream(() -> new Pattern(LONG)),
            BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Pattern(LONG)), LONG)
        }) {
            HttpResponse<String> answer = running.send(
                    running.client(version),
                    running.to("/v1/sys/upload").POST(body).build());
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"length\":" + LONG + ","), answer.body());
            assertTrue(answer.body().contains("\"sum\":" + sum(new Pattern(LONG))), answer.body());
        }
    }

    @Test
    void elsewhereTheLimitHolds() {
        BodyPublisher body = BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> new Pattern(LONG)), LONG);
        HttpRequest request =
                running.to("/v1/sys/other").expectContinue(true).POST(body).build();
        assertEquals(413, running.send(request).statusCode());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aServiceThatRefusesNeedNotReadTheUpload(HttpClient.Version version) {
        HttpResponse<String> answer = running.send(
                running.client(version),
                running.to("/v1/sys/upload")
                        .header("X-Refuse", "yes")
                        .POST(BodyPublishers.ofByteArray(new byte[100_000]))
                        .build());
        assertEquals(403, answer.statusCode());
        HttpResponse<String> next =
                running.send(running.client(version), running.to("/v1/x").build());
        assertEquals(204, next.statusCode());
    }

    @Test
    void anUploadThatBreaksOffIsNotTakenForTheWhole() throws Exception {
        Streams.BROKEN.set(0);
        try (SSLSocket socket = running.tls("http/1.1")) {
            OutputStream out = socket.getOutputStream();
            out.write("POST /v1/sys/upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf"
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
        io.casemate.kernel.Await.until(() -> Streams.BROKEN.get() == 1);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aDownloadArrivesWhole(HttpClient.Version version) throws Exception {
        HttpResponse<InputStream> answer = running.client(version)
                .send(running.to("/v1/sys/download").build(), HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        assertEquals(
                "application/gzip", answer.headers().firstValue("content-type").orElseThrow());
        assertEquals(LONG, answer.headers().firstValueAsLong("content-length").orElseThrow());
        assertEquals(sum(new Pattern(LONG)), sum(answer.body()));
    }

    @Test
    void aDownloadThatBreaksOffIsSeenToBe() {
        HttpRequest request = running.to("/v1/sys/broken").build();
        assertThrows(
                IOException.class,
                () -> running.client(HttpClient.Version.HTTP_1_1)
                        .send(request, HttpResponse.BodyHandlers.ofByteArray()));
    }

    private static long sum(InputStream in) {
        try (CheckedInputStream checked = new CheckedInputStream(in, new CRC32())) {
            checked.transferTo(OutputStream.nullOutputStream());
            return checked.getChecksum().getValue();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Bytes that repeat at no power of two. */
    private static final class Pattern extends InputStream {
        private final int length;
        private int given;

        Pattern(int length) {
            this.length = length;
        }

        @Override
        public int read() {
            return given == length ? -1 : given++ % 251;
        }

        @Override
        public int read(byte[] bytes, int from, int wanted) {
            int n = Math.min(wanted, length - given);
            for (int i = 0; i < n; i++) {
                bytes[from + i] = (byte) (given++ % 251);
            }
            return n == 0 ? -1 : n;
        }
    }

    private static final class Streams implements Service {
        static final AtomicInteger OPEN = new AtomicInteger();
        static final AtomicInteger BROKEN = new AtomicInteger();

        @Override
        public Response handle(Request request) {
            if (request.peer().headers().containsKey("x-refuse")) {
                throw new Fault.PermissionDenied().asException();
            }
            return switch (request.path().value()) {
                case "sys/upload" -> received(request);
                case "sys/download" -> Response.download("application/gzip", new Made(false));
                case "sys/broken" -> Response.download("application/gzip", new Made(true));
                default -> Response.none();
            };
        }

        private static Response received(Request request) {
            try (CheckedInputStream in =
                    new CheckedInputStream(request.upload().orElseThrow().open(), new CRC32())) {
                long length = in.transferTo(OutputStream.nullOutputStream());
                return Response.plain(new java.util.TreeMap<>(
                        Map.of("length", length, "sum", in.getChecksum().getValue())));
            } catch (IOException e) {
                BROKEN.incrementAndGet();
                throw Fault.badRequest("broke off");
            }
        }
    }

    private static final class Made implements Download {
        private final boolean broken;

        Made(boolean broken) {
            this.broken = broken;
            Streams.OPEN.incrementAndGet();
        }

        @Override
        public long length() {
            return LONG;
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            if (broken) {
                out.write(new byte[LONG / 2]);
                throw new IOException("the disk");
            }
            new Pattern(LONG).transferTo(out);
        }

        @Override
        public void close() {
            Streams.OPEN.decrementAndGet();
        }
    }
}
