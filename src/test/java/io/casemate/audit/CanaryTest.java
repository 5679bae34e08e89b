package io.casemate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.audit.file.FileDeviceFactory;
import io.casemate.barrier.MemoryView;
import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Outcome;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of every shape go through requests and answers; none may be found in the file. */
class CanaryTest {
    private static final long SEED = 42;
    private static final int ROUNDS = 100;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<String> canaries = new ArrayList<>();

    @Test
    void no_secret_reaches_the_file() throws IOException {
        String log = written(Map.of());
        for (String canary : canaries) {
            assertFalse(log.contains(canary), "seed " + SEED);
        }
        assertEquals(2 * ROUNDS + 1, log.lines().count());
        log.lines().forEach(line -> Json.object(line.getBytes(StandardCharsets.UTF_8)));
    }

    /** The control: a device that logs raw does show bodies, so the canaries would have been found; but never tokens. */
    @Test
    void a_raw_log_shows_bodies_but_no_tokens() throws IOException {
        String log = written(Map.of("log_raw", "true"));
        assertTrue(canaries.stream().filter(log::contains).count() > ROUNDS);
        assertTrue(canaries.stream().filter(each -> each.startsWith("hvs.")).noneMatch(log::contains));
    }

    private String written(Map<String, String> options) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path file = folder.resolve("audit.log");
        AuditBroker broker = new AuditBroker();
        AuditTable table = new AuditTable(
                new MemoryView(), broker, List.of(new FileDeviceFactory()), new SecureRandom(), Scene.CLOCK);
        table.start();
        Map<String, String> all = new LinkedHashMap<>(options);
        all.put("file_path", file.toString());
        table.enable(new AuditDeviceConfig("file", "file", "", all, false));
        for (int round = 0; round < ROUNDS; round++) {
            Request request = Scene.request(Operation.UPDATE, "kv/a", token(), object(4));
            broker.asked(new Audited(request, round % 7 == 0 ? Scene.denied() : Scene.allowed(canary("")), Scene.KV));
            broker.answered(new Audited(request, Scene.allowed(canary("")), Scene.KV), outcome(round));
        }
        table.stop();
        return Files.readString(file);
    }

    private Outcome outcome(int round) {
        return switch (round % 5) {
            case 0 -> new Outcome.Answered(Response.of(object(4)));
            case 1 -> new Outcome.Answered(Response.authenticated(Scene.auth(token(), canary(""))));
            case 2 -> new Outcome.Answered(Response.raw("text/plain", canary("").getBytes(StandardCharsets.UTF_8)));
            case 3 -> new Outcome.Answered(Response.plain(Map.of("token", SecretBytes.ofText(token()))));
            default -> new Outcome.Failed(new Fault.StorageFailed(Fault.StorageProblem.IO, canary("")).asException());
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            members.put("member" + i, value(depth));
        }
        return members;
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 0 ? 5 : 3)) {
            case 0 -> random.nextInt();
            case 1 -> java.nio.CharBuffer.wrap(canary(""));
            case 2 -> canary("");
            case 3 -> object(depth - 1);
            default -> List.of(value(depth - 1), value(depth - 1));
        };
    }

    private String token() {
        return canary("hvs.");
    }

    private String canary(String prefix) {
        String canary = prefix + Long.toUnsignedString(random.nextLong() | Long.MIN_VALUE, 36);
        canaries.add(canary);
        return canary;
    }
}
