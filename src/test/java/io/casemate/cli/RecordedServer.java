package io.casemate.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A real server on loopback, with or without TLS, that gives recorded answers in order and remembers what it was asked. */
public final class RecordedServer implements AutoCloseable {
    /** One recorded answer; what stands for the body of a redirect is where it leads to. */
    public record Recorded(int status, String body) {}

    private final HttpServer server;
    private final Path certificate;
    private final Deque<Recorded> answers = new ArrayDeque<>();
    /** Method, path, body and wish to wrap of each request. */
    public final List<String> requests = new CopyOnWriteArrayList<>();
    /** The token of each request, empty for none. */
    public final List<String> tokens = new CopyOnWriteArrayList<>();

    private RecordedServer(HttpServer server, Path certificate) {
        this.server = server;
        this.certificate = certificate;
    }

    /** Without TLS: enough to see what commands send and print. */
    public static RecordedServer plain() throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        return serving(new RecordedServer(http, Path.of("ca.pem")));
    }

    /** With TLS, as {@code 127.0.0.1} and {@code vault.test}, by a certificate that signs itself. */
    public static RecordedServer secure(Path directory) throws Exception {
        Path store = directory.resolve("tls.p12");
        Path pem = directory.resolve("ca.pem");
        keytool("-genkeypair -alias t -keyalg EC -groupname secp256r1 -dname CN=t -ext san=ip:127.0.0.1,dns:vault.test"
                + " -validity 2 -storetype PKCS12 -storepass password -keystore " + store);
        keytool("-exportcert -rfc -alias t -storepass password -keystore " + store + " -file " + pem);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, "password".toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
        factory.init(keys, "password".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        HttpsServer http = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setHttpsConfigurator(new HttpsConfigurator(context));
        return serving(new RecordedServer(http, pem));
    }

    private static RecordedServer serving(RecordedServer server) {
        server.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.server.createContext("/", server::answer);
        server.server.start();
        return server;
    }

    private static void keytool(String line) throws IOException, InterruptedException {
        List<String> words = new java.util.ArrayList<>(List.of(line.split(" ")));
        words.addFirst(System.getProperty("java.home") + "/bin/keytool");
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    /** As {@code VAULT_ADDR} takes it. */
    public String address() {
        return (server instanceof HttpsServer ? "https" : "http") + "://127.0.0.1:"
                + server.getAddress().getPort();
    }

    /** The PEM file of its certificate. */
    public Path certificate() {
        return certificate;
    }

    /** Forgets everything and will give these answers. */
    public void expect(List<Recorded> recorded) {
        answers.clear();
        answers.addAll(recorded);
        requests.clear();
        tokens.clear();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String asked =
                exchange.getRequestMethod() + " " + exchange.getRequestURI().toASCIIString();
        String wrap = exchange.getRequestHeaders().getFirst("X-Vault-Wrap-TTL");
        requests.add(asked + (body.isEmpty() ? "" : " " + body) + (wrap == null ? "" : " wrapped " + wrap));
        String token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
        tokens.add(token == null ? "" : token);
        Recorded recorded =
                answers.isEmpty() ? new Recorded(500, "{\"errors\":[\"no answer recorded\"]}") : answers.poll();
        boolean redirect = recorded.status() / 100 == 3;
        if (redirect) {
            exchange.getResponseHeaders().set("Location", recorded.body());
        }
        byte[] bytes = redirect ? new byte[0] : recorded.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(recorded.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
