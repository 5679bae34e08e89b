package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.json.Json;
import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.log.LogSettings;
import io.casemate.log.ServerLog;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Responses and faults as they arrive at a client. */
class EnvelopesTest {
    @TempDir
    static Path folder;

    private static final AtomicReference<Supplier<Response>> NEXT = new AtomicReference<>();
    private static RunningServer running;

    @BeforeAll
    static void start() {
        running = new RunningServer(folder, _ -> NEXT.get().get());
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void noneIs204UnlessItWarns() {
        HttpResponse<String> none = answer(Response::none);
        assertEquals(204, none.statusCode());
        assertEquals("", none.body());
        assertEquals(
                "application/json", none.headers().firstValue("content-type").orElseThrow());
        HttpResponse<String> warned = answer(() -> Response.none().warning("careful"));
        assertEquals(200, warned.statusCode());
        assertEquals(List.of("careful"), json(warned).get("warnings"));
        assertNull(json(warned).get("data"));
    }

    /** {@code sys/health?activecode=204}: a body would break the connection. */
    @Test
    void aStatusThatForbidsABodyHasNone() {
        for (int status : new int[] {204, 304}) {
            HttpResponse<String> asked =
                    answer(() -> Response.plain(Map.of("sealed", false)).status(status));
            assertEquals(status, asked.statusCode());
            assertEquals("", asked.body());
        }
    }

    @Test
    void plainRawDoublePlacedAndHints() {
        HttpResponse<String> plain =
                answer(() -> Response.plain(Map.of("sealed", true)).status(503));
        assertEquals(503, plain.statusCode());
        assertEquals(Map.of("sealed", true), json(plain));
        HttpResponse<String> raw = answer(() -> Response.raw("application/pem-certificate-chain", new byte[] {65, 66}));
        assertEquals("AB", raw.body());
        assertEquals(
                "application/pem-certificate-chain",
                raw.headers().firstValue("content-type").orElseThrow());
        HttpResponse<String> streamed =
                answer(() -> Response.download("application/x-pem-file", Download.of(200_000, out -> {
                            for (int i = 0; i < 20; i++) {
                                out.write("0123456789".repeat(1000).getBytes(StandardCharsets.US_ASCII));
                            }
                        }))
                        .header("Last-Modified", "now"));
        assertEquals("0123456789".repeat(20_000), streamed.body());
        assertEquals("200000", streamed.headers().firstValue("content-length").orElseThrow());
        assertEquals("now", streamed.headers().firstValue("last-modified").orElseThrow());
        Map<String, Object> twice = json(answer(() -> Response.doublePlaced(Map.of("keys", List.of("a")))));
        assertEquals(List.of("a"), twice.get("keys"));
        assertEquals(Map.of("keys", List.of("a")), twice.get("data"));
        assertEquals(
                60L,
                json(answer(() -> Response.of(Map.of()).keepFor(Duration.ofMinutes(1))))
                        .get("lease_duration"));
        HttpResponse<String> deleted = answer(() -> Response.of(Map.of("x", 1)).status(404));
        assertEquals(404, deleted.statusCode());
        assertEquals(Map.of("x", 1L), json(deleted).get("data"));
    }

    @Test
    void theGivenTokenIsWrittenAndThenWiped() {
        SecretBytes token = SecretBytes.ofText("hvs.given");
        HttpResponse<String> answer = answer(() -> Response.authenticated(new Response.Auth(
                token,
                "acc",
                "root",
                List.of("default"),
                Map.of(),
                Duration.ofHours(1),
                true,
                "",
                "service",
                false,
                0,
                List.of(),
                false)));
        Map<?, ?> auth = (Map<?, ?>) json(answer).get("auth");
        assertEquals("hvs.given", auth.get("client_token"));
        assertEquals(3600L, auth.get("lease_duration"));
        assertEquals(List.of("default"), auth.get("token_policies"));
        assertFalse(auth.containsKey("identity_policies"));
        assertTrue(auth.containsKey("mfa_requirement"));
        assertThrows(IllegalStateException.class, token::expose);
    }

    @Test
    void everyFaultHasItsStatus() {
        expect(400, "bad", new Fault.BadRequest(List.of("bad", "worse")));
        expect(403, "permission denied", new Fault.PermissionDenied());
        expect(405, "unsupported operation", new Fault.UnsupportedOperation());
        expect(415, "unsupported media type: send Content-Type: x/y", new Fault.UnsupportedMediaType("x/y"));
        expect(413, "request is too large: the limit is 7 bytes", new Fault.TooLarge(7));
        expect(502, "ldap did not answer as it should", new Fault.UpstreamFailed("ldap"));
        expect(503, "Vault is sealed", new Fault.Sealed());
        assertEquals("{\"errors\":[]}", fails(new Fault.NotFound(List.of())).body());
        for (Fault.StorageProblem problem : Fault.StorageProblem.values()) {
            HttpResponse<String> failed = fails(new Fault.StorageFailed(problem, "/var/lib/casemate/data: broken"));
            assertTrue(failed.statusCode() >= 500);
            assertFalse(failed.body().contains("/var/lib"), failed.body());
        }
    }

    @Test
    void whenToComeBackIsSaid() {
        assertEquals("2", retry(429, new Fault.RateLimited(Duration.ofMillis(1200))));
        assertEquals("1", retry(503, new Fault.Unavailable("busy", Duration.ZERO)));
        assertEquals("5", retry(503, hsm(Fault.HsmProblem.AWAY)));
        assertTrue(fails(hsm(Fault.HsmProblem.AWAY)).body().contains("CKR_DEVICE_REMOVED from C_Sign"));
        HttpResponse<String> pin = fails(hsm(Fault.HsmProblem.PIN));
        assertTrue(pin.headers().firstValue("retry-after").isEmpty());
    }

    @Test
    void anUnknownFailureShowsAReferenceAndTheLogItsTraceWithoutWhatWasSent() {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        HttpResponse<String> failed;
        try (ServerLog _ = ServerLog.start(LogSettings.DEFAULT, log)) {
            failed = answer(() -> {
                throw new NumberFormatException("For input string: hunter2");
            });
        }
        assertEquals(500, failed.statusCode());
        assertFalse(failed.body().contains("hunter2"), failed.body());
        String line = log.toString(StandardCharsets.UTF_8);
        Map<String, Object> event = Json.object(line.strip().getBytes(StandardCharsets.UTF_8));
        assertTrue(failed.body().contains("reference " + event.get("request_id")), failed.body() + line);
        assertTrue(line.contains("NumberFormatException") && line.contains("EnvelopesTest"), line);
        assertFalse(line.contains("hunter2"), line);
        assertEquals(
                500,
                answer(() -> {
                            throw new StackOverflowError();
                        })
                        .statusCode());
    }

    private static Fault hsm(Fault.HsmProblem problem) {
        return new Fault.HsmFailed("CKR_DEVICE_REMOVED", "C_Sign", problem, "plug it in");
    }

    private static String retry(int status, Fault fault) {
        HttpResponse<String> answer = fails(fault);
        assertEquals(status, answer.statusCode());
        return answer.headers().firstValue("retry-after").orElseThrow();
    }

    private static void expect(int status, String text, Fault fault) {
        HttpResponse<String> answer = fails(fault);
        assertEquals(status, answer.statusCode());
        assertEquals(text, ((List<?>) json(answer).get("errors")).getFirst());
    }

    private static HttpResponse<String> fails(Fault fault) {
        return answer(() -> {
            throw fault.asException();
        });
    }

    private static HttpResponse<String> answer(Supplier<Response> next) {
        NEXT.set(next);
        return running.send(running.to("/v1/x").build());
    }

    private static Map<String, Object> json(HttpResponse<String> answer) {
        return Json.object(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
