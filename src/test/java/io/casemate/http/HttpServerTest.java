package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.json.Json;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpServerTest {
    @TempDir
    static Path folder;

    private static final EchoService ECHO = new EchoService();
    private static RunningServer running;

    @BeforeAll
    static void start() {
        running = new RunningServer(folder, ECHO);
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void bothProtocolsCarryARequest(HttpClient.Version version) {
        HttpResponse<String> answer = running.send(
                running.client(version),
                running.to("/v1/kv/data/a")
                        .header("X-Vault-Token", "hvs.x")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"ttl\":1}"))
                        .build());
        assertEquals(version, answer.version());
        assertEquals(200, answer.statusCode());
        Map<?, ?> data = (Map<?, ?>) json(answer).get("data");
        assertEquals("update", data.get("operation"));
        assertEquals("kv/data/a", data.get("path"));
        assertEquals(Map.of("ttl", 1L), data.get("data"));
        assertEquals("hvs.x", data.get("token"));
    }

    @Test
    void everyAnswerHasTheWholeEnvelopeAndItsHeaders() {
        HttpResponse<String> answer = running.send(running.to("/v1/x").build());
        Map<String, Object> json = json(answer);
        assertEquals(
                java.util.Set.of(
                        "request_id",
                        "lease_id",
                        "renewable",
                        "lease_duration",
                        "data",
                        "wrap_info",
                        "warnings",
                        "auth",
                        "mount_type"),
                json.keySet());
        assertNull(json.get("auth"));
        assertEquals(((Map<?, ?>) json.get("data")).get("id"), json.get("request_id"));
        assertEquals(
                "application/json", answer.headers().firstValue("content-type").orElseThrow());
        assertEquals("no-store", answer.headers().firstValue("cache-control").orElseThrow());
        assertTrue(answer.headers().firstValue("strict-transport-security").isPresent());
    }

    @Test
    void theTokenIsWipedAfterTheAnswer() {
        running.send(running.to("/v1/x").header("X-Vault-Token", "hvs.y").build());
        assertTrue(ECHO.last.get().token().isPresent());
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalStateException.class, () -> ECHO.last.get().token().get().expose());
    }

    private static Map<String, Object> json(HttpResponse<String> answer) {
        return Json.object(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
