package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.casemate.config.ServerConfig;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A whole server as it is wired, on a real store, initialised and unsealed; only the socket is left out. For tests. */
final class WiredServer implements AutoCloseable {
    private final Path audit;
    private final Wiring wiring;
    private final Service door;
    private final String root;

    /** In {@code home}, which is empty. */
    WiredServer(Path home) throws IOException {
        audit = audit(home);
        Path unread = Files.writeString(home.resolve("tls.pem"), "not read here");
        wiring = Wiring.of(ServerConfig.load(configuration(home, 1, unread, unread), Map.of()));
        wiring.start();
        door = wiring.door();
        root = opened();
    }

    /** Writes a configuration with a store, an audit file and shares below {@code home}; its path. */
    static Path configuration(Path home, int port, Path certificate, Path key) throws IOException {
        return configuration(home, home.resolve("data"), port, certificate, key);
    }

    /** The same with the store in {@code data}. */
    static Path configuration(Path home, Path data, int port, Path certificate, Path key) throws IOException {
        Path config = home.resolve("casemate.yaml");
        Files.createDirectories(data);
        Files.writeString(config, """
                listener:
                  address: 127.0.0.1
                  port: %d
                  tls_certificate: %s
                  tls_key: %s
                storage:
                  path: %s
                audit:
                  file:
                    path: %s
                seal:
                  type: shamir
                """.formatted(port, certificate, key, data, audit(home)));
        for (Path file : List.of(key, config)) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        }
        return config;
    }

    private static Path audit(Path home) {
        return home.resolve("audit.log");
    }

    /** How it is put together. */
    Wiring wiring() {
        return wiring;
    }

    /** The lines of its audit file. */
    List<String> audited() {
        try {
            return Files.readAllLines(audit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A root token. */
    String root() {
        return root;
    }

    /** A write by the root token. */
    Response post(String path, Map<String, Object> data) {
        return call(root, Operation.UPDATE, path, data);
    }

    /** A request with a token, or with none when that is empty. */
    Response call(String token, Operation operation, String path, Map<String, Object> data) {
        return call(request(token, operation, path, data));
    }

    /** A request that is made already. */
    Response call(Request request) {
        return door.handle(request);
    }

    /** One with an id of its own. */
    static Request request(String token, Operation operation, String path, Map<String, Object> data) {
        return Requests.named(UUID.randomUUID().toString(), Requests.by(token, operation, path, data));
    }

    /** The token in an answer. */
    static String token(Response response) {
        return new String(response.auth().orElseThrow().clientToken().expose(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        wiring.close();
    }

    private String opened() {
        Response init = call("", Operation.UPDATE, "sys/init", Map.of("secret_shares", 1L, "secret_threshold", 1L));
        Map<String, Object> made =
                assertInstanceOf(Response.Content.Plain.class, init.content()).members();
        call("", Operation.UPDATE, "sys/unseal", Map.of("key", ((List<?>) made.get("keys_base64")).getFirst()));
        return (String) made.get("root_token");
    }
}
