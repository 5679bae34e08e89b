package io.casemate.bootstrap.dev;

import io.casemate.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Talks to the dev server as any client does: HTTPS, checked against its certificate. */
final class DevClient implements AutoCloseable {
    private final HttpClient http;
    private final String address;
    private String token = "";

    DevClient(String address, X509Certificate trusted) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("server", trusted);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        this.http = HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofSeconds(10))
                .build();
        this.address = address;
    }

    void use(String newToken) {
        token = newToken;
    }

    Map<String, Object> read(String path) throws IOException, InterruptedException {
        return send("GET", path, HttpRequest.BodyPublishers.noBody());
    }

    Map<String, Object> write(String path, Map<String, Object> body) throws IOException, InterruptedException {
        return send("PUT", path, HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
    }

    /** The {@code data} of an answer. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> data(Map<String, Object> answer) {
        return (Map<String, Object>) answer.get("data");
    }

    private Map<String, Object> send(String method, String path, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
                .timeout(Duration.ofSeconds(30))
                .header("X-Vault-Token", token)
                .method(method, body)
                .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        Map<String, Object> members = answer.body().length == 0 ? Map.of() : Json.object(answer.body());
        if (answer.statusCode() >= 400) {
            throw new IOException(
                    method + " " + path + " answered " + answer.statusCode() + ": " + members.get("errors"));
        }
        return members;
    }

    @Override
    public void close() {
        http.close();
    }
}
