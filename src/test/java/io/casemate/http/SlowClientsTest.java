package io.casemate.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Response;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Every way to be slow, each closed by the server within seconds. All at once, because each is a wait. */
class SlowClientsTest {
    private static final String GET = "GET /v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String POST = "POST /v1/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000000\r\n\r\n";
    /** Deadlines are 0.7 s, 1.5 s and 3 s for the handshake; the rest is for a busy machine. */
    private static final long LATEST_MILLIS = 8000;

    @TempDir
    static Path folder;

    private static RunningServer running;

    @BeforeAll
    static void start() {
        running = new RunningServer(
                folder,
                request -> request.path().value().equals("big")
                        ? Response.raw("text/plain", new byte[24 << 20])
                        : Response.of(Map.of()),
                HttpSettings.Limits.DEFAULT,
                RunningServer.SHORT);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void everyOneOfThemIsClosed() throws Exception {
        assertEquals(200, running.send(running.to("/v1/x").build()).statusCode());
        Map<String, Callable<Long>> clients = new LinkedHashMap<>();
        http1(clients);
        http2(clients);
        List<Executable> checks = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Future<Long>> results = new LinkedHashMap<>();
            clients.forEach((name, client) -> results.put(name, threads.submit(client)));
            results.forEach((name, result) -> checks.add(() -> {
                long millis = result.get();
                assertTrue(millis >= 500, name + " was closed too early: " + millis + " ms");
                assertTrue(millis < LATEST_MILLIS, name + " was open for " + millis + " ms");
            }));
            assertAll(checks);
        }
        assertEquals(0, LiveThreads.settled(folder, "Http2ServerStream.", 0), "streams left behind");
        assertEquals(0, LiveThreads.settled(folder, "webserver.ConnectionHandler.run", 0), "connections left behind");
        assertEquals(200, running.send(running.to("/v1/x").build()).statusCode());
    }

    private static void http1(Map<String, Callable<Long>> clients) {
        clients.put("no byte at all", () -> closed(running.tcp(), _ -> {}));
        clients.put(
                "half a ClientHello", () -> closed(running.tcp(), out -> out.write(new byte[] {22, 3, 1, 2, 0, 1})));
        clients.put("a trickled ClientHello", () -> trickled(running.tcp(), new byte[] {22, 3, 1, 2, 0, 1, 0, 1}));
        clients.put("nothing after the handshake", () -> closed(running.tls("http/1.1"), _ -> {}));
        clients.put("nothing after a handshake without ALPN", () -> closed(running.tls(), _ -> {}));
        clients.put("a stalled head", () -> closed(running.tls("http/1.1"), out -> out.write(bytes("GET /v1/x HT"))));
        clients.put("a stalled P", () -> closed(running.tls("http/1.1"), out -> out.write(bytes("P"))));
        clients.put("a trickled head", () -> trickled(running.tls("http/1.1"), bytes("GET /v1/x HTTP/1.1\r\nX: ")));
        clients.put("a stalled body", () -> closed(running.tls("http/1.1"), out -> out.write(bytes(POST + "{"))));
        clients.put("a trickled body", () -> {
            Socket socket = running.tls("http/1.1");
            socket.getOutputStream().write(bytes(POST));
            return trickled(socket, bytes("{\"a\":\""));
        });
        clients.put("idle between requests", () -> closed(answeredOnce(), _ -> {}));
        clients.put("a stalled second head", () -> closed(answeredOnce(), out -> out.write(bytes("GET /v1"))));
        clients.put(
                "an answer not taken",
                () -> notTaken(running.tls("http/1.1"), out -> out.write(bytes(GET.replace("/x", "/big")))));
    }

    private static void http2(Map<String, Callable<Long>> clients) {
        clients.put("h2: nothing", () -> closed(running.tls("h2"), _ -> {}));
        clients.put("h2: half a preface", () -> closed(running.tls("h2"), out -> out.write(RawHttp2.PREFACE, 0, 10)));
        clients.put("h2: no request", () -> http2(h2 -> {}));
        clients.put("h2: pings instead of a request", SlowClientsTest::pings);
        clients.put("h2: half a frame header", () -> http2(h2 -> h2.raw(RawHttp2.frame(1, 4, 1, new byte[40]), 0, 5)));
        clients.put(
                "h2: half a HEADERS frame", () -> http2(h2 -> h2.raw(RawHttp2.frame(1, 4, 1, new byte[40]), 0, 20)));
        clients.put(
                "h2: an open header block",
                () -> http2(h2 -> h2.send(RawHttp2.HEADERS, 0, 1, RawHttp2.head(true, "/v1/x"))));
        clients.put(
                "h2: a stalled body",
                () -> http2(h2 -> {
                    h2.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS, 1, RawHttp2.head(true, "/v1/x"));
                    h2.send(RawHttp2.DATA, 0, 1, bytes("{\"a\":"));
                }));
        clients.put(
                "h2: idle after a request",
                () -> http2(h2 -> h2.send(
                        RawHttp2.HEADERS,
                        RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                        1,
                        RawHttp2.head(false, "/v1/x"))));
        clients.put("h2: a window that never opens", () -> {
            Socket socket = running.tls("h2");
            long start = System.nanoTime();
            RawHttp2 h2 = new RawHttp2(socket).open(0);
            h2.send(RawHttp2.HEADERS, RawHttp2.END_HEADERS | RawHttp2.END_STREAM, 1, RawHttp2.head(false, "/v1/x"));
            return untilEnd(socket, start);
        });
    }

    private static long pings() throws IOException {
        Socket socket = running.tls("h2");
        long start = System.nanoTime();
        RawHttp2 h2 = new RawHttp2(socket).open(65_535);
        try (socket) {
            for (int i = 0; i < 200; i++) {
                h2.send(RawHttp2.PING, 0, 0, new byte[8]);
                pause(100);
            }
        } catch (IOException e) {
            return millisSince(start);
        }
        return LATEST_MILLIS;
    }

    /** A client that has had one answer and keeps its connection. */
    private static Socket answeredOnce() throws IOException {
        Socket socket = running.tls("http/1.1");
        socket.getOutputStream().write(bytes(GET));
        InputStream in = socket.getInputStream();
        int read = in.read();
        while (read != '}') {
            if (read < 0) {
                throw new EOFException("closed before the first answer");
            }
            read = in.read();
        }
        return socket;
    }

    private static long http2(Send<RawHttp2> client) throws IOException {
        Socket socket = running.tls("h2");
        long start = System.nanoTime();
        client.to(new RawHttp2(socket).open(65_535));
        return untilEnd(socket, start);
    }

    private static long closed(Socket socket, Send<OutputStream> client) throws IOException {
        long start = System.nanoTime();
        client.to(socket.getOutputStream());
        socket.getOutputStream().flush();
        return untilEnd(socket, start);
    }

    /** Sends the first bytes, then one space every 100 ms, until that fails. */
    private static long trickled(Socket socket, byte[] first) throws IOException {
        long start = System.nanoTime();
        try (socket) {
            OutputStream out = socket.getOutputStream();
            out.write(first);
            for (int i = 0; i < 200; i++) {
                out.write(' ');
                out.flush();
                pause(100);
            }
        } catch (IOException e) {
            return millisSince(start);
        }
        return LATEST_MILLIS;
    }

    /** Reads nothing for two seconds; what then comes must end before the whole answer did. */
    private static long notTaken(Socket socket, Send<OutputStream> client) throws IOException {
        long start = System.nanoTime();
        client.to(socket.getOutputStream());
        pause(4500);
        long size = 0;
        byte[] buffer = new byte[1 << 16];
        try (socket) {
            for (int n = socket.getInputStream().read(buffer);
                    n > 0;
                    n = socket.getInputStream().read(buffer)) {
                size += n;
            }
        } catch (IOException e) {
            size++;
        }
        return size < 20 << 20 ? millisSince(start) : LATEST_MILLIS;
    }

    private static long untilEnd(Socket socket, long start) {
        byte[] buffer = new byte[4096];
        try (socket) {
            while (socket.getInputStream().read(buffer) >= 0) {
                Arrays.fill(buffer, (byte) 0);
            }
        } catch (java.net.SocketTimeoutException e) {
            return LATEST_MILLIS;
        } catch (IOException e) {
            return millisSince(start);
        }
        return millisSince(start);
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private interface Send<T> {
        void to(T target) throws IOException;
    }
}
