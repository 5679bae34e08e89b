package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.config.ServerConfig;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Service;
import io.casemate.kernel.Upload;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of a whole server on real stores, through the road every request takes. */
class SnapshotApiTest {
    private static final String PATH = "sys/storage/raft/snapshot";

    @TempDir
    Path home;

    private Wiring wiring;
    private Service door;
    private String root;
    private String share;

    @BeforeEach
    void start() throws IOException {
        open("data", "");
        Map<String, Object> made = ((Response.Content.Plain)
                        call("", Operation.UPDATE, "sys/init", Map.of("secret_shares", 1L, "secret_threshold", 1L))
                                .content())
                .members();
        share = (String) ((List<?>) made.get("keys_base64")).getFirst();
        root = (String) made.get("root_token");
        unseal();
        call(root, Operation.UPDATE, "sys/mounts/kv", Map.of("type", "kv"));
    }

    private void open(String data, String more) throws IOException {
        wiring = Wiring.of(ServerConfig.load(configuration(data, more), Map.of()));
        wiring.start();
        door = wiring.door();
    }

    private void unseal() {
        call("", Operation.UPDATE, "sys/unseal", Map.of("key", share));
    }

    @AfterEach
    void stop() {
        wiring.close();
    }

    @Test
    void everythingIsAsItWas() throws IOException {
        put("kv/a", "then");
        String token = token();
        byte[] snapshot = take();
        put("kv/a", "now");
        call(root, Operation.UPDATE, "auth/token/revoke", Map.of("token", token));
        call(root, Operation.UPDATE, "sys/mounts/later", Map.of("type", "kv"));
        call(root, Operation.UPDATE, "sys/policies/acl/later", Map.of("policy", "path \"x\" {}"));
        assertTrue(upload(root, PATH, snapshot).silent());
        assertEquals("then", get("kv/a"));
        // a token revoked since lives again: that is what going back means, and the log says it
        call(token, Operation.READ, "auth/token/lookup-self", Map.of());
        assertInstanceOf(Fault.NotFound.class, refused(root, Operation.READ, "later/a"));
        assertInstanceOf(Fault.NotFound.class, refused(root, Operation.READ, "sys/policies/acl/later"));
        put("kv/a", "after");
        wiring.close();
        open("data", "");
        unseal();
        assertEquals("after", get("kv/a"));
    }

    @Test
    void itIsOnRecordWithItsLengthAndWithoutItsContent() throws IOException {
        byte[] snapshot = take();
        upload(root, PATH, snapshot);
        List<String> lines = Files.readAllLines(home.resolve("audit.log")).stream()
                .filter(line -> line.contains("\"" + PATH + "\""))
                .toList();
        assertEquals(4, lines.size(), lines::toString);
        assertTrue(lines.get(1).contains("\"http_raw_body_length\":" + snapshot.length), lines.get(1));
        assertTrue(lines.stream().allMatch(line -> line.length() < 3000), lines::toString);
    }

    @Test
    void whoMayNotRestoreIsNotListenedTo() {
        call(root, Operation.UPDATE, "sys/policies/acl/most", Map.of("policy", """
                path "sys/storage/raft/snapshot" { capabilities = ["read"] }
                """));
        String most = text(call(root, Operation.UPDATE, "auth/token/create", Map.of("policies", "most")));
        byte[] snapshot = take();
        Response taken = call(most, Operation.READ, PATH, Map.of());
        assertInstanceOf(Response.Content.Stream.class, taken.content())
                .download()
                .close();
        Upload untouched = () -> {
            throw new AssertionError("who may not restore is not listened to");
        };
        for (String path : List.of(PATH, PATH + "-force")) {
            for (String token : List.of("", most)) {
                FaultException e = assertThrows(
                        FaultException.class, () -> door.handle(request(token, path, Optional.of(untouched))));
                assertInstanceOf(Fault.PermissionDenied.class, e.fault());
            }
        }
        assertFalse(upload(root, PATH, snapshot).headers().containsKey("x"));
    }

    @Test
    void whatIsNoSnapshotChangesNothing() {
        put("kv/a", "now");
        byte[] snapshot = take();
        snapshot[snapshot.length / 2] ^= 1;
        for (String path : List.of(PATH, PATH + "-force")) {
            Fault fault = assertThrows(FaultException.class, () -> upload(root, path, snapshot))
                    .fault();
            assertInstanceOf(Fault.BadRequest.class, fault);
        }
        assertInstanceOf(
                Fault.BadRequest.class,
                assertThrows(FaultException.class, () -> door.handle(request(root, PATH, Optional.empty())))
                        .fault());
        assertEquals("now", get("kv/a"));
    }

    @Test
    void aFreshServerTakesItAndOpensByTheSharesOfThen() throws IOException {
        put("kv/a", "then");
        byte[] snapshot = take();
        wiring.close();
        open("fresh", "");
        Fault unproven = assertThrows(FaultException.class, () -> upload("", PATH, snapshot))
                .fault();
        assertTrue(unproven.toString().contains("-force"), unproven.toString());
        upload("", PATH + "-force", snapshot);
        unseal();
        assertEquals("then", get("kv/a"));
        assertInstanceOf(
                Fault.PermissionDenied.class,
                assertThrows(FaultException.class, () -> upload("", PATH, snapshot))
                        .fault());
    }

    @Test
    void aFreshServerThatShallNotDoesNot() throws IOException {
        byte[] snapshot = take();
        wiring.close();
        open("fresh", "unauthenticated_restore: false\n");
        Fault fault = assertThrows(FaultException.class, () -> upload("", PATH + "-force", snapshot))
                .fault();
        assertTrue(assertInstanceOf(Fault.PermissionDenied.class, fault)
                .hints()
                .toString()
                .contains("unauthenticated_restore"));
        assertEquals(
                Map.of("initialized", false),
                ((Response.Content.Plain)
                                call("", Operation.READ, "sys/init", Map.of()).content())
                        .members());
    }

    @Test
    void aSealedServerTakesNone() {
        byte[] snapshot = take();
        call(root, Operation.UPDATE, "sys/seal", Map.of());
        for (String token : List.of("", root)) {
            assertInstanceOf(
                    Fault.Sealed.class,
                    assertThrows(FaultException.class, () -> upload(token, PATH, snapshot))
                            .fault());
        }
    }

    private void put(String path, String value) {
        call(root, Operation.UPDATE, path, Map.of("v", value));
    }

    private String get(String path) {
        return (String) ((Response.Content.Data)
                        call(root, Operation.READ, path, Map.of()).content())
                .data()
                .get("v");
    }

    private String token() {
        return text(call(root, Operation.UPDATE, "auth/token/create", Map.of("policies", "root", "ttl", "1h")));
    }

    private static String text(Response response) {
        return new String(response.auth().orElseThrow().clientToken().expose(), StandardCharsets.UTF_8);
    }

    private byte[] take() {
        Response response = call(root, Operation.READ, PATH, Map.of());
        try (Download download = ((Response.Content.Stream) response.content()).download()) {
            ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
            download.writeTo(snapshot);
            assertEquals(download.length(), snapshot.size());
            return snapshot.toByteArray();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Response upload(String token, String path, byte[] snapshot) {
        return door.handle(request(token, path, Optional.of(() -> new ByteArrayInputStream(snapshot))));
    }

    private Fault refused(String token, Operation operation, String path) {
        return assertThrows(FaultException.class, () -> call(token, operation, path, Map.of()))
                .fault();
    }

    private Response call(String token, Operation operation, String path, Map<String, Object> data) {
        return door.handle(request(token, operation, path, data, Optional.empty()));
    }

    private static Request request(String token, String path, Optional<Upload> upload) {
        return request(token, Operation.UPDATE, path, Map.of(), upload);
    }

    private static Request request(
            String token, Operation operation, String path, Map<String, Object> data, Optional<Upload> upload) {
        return new Request(
                UUID.randomUUID().toString(),
                Request.ROOT_NAMESPACE,
                operation,
                new ApiPath(path),
                data,
                Optional.of(token).filter(sent -> !sent.isEmpty()).map(SecretBytes::ofText),
                Optional.empty(),
                new Request.Peer("127.0.0.1", 1, List.of(), Map.of()),
                upload,
                "");
    }

    private Path configuration(String data, String more) throws IOException {
        Path tls = Files.writeString(home.resolve("tls.pem"), "not read here");
        Path config = WiredServer.configuration(home, home.resolve(data), 1, tls, tls);
        return Files.writeString(config, more, StandardOpenOption.APPEND);
    }
}
