package io.casemate.bootstrap;

import io.casemate.crypto.X509;
import io.casemate.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;

/** The server on this machine that is being set up, asked as any client asks it. Errors name path and status, never what was sent. */
public final class LocalServer implements AutoCloseable {
    /** A server looks every two seconds whether its certificate was replaced. */
    private static final Duration RELOADING = Duration.ofSeconds(10);

    private static final long PAUSE = 500;

    private final HttpClient http;
    private final String address;
    private String token = "";

    /** Trusts the certificate in that file alone. */
    public LocalServer(String host, int port, Path certificate) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        var expected = X509.certificates(Files.readString(certificate)).getFirst();
        context.init(null, new TrustManager[] {new PinnedServer(expected)}, null);
        http = HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(Duration.ofMinutes(1))
                .build();
        address = "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/v1/";
    }

    /** From now on; an empty one is none. */
    public void use(String other) {
        token = other;
    }

    /** Whether there is one in use. */
    public boolean hasToken() {
        return !token.isEmpty();
    }

    /** The whole answer of a {@code GET}; fails for a status of 400 and more. */
    public Map<String, Object> read(String path) throws IOException, InterruptedException {
        return accepted("GET", path, BodyPublishers.noBody());
    }

    /** The same of a {@code PUT}. */
    public Map<String, Object> write(String path, Map<String, Object> body) throws IOException, InterruptedException {
        return accepted("PUT", path, BodyPublishers.ofByteArray(Json.bytes(body)));
    }

    /** The {@code data} of an answer. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> data(Map<String, Object> answer) {
        return (Map<String, Object>) answer.get("data");
    }

    /** Whether the token in use is still one. */
    public boolean tokenLives() throws IOException, InterruptedException {
        return send("GET", "auth/token/lookup-self", BodyPublishers.noBody()).statusCode() == 200;
    }

    private Map<String, Object> accepted(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = send(method, path, body);
        Map<String, Object> members = answer.body().length == 0 ? Map.of() : Json.object(answer.body());
        if (answer.statusCode() >= 400) {
            throw new IOException(path + " answered " + answer.statusCode() + ": " + members.get("errors"));
        }
        return members;
    }

    private HttpResponse<byte[]> send(String method, String path, BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(Duration.ofMinutes(2))
                .method(method, body);
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        try {
            return send(request.build());
        } catch (IOException e) {
            // the JDK's own message of a refused connection is null
            String what = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            throw new IOException(
                    path + " was not answered at " + address + " (" + what + "): the server's log tells why", e);
        }
    }

    /** Without a handshake nothing was asked: the one after the next may be with the certificate that has just been renewed. */
    private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            try {
                return http.send(request, BodyHandlers.ofByteArray());
            } catch (SSLHandshakeException e) {
                if (System.nanoTime() - begin > RELOADING.toNanos()) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
