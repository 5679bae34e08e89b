package io.casemate.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    /** As {@code /sys/kernel/security/lockdown} is one. */
    @Test
    @Timeout(20)
    void aFileWithoutPlacesIsRead(@TempDir Path root) throws Exception {
        Path pipe = root.resolve("lockdown");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        FutureTask<Void> kernel = new FutureTask<>(() -> write(pipe), null);
        Thread.startVirtualThread(kernel);
        assertEquals(Optional.of("[none] integrity\n"), new Machine(root).find("/lockdown"));
        kernel.get();
    }

    private static void write(Path pipe) {
        try (var sink = Files.newOutputStream(pipe)) {
            sink.write("[none] integrity\n".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
