package io.casemate.barrier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.SecretBytes;
import io.casemate.storage.mapdb.MapDbKeyringStore;
import io.casemate.storage.mvstore.MvStorage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The barrier on the files it has in production. */
class BarrierOnDiskTest {
    @TempDir
    Path directory;

    private MvStorage storage;
    private MapDbKeyringStore keyring;
    private AesGcmBarrier barrier;

    private void start() {
        storage = MvStorage.open(directory.resolve("store"));
        keyring = MapDbKeyringStore.open(directory.resolve("keyring"));
        barrier = new AesGcmBarrier(
                storage, new BootRecords(keyring), 1 << 20, new SecureRandom(), InstantSource.system());
    }

    private void stop() {
        barrier.seal();
        storage.close();
        keyring.close();
    }

    @Test
    void livesThroughRestartsAndRotationsUnderConcurrentWriters() throws InterruptedException {
        byte[] root = new byte[32];
        new SecureRandom().nextBytes(root);
        start();
        try (SecretBytes key = SecretBytes.copyOf(root);
                Barrier.Founding founding = barrier.found(key)) {
            founding.commit(Map.of());
        }
        for (int round = 0; round < 2; round++) {
            write(round);
            stop();
            start();
            try (SecretBytes key = SecretBytes.copyOf(root)) {
                barrier.open(key);
            }
            check(round);
            assertEquals(2 * (round + 1) + 1, barrier.keyStatus().term());
        }
        assertTrue(barrier.view("w0/").list("", "", 10).contains("5"));
        stop();
    }

    private void write(int round) throws InterruptedException {
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            View view = barrier.view("w" + w + "/");
            writers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 6; i++) {
                    view.put(Integer.toString(i), value(round, i));
                    assertArrayEquals(
                            value(round, i), view.get(Integer.toString(i)).orElseThrow());
                }
            }));
        }
        barrier.rotate();
        barrier.rotate();
        for (Thread writer : writers) {
            writer.join();
        }
    }

    private void check(int round) {
        for (int w = 0; w < 4; w++) {
            View view = barrier.view("w" + w + "/");
            for (int i = 0; i < 6; i++) {
                assertArrayEquals(value(round, i), view.get(Integer.toString(i)).orElseThrow());
            }
        }
    }

    private static byte[] value(int round, int i) {
        return ByteBuffer.allocate(8).putInt(round).putInt(i).array();
    }
}
