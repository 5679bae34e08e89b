package io.casemate.auth.jwt;

import static io.casemate.auth.MethodDriver.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.casemate.auth.MethodDriver;
import io.casemate.auth.cert.OpensslAuthority;
import io.casemate.http.TlsFixture;
import io.casemate.json.Json;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JWKS and a discovery document over real HTTPS: rotation, outages, forgeries, and how often the issuer is asked. */
class FetchedKeysTest {
    private final Map<String, byte[]> pages = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile int status = 200;
    private volatile Duration delay = Duration.ZERO;
    private OpensslTokens tokens;
    private String authority;
    private HttpsServer web;
    private MethodDriver method;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        TlsFixture tls = TlsFixture.in(folder);
        authority = Files.readString(tls.ca());
        new OpensslAuthority(folder)
                .openssl(
                        "pkcs12",
                        "-export",
                        "-in",
                        "server.pem",
                        "-inkey",
                        "server.key",
                        "-out",
                        "tls.p12",
                        "-passout",
                        "pass:x");
        KeyStore store = KeyStore.getInstance(folder.resolve("tls.p12").toFile(), "x".toCharArray());
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "x".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        web = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.setHttpsConfigurator(new HttpsConfigurator(context));
        web.setExecutor(threads);
        web.createContext("/", exchange -> {
            asked.incrementAndGet();
            sleep();
            byte[] page = pages.getOrDefault(exchange.getRequestURI().getPath(), new byte[0]);
            exchange.getResponseHeaders().add("Location", url("/keys"));
            exchange.sendResponseHeaders(status, page.length == 0 ? -1 : page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        web.start();
        tokens = new OpensslTokens(folder);
        tokens.key("k1", "RS256");
        tokens.key("k2", "ES256");
        tokens.key("k3", "EdDSA");
        pages.put("/keys", OpensslTokens.set(List.of(tokens.jwk("k1", Map.of("use", "sig", "alg", "RS256")))));
        method = new MethodDriver(new JwtFactory("jwt"));
    }

    @AfterEach
    void stop() {
        web.stop(0);
        threads.shutdownNow();
        method.close();
    }

    private void sleep() {
        try {
            Thread.sleep(delay);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String url(String path) {
        return "https://127.0.0.1:" + web.getAddress().getPort() + path;
    }

    private void configure(Map<String, Object> config) {
        method.call(Operation.UPDATE, "config", config);
        method.call(
                Operation.UPDATE,
                "role/app",
                Map.of("user_claim", "sub", "bound_audiences", "here", "token_policies", "p"));
    }

    private void configure() {
        configure(Map.of("jwks_url", url("/keys"), "jwks_ca_pem", authority));
        asked.set(0);
    }

    private String token(String key, String algorithm, Map<String, Object> more) {
        long now = method.instant().getEpochSecond();
        Map<String, Object> claims = new HashMap<>(Map.of("sub", "ann", "aud", "here", "iat", now, "exp", now + 3600));
        claims.putAll(more);
        return tokens.token(key, algorithm, claims);
    }

    private String token(String key, String algorithm) {
        return token(key, algorithm, Map.of());
    }

    private void login(String token) {
        method.login(Map.of("role", "app", "jwt", token), MethodDriver.peer(List.of()));
    }

    private String refused(String token) {
        return refusal(() -> login(token));
    }

    private void away(String token) {
        FaultException e = assertThrows(FaultException.class, () -> login(token));
        assertInstanceOf(Fault.UpstreamFailed.class, e.fault());
    }

    @Test
    void aNewKeyIsFoundAtOnceAndAWithdrawnOneEnds() {
        configure();
        login(token("k1", "RS256"));
        assertEquals(0, asked.get(), "the configuration has fetched them");
        assertTrue(refused(token("k2", "ES256")).contains("no known key"));
        assertEquals(1, asked.get());
        pages.put("/keys", OpensslTokens.set(List.of(tokens.jwk("k2", Map.of()), tokens.jwk("k3", Map.of()))));
        assertTrue(refused(token("k2", "ES256")).contains("no known key"), "asked a moment ago");
        method.pass(Duration.ofSeconds(6));
        login(token("k2", "ES256"));
        login(token("k3", "EdDSA"));
        assertEquals(2, asked.get());
        assertTrue(refused(token("k1", "RS256")).contains("no known key"));
    }

    @Test
    void unknownKeysDoNotMakeTheServerAskAtWill() throws Exception {
        configure();
        delay = Duration.ofMillis(200);
        method.pass(Duration.ofSeconds(6));
        String unknown = token("k2", "ES256");
        List<Future<String>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(threads.submit(() -> refused(unknown)));
        }
        for (Future<String> each : all) {
            assertTrue(each.get().contains("no known key"));
        }
        assertEquals(1, asked.get());
    }

    @Test
    void anIssuerThatIsAwayIsMissedForADay() {
        configure();
        status = 503;
        method.pass(Duration.ofMinutes(20));
        login(token("k1", "RS256"));
        assertEquals(1, asked.get());
        method.pass(Duration.ofHours(20));
        method.reopen();
        login(token("k1", "RS256"));
        method.pass(Duration.ofHours(4));
        away(token("k1", "RS256"));
        status = 200;
        method.pass(Duration.ofSeconds(6));
        login(token("k1", "RS256"));
    }

    @Test
    void agedKeysAreFetchedBesideTheLogin() {
        configure();
        pages.put("/keys", OpensslTokens.set(List.of(tokens.jwk("k2", Map.of()))));
        method.pass(Duration.ofMinutes(6));
        login(token("k1", "RS256"));
        Await.until(() -> asked.get() == 1);
        Await.until(() -> {
            try {
                login(token("k1", "RS256"));
                return false;
            } catch (FaultException e) {
                return true;
            }
        });
        assertEquals(1, asked.get());
    }

    @Test
    void aClockThatIsSetBackMakesNoKeyYounger() {
        configure();
        method.pass(Duration.ofSeconds(6));
        assertTrue(refused(token("k2", "ES256")).contains("no known key"));
        pages.put("/keys", OpensslTokens.set(List.of(tokens.jwk("k2", Map.of()))));
        method.pass(Duration.ofHours(-20));
        assertTrue(refused(token("k1", "RS256")).contains("no known key"), "withdrawn");
        login(token("k2", "ES256"));
        assertEquals(2, asked.get());
    }

    @Test
    void aRestartNeedsNoIssuer() {
        configure();
        status = 500;
        method.reopen();
        login(token("k1", "RS256"));
        assertEquals(0, asked.get());
    }

    @Test
    void discoveryBindsTheIssuer() {
        Map<String, Object> document = Map.of("issuer", url("/tenant"), "jwks_uri", url("/keys"));
        pages.put("/tenant/.well-known/openid-configuration", Json.bytes(document));
        Map<String, Object> config = Map.of("oidc_discovery_url", url("/tenant/"), "oidc_discovery_ca_pem", authority);
        configure(config);
        login(token("k1", "RS256", Map.of("iss", url("/tenant"))));
        assertTrue(refused(token("k1", "RS256", Map.of("iss", url("/other")))).contains("'iss' is not the issuer"));
        assertTrue(refused(token("k1", "RS256")).contains("'iss' is not the issuer"));
        pages.put(
                "/tenant/.well-known/openid-configuration",
                Json.bytes(Map.of("issuer", url("/x"), "jwks_uri", url("/keys"))));
        assertTrue(refusal(() -> configure(config)).contains("of another issuer"));
        pages.put(
                "/tenant/.well-known/openid-configuration",
                Json.bytes(Map.of("issuer", url("/tenant"), "jwks_uri", "http://example.test/keys")));
        assertTrue(refusal(() -> configure(config)).contains("none over https"));
    }

    @Test
    void severalSetsServeTogether() {
        pages.put("/more", OpensslTokens.set(List.of(tokens.jwk("k2", Map.of()))));
        configure(Map.of(
                "jwks_pairs",
                List.of(
                        Map.of("jwks_url", url("/keys"), "jwks_ca_pem", authority),
                        Map.of("jwks_url", url("/more"), "jwks_ca_pem", authority))));
        login(token("k1", "RS256"));
        login(token("k2", "ES256"));
        assertTrue(refused(token("k3", "EdDSA")).contains("no known key"));
        method.reopen();
        login(token("k2", "ES256"));
    }

    @Test
    void whatIsNoKeySetIsRefusedWhenItIsConfigured() throws IOException {
        Map<String, Object> config = Map.of("jwks_url", url("/keys"), "jwks_ca_pem", authority);
        assertTrue(
                refusal(() -> configure(Map.of("jwks_url", url("/keys")))).contains("TLS certificate is not trusted"));
        for (byte[] page : List.of(
                Json.bytes(Map.of("keys", List.of())),
                Json.bytes(Map.of("no", "keys")),
                "not json".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                OpensslTokens.set(List.of(tokens.jwk("k1", Map.of("use", "enc")))),
                OpensslTokens.set(List.of(tokens.jwk("k1", Map.of("alg", "HS256")))),
                OpensslTokens.set(List.of(Map.of("kty", "oct", "k", "AAAA"))),
                OpensslTokens.set(List.of(Map.of("kty", "RSA", "n", "AQAB", "e", "AQAB"))),
                OpensslTokens.set(List.of(Map.of("kty", "EC", "crv", "P-256", "x", "AQAB", "y", "AQAB"))))) {
            pages.put("/keys", page);
            assertTrue(
                    refusal(() -> configure(config)).contains("key set"),
                    () -> new String(page, java.nio.charset.StandardCharsets.US_ASCII));
        }
        pages.put("/keys", new byte[(1 << 20) + 1]);
        assertTrue(refusal(() -> configure(config)).contains("more than"));
        pages.remove("/keys");
        status = 302;
        assertTrue(refusal(() -> configure(config)).contains("status 302"), "redirects are not followed");
        status = 200;
        delay = Duration.ofSeconds(7);
        long start = System.nanoTime();
        assertTrue(refusal(() -> configure(config)).contains("did not answer"));
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(7).toNanos());
        web.stop(0);
        assertTrue(refusal(() -> configure(config)).contains("no connection"));
    }

    @Test
    void aKeyServesItsOwnAlgorithmAlone() {
        pages.put("/keys", OpensslTokens.set(List.of(tokens.jwk("k1", Map.of("alg", "PS256")))));
        configure();
        assertTrue(refused(token("k1", "RS256")).contains("no known key"));
        login(token("k1", "PS256"));
    }
}
