package io.casemate.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import io.casemate.storage.crash.CrashWorkload;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loss of power, which no kill of a process shows: sectors that were written and not synced are there or not, each for
 * itself. Afterwards every acknowledged step is there and no half one.
 */
class PowerCutTest {
    private static final int ROUNDS = Integer.getInteger("casemate.powercuts", 20);

    @TempDir
    Path directory;

    @Test
    void nothing_acknowledged_is_lost_whatever_sectors_survive() throws IOException {
        Random random = new Random(42);
        int checked = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path place = Files.createDirectory(directory.resolve("round" + round));
            SimulatedDrive drive = new SimulatedDrive();
            int before = 0;
            for (int life = 0; life < 3; life++) {
                int acknowledged = Math.max(before, workUntilPowerCut(place, drive, random));
                drive = drive.afterPowerCut(random);
                before = stateAfter(place, drive, acknowledged);
                checked += before;
            }
        }
        assertTrue(checked > ROUNDS, "hardly any step was acknowledged: " + checked);
    }

    /** The last acknowledged step. */
    private static int workUntilPowerCut(Path place, SimulatedDrive drive, Random random) {
        AtomicInteger acknowledged = new AtomicInteger();
        boolean first = !Files.exists(place.resolve("store"));
        if (!first) {
            drive.cutPowerAfter(random.nextInt(120));
        }
        try (Storage storage = MvStorage.open(place.resolve("store"), drive, new SecureRandom())) {
            if (first) {
                drive.cutPowerAfter(random.nextInt(120));
            }
            while (true) {
                CrashWorkload.run(storage, 0, 1 + random.nextInt(12), counting(acknowledged));
                storage.compact();
            }
        } catch (FaultException | IOException e) {
            return acknowledged.get();
        }
    }

    private static OutputStream counting(AtomicInteger acknowledged) {
        return new OutputStream() {
            @Override
            public void write(int one) {
                throw new UnsupportedOperationException("lines come whole");
            }

            @Override
            public void write(byte[] line) {
                String text = new String(line, java.nio.charset.StandardCharsets.US_ASCII).strip();
                acknowledged.set(Integer.parseInt(text.substring(text.indexOf(' ') + 1)));
            }
        };
    }

    private static int stateAfter(Path place, SimulatedDrive drive, int acknowledged) {
        try (Storage storage = MvStorage.open(place.resolve("store"), drive, new SecureRandom())) {
            int found = CrashWorkload.state(storage, 0);
            assertTrue(found >= acknowledged, acknowledged + " was acknowledged, " + found + " is there");
            return found;
        }
    }
}
