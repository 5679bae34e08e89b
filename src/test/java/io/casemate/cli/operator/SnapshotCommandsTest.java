package io.casemate.cli.operator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.casemate.archive.SnapshotMeta;
import io.casemate.archive.SnapshotWriter;
import io.casemate.cli.Run;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a snapshot may be written to, against a server that sends one. */
class SnapshotCommandsTest {
    @TempDir
    private Path directory;

    private HttpServer server;
    private byte[] sent;

    @BeforeEach
    void start() throws IOException {
        sent = snapshot();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, sent.length);
            exchange.getResponseBody().write(sent);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static byte[] snapshot() throws IOException {
        byte[] value = {1, 2, 3};
        SnapshotMeta meta =
                new SnapshotMeta(7, 2, SnapshotWriter.size("key", value), 1, Instant.EPOCH, "1.0", "cluster", "shamir");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotWriter writer = new SnapshotWriter(out, meta);
        writer.entry("key", value);
        writer.finish(sums -> sums);
        return out.toByteArray();
    }

    private Run save(Path file) {
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        Map<String, String> environment = Map.of("VAULT_ADDR", address, "VAULT_TOKEN", "t", "HOME", "/nonexistent");
        return Run.of(environment, "", "operator", "raft", "snapshot", "save", file.toString());
    }

    private Path pipe() throws Exception {
        Path pipe = directory.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        return pipe;
    }

    @Test
    void a_pipe_gets_the_snapshot_and_stays_a_pipe() throws Exception {
        Path pipe = pipe();
        CompletableFuture<byte[]> reader = CompletableFuture.supplyAsync(() -> read(pipe));
        assertEquals(new Run(0, "", ""), save(pipe));
        assertTrue(Files.readAttributes(pipe, BasicFileAttributes.class).isOther());
        assertArrayEquals(sent, reader.get(10, TimeUnit.SECONDS));
    }

    @Test
    void a_pipe_gets_nothing_of_a_snapshot_that_is_not_whole() throws Exception {
        Path pipe = pipe();
        sent = Arrays.copyOf(sent, sent.length / 2);
        Run run = save(pipe);
        assertEquals(2, run.exit(), run.err());
        assertTrue(Files.readAttributes(pipe, BasicFileAttributes.class).isOther());
    }

    @Test
    void a_link_stays_and_the_file_behind_it_is_replaced() throws Exception {
        Path file = Files.writeString(directory.resolve("old.snap"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("latest"), file.getFileName());
        assertEquals(0, save(link).exit());
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(sent, Files.readAllBytes(file));
    }

    @Test
    void a_link_to_a_file_not_there_yet_makes_it_and_a_circle_is_refused() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("latest"), Path.of("new.snap"));
        assertEquals(0, save(link).exit());
        assertTrue(Files.isSymbolicLink(link));
        assertArrayEquals(sent, Files.readAllBytes(directory.resolve("new.snap")));
        Path circle = Files.createSymbolicLink(directory.resolve("circle"), Path.of("circle"));
        assertEquals(1, save(circle).exit());
        assertTrue(Files.isSymbolicLink(circle));
    }

    @Test
    void a_file_is_replaced_when_the_new_one_is_whole_and_not_before() throws Exception {
        Path file = Files.writeString(directory.resolve("a.snap"), "old");
        byte[] whole = sent;
        sent = Arrays.copyOf(whole, whole.length / 2);
        assertEquals(2, save(file).exit());
        assertEquals("old", Files.readString(file));
        sent = whole;
        assertEquals(0, save(file).exit());
        assertArrayEquals(whole, Files.readAllBytes(file));
        assertFalse(Files.exists(directory.resolve("a.snap.partial")));
    }

    private static byte[] read(Path pipe) {
        try {
            return Files.readAllBytes(pipe);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
