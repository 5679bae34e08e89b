package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP in, Request out: reference/api section 1.1, over a real socket. */
class RequestReaderTest {
    @TempDir
    static Path folder;

    /** As much base64 as an OCSP request has at least. */
    private static final String LONG = "MEIwQDA+MDwwOjAJBgUrDgMCGgUABBQAAAAAAAAAAAAAAAAAAAAAAAAAAAQUBBBB";

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

    @BeforeEach
    void forget() {
        ECHO.last.set(null);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, a/b, READ, a/b",
        "GET, a/b?list=true, LIST, a/b/",
        "GET, a/b/?list=1, LIST, a/b/",
        "GET, a?list=false, READ, a",
        "LIST, a/b, LIST, a/b/",
        "POST, a, UPDATE, a",
        "PUT, a, UPDATE, a",
        "DELETE, a, DELETE, a",
        "GET, a?help=1, HELP, a",
        "GET, a?scan=true, SCAN, a/",
        "GET, a?scan=false, READ, a",
        "SCAN, a, SCAN, a/",
        "GET, a%20b/%C3%A4%2Fc, READ, a b/ä/c",
        "GET, a;b=c/d, READ, a;b=c/d",
        "HEAD, sys/health, READ, sys/health",
        "GET, pki/ocsp/" + LONG + "%2F%2Fa%2Bb%3D, READ, pki/ocsp/" + LONG + "__a+b=",
        "GET, pki/ocsp/" + LONG + "//a/b=, READ, pki/ocsp/" + LONG + "__a_b=",
        "GET, pki/ocsp/MEIw/a/b=, READ, pki/ocsp/MEIw/a/b=",
    })
    void verbsAndPaths(String method, String path, Operation operation, String decoded) {
        assertEquals(200, send(method, path, "").statusCode());
        assertEquals(operation, ECHO.last.get().operation());
        assertEquals(decoded, ECHO.last.get().path().value());
        assertFalse(ECHO.last.get().data().containsKey("list"));
        assertFalse(ECHO.last.get().data().containsKey("scan"));
    }

    @Test
    void anOcspRequestIsABodyOfItsOwn() {
        byte[] der = {0x20, 0x0A, 0x30, (byte) 0xFF, '{'};
        HttpRequest post = running.to("/v1/pki/ocsp")
                .header("Content-Type", "application/ocsp-request")
                .POST(BodyPublishers.ofByteArray(der))
                .build();
        assertEquals(
                200,
                running.send(running.client(HttpClient.Version.HTTP_2), post).statusCode());
        assertEquals(
                Map.of("body", java.util.Base64.getEncoder().encodeToString(der)),
                ECHO.last.get().data());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void listAndScanAreVerbsOnBothProtocols(HttpClient.Version version) {
        for (Operation operation : List.of(Operation.LIST, Operation.SCAN)) {
            HttpRequest asked = running.to("/v1/kv")
                    .method(operation.name(), BodyPublishers.noBody())
                    .build();
            assertEquals(200, running.send(running.client(version), asked).statusCode());
            assertEquals(operation, ECHO.last.get().operation());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OPTIONS, a, 405",
        "TRACE, a, 405",
        "HEAD, a, 405",
        "PATCH, a, 415",
        "GET, a?list=maybe, 400",
        "GET, a?scan=maybe, 400",
        "GET, a?scan=true&list=true, 400",
        "GET, a?list=1&list=1, 400",
        "GET, a/../b, 400",
        "GET, a/%2e%2E/b, 400",
        "GET, a/./b, 400",
        "GET, a//b, 400",
        "GET, a//ocsp/b, 400",
        "GET, kv/ocsp/a//b, 400",
        "PUT, kv/ocsp/" + LONG + "//b, 400",
        "GET, kv/ocsp/" + LONG + "//b-c, 400",
        "GET, a/%2Fb, 400",
        "GET, /a, 400",
        "GET, a%00b, 400",
        "GET, a%0d%0ab, 400",
        "GET, a%ff, 400",
        "GET, a%C0%AF, 400",
        "GET, a?x=%ff, 400",
    })
    void whatNoPathCouldServeIsRefused(String method, String path, int status) {
        HttpResponse<String> refused = send(method, path, "");
        assertEquals(status, refused.statusCode());
        assertTrue(method.equals("HEAD") || refused.body().startsWith("{\"errors\":[\""), refused.body());
        assertEquals(null, ECHO.last.get());
    }

    @Test
    void headHasNoBody() {
        HttpResponse<String> head = send("HEAD", "sys/health", "");
        assertEquals("", head.body());
        assertTrue(head.headers().firstValueAsLong("content-length").orElse(0) > 10);
        assertEquals(200, send("GET", "a", "").statusCode());
    }

    @Test
    void outsideTheApiIsNotFound() {
        for (String path : List.of("/", "/v1", "/v2/x", "/V1/x", "/ui/")) {
            HttpResponse<String> answer = running.send(running.to(path).build());
            assertEquals(404, answer.statusCode(), path);
            assertTrue(answer.body().startsWith("{\"errors\":["), answer.body());
        }
    }

    @Test
    void dataComesFromTheBodyElseFromTheQuery() {
        send("POST", "a", "{\"x\":[1,true,null]}");
        assertEquals(
                java.util.Arrays.asList(1L, true, null), ECHO.last.get().data().get("x"));
        send("GET", "a?x=1&y=2&y=3", "");
        assertEquals(Map.of("x", "1", "y", List.of("2", "3")), ECHO.last.get().data());
        send("DELETE", "a?force=true", "");
        assertEquals(Map.of("force", "true"), ECHO.last.get().data());
        for (String nothing : List.of("  \n", "null", " null\n")) {
            send("POST", "a", nothing);
            assertEquals(Map.of(), ECHO.last.get().data(), nothing);
        }
        assertEquals(400, send("POST", "a", "nullify").statusCode());
    }

    @Test
    void aBodyIsJsonWhateverItsTypeAndAFormOnlyWhenItSaysSo() {
        typed("text/plain", "{\"a\":1}");
        assertEquals(Map.of("a", 1L), ECHO.last.get().data());
        typed("application/x-www-form-urlencoded", " {\"a\":2}");
        assertEquals(Map.of("a", 2L), ECHO.last.get().data());
        typed("application/x-www-form-urlencoded; charset=utf-8", "a=b+c&d=%7B");
        assertEquals(Map.of("a", "b c", "d", "{"), ECHO.last.get().data());
        assertEquals(400, typed("application/json", "a=b").statusCode());
        assertEquals(400, typed("application/x-www-form-urlencoded", "[1]").statusCode());
    }

    @Test
    void patchWantsItsMediaType() {
        HttpRequest patch = running.to("/v1/kv/a")
                .header("Content-Type", "application/merge-patch+json; charset=utf-8")
                .method("PATCH", BodyPublishers.ofString("{\"a\":1}"))
                .build();
        assertEquals(200, running.send(patch).statusCode());
        assertEquals(Operation.PATCH, ECHO.last.get().operation());
    }

    @Test
    void brokenJsonIsRefusedWithoutQuotingIt() {
        for (String body : List.of("{", "[]", "{\"a\":1}x", "{\"a\":1,\"a\":2}", "{\"secret\":hunter2}", "\"x\"")) {
            HttpResponse<String> refused = send("POST", "a", body);
            assertEquals(400, refused.statusCode(), body);
            assertFalse(refused.body().contains("hunter2"), refused.body());
        }
    }

    @Test
    void theTokenComesFromItsHeaderFirst() {
        running.send(running.to("/v1/a").header("Authorization", "Bearer b").build());
        assertTrue(ECHO.last.get().token().isPresent());
        HttpResponse<String> both = running.send(running.to("/v1/a")
                .header("Authorization", "Bearer b")
                .header("X-Vault-Token", "a")
                .build());
        assertTrue(both.body().contains("\"token\":\"a\""), both.body());
        running.send(running.to("/v1/a").header("Authorization", "bearer b").build());
        assertTrue(ECHO.last.get().token().isEmpty());
        running.send(running.to("/v1/a").header("Authorization", "Basic b").build());
        assertTrue(ECHO.last.get().token().isEmpty());
    }

    @Test
    void secretHeadersAreNotHandedOn() {
        running.send(running.to("/v1/a")
                .header("Authorization", "Bearer b")
                .header("X-Vault-Token", "a")
                .header("Cookie", "c")
                .header("X-Correlation-ID", "d")
                .build());
        Map<String, String> headers = ECHO.last.get().peer().headers();
        assertEquals("d", headers.get("x-correlation-id"));
        assertFalse(headers.containsKey("authorization"));
        assertFalse(headers.containsKey("x-vault-token"));
        assertFalse(headers.containsKey("cookie"));
    }

    @Test
    void wrapTtl() {
        for (String text : List.of("60", "1m", "60s")) {
            with("X-Vault-Wrap-TTL", text);
            assertEquals(Optional.of(Duration.ofMinutes(1)), ECHO.last.get().wrapTtl());
        }
        with("X-Vault-Wrap-TTL", "0");
        assertEquals(Optional.empty(), ECHO.last.get().wrapTtl());
        assertEquals(400, with("X-Vault-Wrap-TTL", "-1").statusCode());
        assertEquals(400, with("X-Vault-Wrap-TTL", "soon").statusCode());
    }

    @Test
    void theRootNamespaceIsTheOnlyOne() {
        for (String name : List.of("", "root", "/", "root/")) {
            HttpResponse<String> answer = with("X-Vault-Namespace", name);
            assertEquals(200, answer.statusCode(), name);
            assertEquals(Request.ROOT_NAMESPACE, ECHO.last.get().namespace());
        }
        assertEquals(
                "root",
                with("X-Vault-Namespace", "root")
                        .headers()
                        .firstValue("x-vault-namespace")
                        .orElseThrow());
        HttpResponse<String> refused = with("X-Vault-Namespace", "team-a/");
        assertEquals(404, refused.statusCode());
        assertTrue(refused.body().contains("namespace"), refused.body());
    }

    private static HttpResponse<String> with(String header, String value) {
        return running.send(running.to("/v1/a").header(header, value).build());
    }

    private static HttpResponse<String> typed(String type, String body) {
        return running.send(running.to("/v1/a")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        return running.send(running.to("/v1/" + path)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build());
    }
}
