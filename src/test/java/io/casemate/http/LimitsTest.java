package io.casemate.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.http.HttpSettings.Timeouts;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much at once: bodies, headers, requests, connections, and the end of it all. */
class LimitsTest {
    private static final String GET = "GET /v1/x HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final Service OK = _ -> Response.of(Map.of());

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aBodyAtTheLimitPassesAndOneByteMoreIsRefused(HttpClient.Version version) {
        EchoService echo = new EchoService();
        try (RunningServer running = server(echo, RunningServer.limits(50, 8, 8, Duration.ofSeconds(5)))) {
            String most = "{\"a\":\"" + "x".repeat((1 << 20) - 8) + "\"}";
            assertEquals(1 << 20, most.length());
            for (boolean chunked : new boolean[] {false, true}) {
                HttpClient client = running.client(version);
                assertEquals(
                        200, running.send(client, post(running, most, chunked)).statusCode());
                echo.last.set(null);
                HttpResponse<String> refused = running.send(client, post(running, most + " ", chunked));
                assertEquals(413, refused.statusCode());
                assertTrue(refused.body().startsWith("{\"errors\":[\"request is too large"), refused.body());
                assertEquals(null, echo.last.get());
                assertEquals(
                        200, running.send(client, post(running, "{}", chunked)).statusCode());
            }
        }
    }

    @Test
    void allBodiesTogetherAreBounded() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        HttpSettings.Limits limits = new HttpSettings.Limits(1 << 20, 1 << 20, 16_384, 50, 8, 8, Duration.ofSeconds(5));
        try (RunningServer running = server(_ -> hold(arrived, release), limits)) {
            String large = "{\"a\":\"" + "x".repeat(700_000) + "\"}";
            var first = running.client(HttpClient.Version.HTTP_1_1)
                    .sendAsync(post(running, large, false), BodyHandlers.ofString());
            assertTrue(arrived.await(10, TimeUnit.SECONDS));
            HttpResponse<String> second = running.send(post(running, large, false));
            release.countDown();
            assertEquals(503, second.statusCode());
            assertTrue(second.headers().firstValue("retry-after").isPresent());
            assertEquals(200, first.get().statusCode());
            assertEquals(200, running.send(post(running, large, false)).statusCode());
        }
    }

    @Test
    void requestsOverTheLimitQueueAndThenAreRefused() throws Exception {
        CountDownLatch arrived = new CountDownLatch(2);
        CountDownLatch release = new CountDownLatch(1);
        try (RunningServer running =
                server(_ -> hold(arrived, release), RunningServer.limits(50, 2, 1, Duration.ofSeconds(8)))) {
            HttpClient client = running.client(HttpClient.Version.HTTP_2);
            List<CompletableFuture<HttpResponse<String>>> working = send(running, client, 2);
            assertTrue(arrived.await(10, TimeUnit.SECONDS));
            List<CompletableFuture<HttpResponse<String>>> more = send(running, client, 4);
            CompletableFuture.anyOf(more.toArray(new CompletableFuture<?>[0])).get(7, TimeUnit.SECONDS);
            Thread.sleep(500);
            long refused = more.stream().filter(CompletableFuture::isDone).count();
            release.countDown();
            assertEquals(3, refused);
            int[] codes =
                    more.stream().mapToInt(f -> f.join().statusCode()).sorted().toArray();
            assertEquals(
                    List.of(200, 503, 503, 503), IntStream.of(codes).boxed().toList());
            working.forEach(f -> assertEquals(200, f.join().statusCode()));
        }
    }

    @Test
    void aQueuedRequestWaitsOnlySoLong() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        try (RunningServer running =
                server(_ -> hold(arrived, release), RunningServer.limits(50, 1, 5, Duration.ofMillis(300)))) {
            HttpClient client = running.client(HttpClient.Version.HTTP_1_1);
            var working = send(running, client, 1);
            assertTrue(arrived.await(10, TimeUnit.SECONDS));
            HttpResponse<String> late = running.send(running.to("/v1/x").build());
            release.countDown();
            assertEquals(503, late.statusCode());
            assertEquals("1", late.headers().firstValue("retry-after").orElseThrow());
            assertEquals(200, working.getFirst().join().statusCode());
        }
    }

    @Test
    void aServerThatIsOnlyBusyTellsItsHealthAtOnce() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Service held =
                request -> request.path().value().equals("sys/health") ? Response.of(Map.of()) : hold(arrived, release);
        try (RunningServer running = server(held, RunningServer.limits(100, 1, 64, Duration.ofSeconds(15)))) {
            HttpClient client = running.client(HttpClient.Version.HTTP_1_1);
            var working = send(running, client, 1);
            assertTrue(arrived.await(10, TimeUnit.SECONDS));
            var queued = send(running, client, 1);
            List<CompletableFuture<HttpResponse<String>>> many = IntStream.range(0, 64)
                    .mapToObj(_ -> client.sendAsync(running.to("/v1/sys/health").build(), BodyHandlers.ofString()))
                    .toList();
            many.forEach(each -> assertEquals(200, each.join().statusCode()));
            boolean alive = running.server.answers();
            HttpResponse<String> health =
                    running.send(running.to("/v1/sys/health").build());
            boolean waiting = !queued.getFirst().isDone();
            release.countDown();
            assertTrue(alive, "the watchdog would have killed it");
            assertEquals(200, health.statusCode());
            assertTrue(waiting, "the other request got a place");
            assertEquals(200, working.getFirst().join().statusCode());
            assertEquals(200, queued.getFirst().join().statusCode());
        }
    }

    @Test
    void theLongestIdleConnectionMakesRoomForANewOne() throws IOException {
        try (RunningServer running = server(OK, RunningServer.limits(4, 8, 8, Duration.ofSeconds(5)))) {
            List<SSLSocket> idle = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                SSLSocket socket = running.tls("http/1.1");
                socket.getOutputStream().write(GET.getBytes(US_ASCII));
                assertEquals('H', socket.getInputStream().read());
                idle.add(socket);
            }
            for (int i = 0; i < idle.size(); i++) {
                SSLSocket socket = idle.get(i);
                socket.setSoTimeout(5_000);
                // Of four places one is always kept free.
                if (i < 9) {
                    assertTrue(ended(socket), "connection " + i + " was idle for longer and is still there");
                } else {
                    assertEquals('H', again(socket), "connection " + i + " had to go");
                }
                socket.close();
            }
        }
    }

    @Test
    void connectionsThatSayNothingKeepNobodyOut() throws IOException {
        try (RunningServer running = server(OK, RunningServer.limits(4, 8, 8, Duration.ofSeconds(5)))) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                silent.add(running.tcp());
            }
            long start = System.nanoTime();
            assertTrue(running.server.answers(), "a watchdog would take the server for dead");
            assertEquals(200, running.send(running.to("/v1/x").build()).statusCode());
            assertTrue(System.nanoTime() - start < 4_000_000_000L, "it took until they were overdue");
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    @Test
    void bodiesThatDoNotComeAndAnswersThatAreNotTakenKeepNobodyOut() throws IOException {
        try (RunningServer running = server(OK, RunningServer.limits(4, 8, 8, Duration.ofSeconds(5)))) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                SSLSocket body = running.tls("http/1.1");
                body.getOutputStream()
                        .write(GET.replace("GET", "POST")
                                .replace("\r\n\r\n", "\r\nContent-Length: 9\r\n\r\n{")
                                .getBytes(US_ASCII));
                slow.add(body);
                SSLSocket answer = running.tls("h2");
                new RawHttp2(answer)
                        .open(0)
                        .send(
                                RawHttp2.HEADERS,
                                RawHttp2.END_HEADERS | RawHttp2.END_STREAM,
                                1,
                                RawHttp2.head(false, "/v1/x"));
                slow.add(answer);
            }
            long start = System.nanoTime();
            assertTrue(running.server.answers(), "a watchdog would take the server for dead");
            assertEquals(200, running.send(running.to("/v1/x").build()).statusCode());
            assertTrue(System.nanoTime() - start < 4_000_000_000L, "it took until they were overdue");
            for (Socket each : slow) {
                each.close();
            }
        }
    }

    @Test
    void headersOverTheLimitAreRefusedInOurEnvelope() {
        try (RunningServer running = server(OK, HttpSettings.Limits.DEFAULT)) {
            HttpResponse<String> refused = running.send(
                    running.to("/v1/x").header("X-Big", "y".repeat(20_000)).build());
            assertTrue(refused.statusCode() == 400 || refused.statusCode() == 431, "" + refused.statusCode());
            assertTrue(refused.body().startsWith("{\"errors\":["), refused.body());
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aRequestUnderWayIsFinishedBeforeTheServerStops(HttpClient.Version version) throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        RunningServer running = server(_ -> hold(arrived, release), HttpSettings.Limits.DEFAULT);
        var answer = send(running, running.client(version), 1).getFirst();
        SSLSocket idle = running.tls("http/1.1");
        assertTrue(arrived.await(10, TimeUnit.SECONDS));
        long start = System.nanoTime();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(running::close);
        Thread.sleep(700);
        assertTrue(!stopped.isDone(), "stopped under a running request");
        release.countDown();
        assertEquals(200, answer.get(10, TimeUnit.SECONDS).statusCode());
        stopped.get(10, TimeUnit.SECONDS);
        assertTrue(System.nanoTime() - start < 8_000_000_000L, "waited for idle connections");
        assertEquals(-1, idle.getInputStream().read());
    }

    @Test
    void aRequestThatOutlastsTheDrainIsEnded() throws Exception {
        Semaphore interrupted = new Semaphore(0);
        CountDownLatch arrived = new CountDownLatch(1);
        RunningServer running = new RunningServer(
                folder,
                _ -> {
                    try {
                        arrived.countDown();
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        interrupted.release();
                    }
                    return Response.none();
                },
                HttpSettings.Limits.DEFAULT,
                RunningServer.SHORT);
        var answer =
                send(running, running.client(HttpClient.Version.HTTP_1_1), 1).getFirst();
        assertTrue(arrived.await(10, TimeUnit.SECONDS));
        running.close();
        assertTrue(interrupted.tryAcquire(5, TimeUnit.SECONDS));
        answer.cancel(true);
    }

    /** Whether the server closed it, after the answer that came. */
    private static boolean ended(SSLSocket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static int again(SSLSocket socket) throws IOException {
        socket.getInputStream().skipNBytes(socket.getInputStream().available());
        socket.getOutputStream().write(GET.getBytes(US_ASCII));
        return socket.getInputStream().read();
    }

    private RunningServer server(Service service, HttpSettings.Limits limits) {
        return new RunningServer(folder, service, limits, Timeouts.DEFAULT);
    }

    private static Response hold(CountDownLatch arrived, CountDownLatch release) {
        arrived.countDown();
        try {
            if (!release.await(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("not released");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return Response.of(Map.of());
    }

    private static List<CompletableFuture<HttpResponse<String>>> send(
            RunningServer running, HttpClient client, int times) {
        return IntStream.range(0, times)
                .mapToObj(_ -> client.sendAsync(running.to("/v1/x").build(), BodyHandlers.ofString()))
                .toList();
    }

    private static HttpRequest post(RunningServer running, String body, boolean chunked) {
        return running.to("/v1/x")
                .POST(
                        chunked
                                ? BodyPublishers.ofInputStream(
                                        () -> new java.io.ByteArrayInputStream(body.getBytes(US_ASCII)))
                                : BodyPublishers.ofString(body))
                .build();
    }
}
