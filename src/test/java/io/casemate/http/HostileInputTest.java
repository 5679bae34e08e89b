package io.casemate.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What no honest client sends: never a 500, never a hang, never half a request taken for a whole one. */
class HostileInputTest {
    private static final int ROUNDS = Integer.getInteger("casemate.fuzz.http", 150);
    private static final List<String> PIECES = List.of(
            "a",
            "kv",
            "/",
            "//",
            "..",
            ".",
            "%2e",
            "%2F",
            "%00",
            "%0d%0a",
            "%ff",
            "%C3%A4",
            "%",
            "%zz",
            ";x=y",
            "?",
            "?list=true",
            "&a=b",
            "=",
            "#",
            "\\",
            "|",
            "^",
            "{",
            "}",
            "\"",
            "ä",
            "\u0001",
            " ",
            "+",
            "*",
            "@",
            "http://h/");
    private static final List<String> METHODS =
            List.of("GET", "LIST", "POST", "PUT", "PATCH", "DELETE", "HEAD", "get", "G,T", "SCAN", "OPTIONS", "");
    private static final List<String> HEADERS = List.of(
            "X-Vault-Token: hvs.a",
            "X-Vault-Token:",
            "Authorization: Bearer ",
            "X-Vault-Namespace: ns1",
            "X-Vault-Wrap-TTL: 99999999999999999999",
            "X-Vault-Wrap-TTL: 5m",
            "Content-Length: 3",
            "Content-Length: -1",
            "Content-Length: 99999999999999999999",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked",
            "Content-Encoding: gzip",
            "Expect: 100-continue",
            "Upgrade: h2c",
            "Connection: upgrade, close",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Type: application/merge-patch+json",
            "Content-Type: ;;;",
            "Bad Header: x",
            ": x",
            "X: \u0000",
            "X-Helidon-CN: root",
            "Host: other");
    private static final List<String> BODIES = List.of(
            "",
            "{}",
            "{\"a\":1}",
            "[",
            "{\"a\":",
            "a=b",
            "3\r\n{}\n\r\n0\r\n\r\n",
            "zz\r\n",
            "ffffffffff\r\n",
            "\u0000",
            "{\"a\":1e999999999}",
            "[[[[[[",
            "{\"a\":\"\\ud800\"}",
            "null",
            "\u00ff\u00fe");

    @TempDir
    static Path folder;

    private static final AtomicReference<Request> LAST = new AtomicReference<>();
    private static final AtomicInteger SERVED = new AtomicInteger();
    private static RunningServer running;

    @BeforeAll
    static void start() {
        running = new RunningServer(
                folder,
                request -> {
                    LAST.set(request);
                    SERVED.incrementAndGet();
                    return Response.of(Map.of());
                },
                HttpSettings.Limits.DEFAULT,
                RunningServer.SHORT);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @BeforeEach
    void forget() {
        SERVED.set(0);
    }

    @Test
    void randomRequestsAreAnsweredOrTheConnectionEnds() throws IOException {
        SplittableRandom random = new SplittableRandom(20261122);
        for (int round = 0; round < ROUNDS; round++) {
            String request = request(random);
            String answer = exchange(request);
            String status = answer.length() < 12 ? "" : answer.substring(9, 12);
            assertNotEquals("500", status, request);
            assertTrue(
                    status.isEmpty()
                            || status.equals("100")
                            || status.startsWith("2")
                            || status.startsWith("4")
                            || status.equals("501"),
                    answer);
            if (status.startsWith("4")) {
                assertTrue(request.startsWith("HEAD") || answer.contains("{\"errors\":["), answer);
            }
        }
        assertTrue(SERVED.get() > 0, "the generator makes good requests as well");
        assertEquals(200, running.send(running.to("/v1/x").build()).statusCode());
    }

    @Test
    void whatTheServiceSeesAsPathIsWhatApiPathAccepts() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < ROUNDS; round++) {
            LAST.set(null);
            String path = path(random);
            exchange("GET /v1/" + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            if (LAST.get() != null) {
                String raw = path.split("[?#]", 2)[0];
                ApiPath seen = LAST.get().path();
                assertEquals(
                        seen.value().replaceAll("/$", ""),
                        ApiPath.decode(raw).value().replaceAll("/$", ""));
                assertTrue(!seen.value().contains("..")
                        || !List.of(seen.value().split("/")).contains(".."));
            }
        }
    }

    /** One stream's nonsense is no other stream's trouble: RFC 9113 section 5.4.2. */
    @Test
    void aPathThatIsNoneCostsAnHttp2ConnectionNothing() throws IOException {
        List<String> paths = List.of("/v1/x%", "/v1/%zz", "/v1/a\u0001b", "*", "v1/x", "/v1/../x");
        try (SSLSocket socket = running.tls("h2")) {
            RawHttp2 h2 = new RawHttp2(socket).open(65_535);
            int stream = 1;
            for (String path : paths) {
                h2.send(
                        RawHttp2.HEADERS,
                        RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                        stream,
                        RawHttp2.head(false, path));
                assertEquals(RawHttp2.HEADERS, answered(h2), path);
                stream += 2;
            }
            assertEquals(0, SERVED.get(), "none of them reached the service");
            h2.send(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                    stream,
                    RawHttp2.head(false, "/v1/x"));
            assertEquals(RawHttp2.HEADERS, answered(h2));
            assertEquals(1, SERVED.get(), "the connection still serves");
        }
    }

    /** The next frame that answers a stream or ends the connection. */
    private static int answered(RawHttp2 h2) throws IOException {
        int type;
        do {
            type = h2.nextType();
        } while (type != RawHttp2.HEADERS && type != RawHttp2.GOAWAY && type != RawHttp2.RESET);
        return type;
    }

    @Test
    void twoLengthsOrNoneAreRefused() throws IOException {
        for (String framing : List.of(
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                "Content-Length: 2\r\nContent-Length: 3",
                "Content-Length: 2, 3",
                "Content-Length: +2",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity")) {
            String answer = exchange("POST /v1/x HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n{}");
            assertTrue(answer.startsWith("HTTP/1.1 4") || answer.startsWith("HTTP/1.1 501"), framing + ": " + answer);
            assertTrue(answer.contains("{\"errors\":[\""), answer);
        }
        assertEquals(0, SERVED.get());
    }

    /** More than the kernel's buffers hold: a server that closes over it resets the connection. */
    @Test
    void aRefusalReachesAClientThatIsStillSending() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (SSLSocket socket = running.tls("http/1.1")) {
                OutputStream out = socket.getOutputStream();
                out.write("GET /v1/kv/a HTTP/1.1\r\nHost: a\r\n".getBytes(ISO_8859_1));
                byte[] header = ("X-Long: " + "x".repeat(8_000) + "\r\n").getBytes(ISO_8859_1);
                for (int sum = 0; sum < 1_500_000; sum += header.length) {
                    out.write(header);
                }
                out.write("\r\n".getBytes(ISO_8859_1));
                out.flush();
                String answer = new String(socket.getInputStream().readNBytes(12), ISO_8859_1);
                assertTrue(answer.matches("HTTP/1.1 4(00|31)"), answer);
            }
        }
    }

    @Test
    void aBodyCutOffNeverReachesTheService() throws Exception {
        try (SSLSocket socket = running.tls("http/1.1")) {
            socket.getOutputStream()
                    .write("POST /v1/x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n{}".getBytes(ISO_8859_1));
        }
        try (SSLSocket socket = running.tls("http/1.1")) {
            socket.getOutputStream()
                    .write("POST /v1/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
                            .getBytes(ISO_8859_1));
        }
        for (byte[] part : List.of(new byte[0], "{}".getBytes(ISO_8859_1))) {
            for (boolean reset : new boolean[] {false, true}) {
                try (SSLSocket socket = running.tls("h2")) {
                    RawHttp2 h2 = new RawHttp2(socket).open(65_535);
                    h2.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.head(true, "/v1/x"));
                    h2.send(RawHttp2.DATA, 0, 1, part);
                    if (reset) {
                        h2.send(RawHttp2.RESET, 0, 1, new byte[] {0, 0, 0, 8});
                    }
                    Thread.sleep(300);
                }
            }
        }
        Thread.sleep(1500);
        assertEquals(0, SERVED.get());
        assertEquals(0, LiveThreads.settled(folder, "Http2ServerStream.", 0), "streams left behind");
    }

    @Test
    void notTlsAtAll() throws IOException {
        try (var socket = running.tcp()) {
            socket.getOutputStream().write("GET /v1/x HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(ISO_8859_1));
            assertEquals("", new String(socket.getInputStream().readAllBytes(), ISO_8859_1).replaceAll("(?s).*", ""));
        }
        assertEquals(0, SERVED.get());
    }

    private static String request(SplittableRandom random) {
        StringBuilder request = new StringBuilder();
        request.append(random.nextInt(4) > 0 ? METHODS.get(random.nextInt(3)) : pick(random, METHODS));
        request.append(random.nextInt(3) > 0 ? " /v1/" : " ")
                .append(path(random))
                .append(" HTTP/1.1\r\n");
        if (random.nextInt(10) > 0) {
            request.append("Host: localhost\r\n");
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            request.append(pick(random, HEADERS)).append("\r\n");
        }
        return request.append("\r\n").append(pick(random, BODIES)).toString();
    }

    private static String path(SplittableRandom random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            path.append(random.nextBoolean() ? "a/" : pick(random, PIECES));
        }
        return path.toString();
    }

    private static String pick(SplittableRandom random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** Sends, ends its own side, and reads until the server ends the other. */
    private static String exchange(String request) throws IOException {
        try (SSLSocket socket = running.tls("http/1.1")) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (java.net.SocketTimeoutException e) {
            throw new AssertionError("hangs: " + request, e);
        } catch (IOException e) {
            return "";
        }
    }
}
