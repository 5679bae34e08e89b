package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.sys.CorsConfig;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorsTest {
    private static final String PAGE = "https://ui.example";

    private final AtomicReference<CorsConfig> config =
            new AtomicReference<>(new CorsConfig(true, List.of(PAGE), List.of("X-Own")));
    private RunningServer running;

    @BeforeEach
    void start(@TempDir Path folder) {
        running = new RunningServer(folder, new EchoService(), config::get);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Test
    void an_allowed_page_asks_and_then_calls() {
        HttpResponse<String> asked = preflight(PAGE);
        assertEquals(204, asked.statusCode());
        assertEquals(Optional.of(PAGE), header(asked, "Access-Control-Allow-Origin"));
        assertEquals(Optional.of("Origin"), header(asked, "Vary"));
        assertTrue(header(asked, "Access-Control-Allow-Methods").orElseThrow().contains("LIST"));
        String headers = header(asked, "Access-Control-Allow-Headers").orElseThrow();
        assertTrue(headers.contains("X-Vault-Token") && headers.endsWith("X-Own"), headers);
        HttpResponse<String> called = call(PAGE);
        assertEquals(200, called.statusCode());
        assertEquals(Optional.of(PAGE), header(called, "Access-Control-Allow-Origin"));
        HttpResponse<String> refused =
                running.send(running.to("/elsewhere").header("Origin", PAGE).build());
        assertEquals(404, refused.statusCode());
        assertEquals(Optional.of(PAGE), header(refused, "Access-Control-Allow-Origin"), "a page may read errors too");
    }

    @Test
    void another_page_is_refused_before_anything_happens() {
        for (HttpResponse<String> answer :
                List.of(preflight("https://evil.example"), call("https://evil.example"), call("null"))) {
            assertEquals(403, answer.statusCode());
            assertEquals("{\"errors\":[\"origin not allowed\"]}", answer.body());
            assertEquals(Optional.empty(), header(answer, "Access-Control-Allow-Origin"));
        }
    }

    @Test
    void programs_send_no_origin_and_notice_nothing() {
        HttpResponse<String> answer = running.send(running.to("/v1/x").build());
        assertEquals(200, answer.statusCode());
        assertEquals(Optional.empty(), header(answer, "Access-Control-Allow-Origin"));
        assertEquals(Optional.empty(), header(answer, "Vary"));
    }

    @Test
    void switched_off_no_page_gets_permission() {
        config.set(CorsConfig.DISABLED);
        assertEquals(405, preflight(PAGE).statusCode());
        HttpResponse<String> answer = call(PAGE);
        assertEquals(200, answer.statusCode());
        assertEquals(Optional.empty(), header(answer, "Access-Control-Allow-Origin"));
    }

    private HttpResponse<String> preflight(String origin) {
        return running.send(running.to("/v1/kv/data/a")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "PUT")
                .build());
    }

    private HttpResponse<String> call(String origin) {
        return running.send(running.to("/v1/kv/data/a").header("Origin", origin).build());
    }

    private static Optional<String> header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name);
    }
}
