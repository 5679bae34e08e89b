package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.auth.cert.OpensslAuthority;
import io.casemate.config.ServerConfig;
import io.casemate.crypto.Pem;
import io.casemate.crypto.X509;
import io.casemate.http.TlsFixture;
import io.casemate.json.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole server on a socket, and clients that show certificates in real handshakes. */
class CertOverTlsTest {
    private Server server;
    private TlsFixture tls;
    private OpensslAuthority authority;
    private String token = "";

    @Test
    void aHandshakeLogsIn(@TempDir Path home) throws Exception {
        Path folder = Files.createDirectory(home.resolve("clients"));
        authority = new OpensslAuthority(folder);
        authority.root("root");
        authority.issue("root", "middle", "/CN=middle", "basicConstraints=critical,CA:TRUE");
        authority.issue("middle", "ann", "/CN=ann", "extendedKeyUsage=clientAuth");
        authority.issue("root", "bob", "/CN=bob", "extendedKeyUsage=clientAuth");
        authority.root("stranger");
        tls = TlsFixture.in(home);
        Path config = WiredServer.configuration(home, 0, tls.certificate(), tls.key());
        server = Server.start(ServerConfig.load(config, Map.of()));
        try {
            open();
            tells();
        } finally {
            server.close();
        }
    }

    private void tells() throws Exception {
        HttpClient ann = client("ann", "middle");
        HttpClient bob = client("bob");
        for (HttpClient.Version version : HttpClient.Version.values()) {
            Map<?, ?> auth = auth(send(ann, version, "auth/cert/login", Map.of(), ""));
            assertEquals("ann", ((Map<?, ?>) auth.get("metadata")).get("common_name"), version::toString);
            String mine = (String) auth.get("client_token");
            Map<?, ?> self = members(send(ann, version, "auth/token/lookup", Map.of("token", mine), token));
            assertEquals("cert-web", ((Map<?, ?>) self.get("data")).get("display_name"));
            assertEquals(
                    200,
                    send(ann, version, "auth/token/renew-self", Map.of(), mine).statusCode());
            HttpResponse<byte[]> other = send(bob, version, "auth/token/renew-self", Map.of(), mine);
            assertEquals(400, other.statusCode());
            assertTrue(text(other).contains("client identity"), text(other));
            assertEquals(
                    400,
                    send(client(), version, "auth/token/renew-self", Map.of(), mine)
                            .statusCode());
        }
        HttpResponse<byte[]> none = send(client(), HttpClient.Version.HTTP_1_1, "auth/cert/login", Map.of(), "");
        assertTrue(text(none).contains("client certificate must be supplied"), text(none));
        HttpResponse<byte[]> foreign =
                send(client("stranger"), HttpClient.Version.HTTP_1_1, "auth/cert/login", Map.of(), "");
        assertEquals(400, foreign.statusCode());
        assertTrue(text(foreign).contains("invalid certificate"), text(foreign));
    }

    private void open() throws Exception {
        Map<?, ?> made = members(post("sys/init", Map.of("secret_shares", 1L, "secret_threshold", 1L)));
        post("sys/unseal", Map.of("key", ((List<?>) made.get("keys_base64")).getFirst()));
        token = (String) made.get("root_token");
        post("sys/auth/cert", Map.of("type", "cert"));
        assertEquals(
                204,
                post("auth/cert/certs/web", Map.of("certificate", authority.pem("root")))
                        .statusCode());
    }

    private HttpResponse<byte[]> post(String path, Map<String, Object> data) throws Exception {
        return send(client(), HttpClient.Version.HTTP_1_1, path, data, token);
    }

    private HttpResponse<byte[]> send(
            HttpClient client, HttpClient.Version version, String path, Map<String, Object> data, String sent)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + server.port() + "/v1/" + path))
                .version(version)
                .POST(BodyPublishers.ofByteArray(Json.bytes(data)));
        if (!sent.isEmpty()) {
            request.header("X-Vault-Token", sent);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    /** Trusts the server and shows these certificates, leaf first. */
    private HttpClient client(String... chain) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca", X509.certificates(Files.readString(tls.ca())).getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(chain.length == 0 ? null : keys(chain), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private KeyManager[] keys(String... chain) throws Exception {
        byte[] key = Pem.decode(Files.readString(authority.file(chain[0] + ".key")))
                .getFirst()
                .der();
        X509Certificate[] shown = Arrays.stream(chain)
                .map(name -> X509.certificates(authority.pem(name)).getFirst())
                .toArray(X509Certificate[]::new);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "client",
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
                new char[0],
                shown);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        return keys.getKeyManagers();
    }

    private static Map<?, ?> auth(HttpResponse<byte[]> response) {
        assertEquals(200, response.statusCode(), () -> text(response));
        return (Map<?, ?>) members(response).get("auth");
    }

    private static Map<?, ?> members(HttpResponse<byte[]> response) {
        return Json.object(response.body());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
