package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.EngineDriver;
import io.casemate.http.HttpSettings.Limits;
import io.casemate.http.HttpSettings.Timeouts;
import io.casemate.json.Json;
import io.casemate.kernel.Await;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.sys.MonitorEndpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.System.Logger.Level;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code sys/monitor} over a real socket: lines arrive as they are logged, and nothing waits for whoever reads them. */
class MonitorTest {
    private static final System.Logger LOG = System.getLogger("casemate.watched");
    private static final int HANDLERS = Logger.getLogger("").getHandlers().length;

    /** Patient with a client that is slow to ask, not with one that is idle. */
    private static final Timeouts TIMEOUTS = new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10));

    @TempDir
    Path folder;

    private final MonitorEndpoints monitors = new MonitorEndpoints();
    private final EngineDriver sys = new EngineDriver(monitors.endpoints());
    private RunningServer running;

    @BeforeEach
    void start() {
        running = new RunningServer(
                folder, request -> sys.call(Operation.READ, "monitor", request.data()), Limits.DEFAULT, TIMEOUTS);
    }

    @AfterEach
    void stop() throws InterruptedException {
        running.close();
        Await.until(() -> Logger.getLogger("").getHandlers().length == HANDLERS);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void linesArriveAsTheyAreLoggedAlsoAfterALongSilence(HttpClient.Version version) throws Exception {
        try (BufferedReader lines = listen(version, "?log_level=warn&log_format=json")) {
            assertTrue(lines.readLine().contains("from warn upwards"));
            LOG.log(Level.INFO, "beneath notice");
            LOG.log(Level.WARNING, "first");
            assertEquals(
                    "first",
                    Json.object(lines.readLine().getBytes(StandardCharsets.UTF_8))
                            .get("message"));
            Thread.sleep(TIMEOUTS.idle().plus(TIMEOUTS.write()));
            LOG.log(Level.ERROR, "second");
            Map<String, Object> second = Json.object(lines.readLine().getBytes(StandardCharsets.UTF_8));
            assertEquals("second", second.get("message"));
            assertEquals("error", second.get("level"));
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void sealingEndsItInGoodOrder(HttpClient.Version version) throws Exception {
        try (BufferedReader lines = listen(version, "")) {
            assertTrue(lines.readLine().contains("from info upwards"));
            monitors.stop();
            assertTrue(lines.readLine().contains("the server is sealed: this monitor ends"));
            assertNull(lines.readLine());
        }
    }

    @Test
    void theOldestMakesRoom() throws Exception {
        List<BufferedReader> readers = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            readers.add(listen(HttpClient.Version.HTTP_1_1, ""));
            readers.getLast().readLine();
        }
        assertTrue(readers.getFirst().readLine().contains("a newer monitor takes this one's place"));
        assertNull(readers.getFirst().readLine());
        LOG.log(Level.INFO, "to the others");
        for (BufferedReader reader : readers.subList(1, 9)) {
            assertTrue(reader.readLine().contains("to the others"));
        }
        for (BufferedReader reader : readers) {
            reader.close();
        }
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void aStoppingServerDoesNotWaitForIt(HttpClient.Version version) throws Exception {
        try (BufferedReader lines = listen(version, "")) {
            lines.readLine();
            long begin = System.nanoTime();
            running.close();
            assertTrue(System.nanoTime() - begin < TIMEOUTS.drain().toNanos() / 2, "the drain's end was waited for");
            assertThrows(IOException.class, lines::readLine);
        }
    }

    @Test
    void wordsThatAreNoneAreRefused() {
        for (String field : List.of("log_level", "log_format")) {
            assertThrows(FaultException.class, () -> sys.call(Operation.READ, "monitor", Map.of(field, "loud")));
        }
    }

    private BufferedReader listen(HttpClient.Version version, String query) throws Exception {
        HttpResponse<InputStream> answer = running.client(version)
                .send(running.to("/v1/sys/monitor" + query).build(), HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }
}
