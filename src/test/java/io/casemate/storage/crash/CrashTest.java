package io.casemate.storage.crash;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.storage.Storage;
import io.casemate.storage.mvstore.MvStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few kills at every build; {@code tests/crash} does hundreds, and every single system call. */
class CrashTest {
    @TempDir
    Path directory;

    @Test
    void nothing_acknowledged_is_lost_by_a_kill() throws IOException, InterruptedException {
        CrashRounds crash = new CrashRounds(directory, 1);
        for (int round = 0; round < 3; round++) {
            crash.killAtRandom();
        }
        crash.killReplacementAtRandom();
        crash.killKeyringAtRandom();
        assertTrue(crash.acknowledged() > 0, "no step was acknowledged");
    }

    @Test
    void a_second_process_is_kept_out() throws IOException, InterruptedException {
        try (Storage storage = MvStorage.open(directory.resolve("store"))) {
            Process second = CrashRounds.start(List.of(), "store", directory.toString(), "0", "1");
            String said = new String(second.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertFalse(second.waitFor() == 0, "it opened the store");
            assertTrue(said.contains("storage locked") && said.contains("store.lock"), said);
            assertTrue(storage.list("", "", 9).isEmpty());
        }
    }
}
