package io.casemate.http;

import io.casemate.http.HttpSettings.Limits;
import io.casemate.http.HttpSettings.Timeouts;
import io.casemate.kernel.Service;
import io.casemate.sys.CorsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A server on a port of its own with a service given by the test, and ways to talk to it. */
final class RunningServer implements AutoCloseable {
    /** Short enough to wait for. */
    static final Timeouts SHORT = new Timeouts(
            Duration.ofMillis(3000),
            Duration.ofMillis(700),
            Duration.ofMillis(700),
            Duration.ofMillis(700),
            Duration.ofMillis(1500),
            Duration.ofSeconds(3));

    final TlsFixture tls;
    final HttpServer server;

    RunningServer(Path folder, Service service) {
        this(folder, service, Limits.DEFAULT, Timeouts.DEFAULT);
    }

    RunningServer(Path folder, Service service, Supplier<CorsConfig> cors) {
        tls = TlsFixture.in(folder);
        server = HttpServer.start(
                HttpSettings.of("127.0.0.1", 0, tls.certificate(), tls.key()),
                service,
                cors,
                java.util.Set.of("sys/upload"),
                new SecureRandom());
    }

    RunningServer(Path folder, Service service, Limits limits, Timeouts timeouts) {
        tls = TlsFixture.in(folder);
        server = HttpServer.start(
                new HttpSettings("127.0.0.1", 0, tls.certificate(), tls.key(), limits, timeouts),
                service,
                new SecureRandom());
    }

    static Limits limits(int connections, int requests, int queue, Duration wait) {
        return new Limits(1 << 20, 4 << 20, 16_384, connections, requests, queue, wait);
    }

    HttpClient client(HttpClient.Version version) {
        return client(version, tls.client());
    }

    HttpClient client(HttpClient.Version version, SSLContext context) {
        return HttpClient.newBuilder().version(version).sslContext(context).build();
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
    }

    HttpResponse<String> send(HttpRequest request) {
        return send(client(HttpClient.Version.HTTP_1_1), request);
    }

    HttpResponse<String> send(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A TCP connection without TLS. */
    Socket tcp() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    /** A TLS connection after its handshake, offering {@code protocols} by ALPN. */
    SSLSocket tls(String... protocols) throws IOException {
        SSLSocket socket = (SSLSocket)
                tls.client().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    @Override
    public void close() {
        server.close();
    }
}
