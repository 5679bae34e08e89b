package io.casemate.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Space comes back while others work, and readers and writers do not starve each other. */
@Timeout(60)
class CompactionTest {
    @TempDir
    Path directory;

    private static void fill(Storage storage, int from, int to, int size) {
        storage.transact(tx -> {
            for (int i = from; i < to; i++) {
                tx.put("key/%06d".formatted(i), new byte[size]);
            }
            return null;
        });
    }

    private static void delete(Storage storage, int from, int to) {
        storage.transact(tx -> {
            for (int i = from; i < to; i++) {
                tx.delete("key/%06d".formatted(i));
            }
            return null;
        });
    }

    @Test
    void deleted_space_goes_back_to_the_file_system() throws IOException {
        Path file = directory.resolve("store");
        try (Storage storage = MvStorage.open(file)) {
            for (int i = 0; i < 20; i++) {
                fill(storage, i * 500, (i + 1) * 500, 1000);
            }
            long full = Files.size(file);
            assertTrue(full > 10_000_000, "" + full);
            delete(storage, 500, 10_000);
            storage.compact();
            long compacted = Files.size(file);
            assertTrue(compacted < full / 5, full + " bytes became " + compacted);
            assertEquals(500, storage.list("", "", 10_000).size());
        }
        try (Storage storage = MvStorage.open(file)) {
            assertEquals(500, storage.list("", "", 10_000).size());
        }
    }

    @Test
    void rewriting_the_same_keys_does_not_grow_the_file_for_ever() throws IOException {
        Path file = directory.resolve("store");
        try (Storage storage = MvStorage.open(file)) {
            fill(storage, 0, 500, 1000);
            for (int i = 0; i < 400; i++) {
                fill(storage, i % 500, i % 500 + 1, 1000);
            }
            storage.compact();
            assertTrue(Files.size(file) < 4_000_000, "" + Files.size(file));
        }
    }

    /** Maintenance runs meanwhile: between the old store and the new one there is no mark to make durable. */
    @Test
    void space_still_comes_back_by_itself_after_a_slow_replacement() throws IOException, InterruptedException {
        Path file = directory.resolve("store");
        AtomicBoolean slow = new AtomicBoolean();
        Disk.Opener opener = path -> {
            if (slow.get() && path.equals(file.toAbsolutePath())) {
                LockSupport.parkNanos(Duration.ofMillis(2500).toNanos());
            }
            return new FileDisk(path);
        };
        try (Storage storage = MvStorage.open(file, opener, new SecureRandom())) {
            try (Storage.Replacement replacement = storage.prepare(sink -> sink.accept("new", new byte[1]))) {
                slow.set(true);
                replacement.commit();
                slow.set(false);
            }
            for (int i = 0; i < 20; i++) {
                fill(storage, i * 500, (i + 1) * 500, 1000);
            }
            long full = Files.size(file);
            delete(storage, 0, 10_000);
            for (int i = 0; i < 200 && Files.size(file) > full / 2; i++) {
                fill(storage, 0, 1, i); // it looks only at a store that was written to
                Thread.sleep(100);
            }
            assertTrue(Files.size(file) <= full / 2, full + " bytes are still " + Files.size(file));
        }
    }

    @Test
    void readers_scanners_writers_and_compaction_all_get_on() throws InterruptedException {
        try (Storage storage = MvStorage.open(directory.resolve("store"))) {
            fill(storage, 0, 3000, 300);
            AtomicBoolean stop = new AtomicBoolean();
            AtomicInteger reads = new AtomicInteger();
            AtomicInteger scans = new AtomicInteger();
            List<Thread> others = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                others.add(Thread.ofPlatform().daemon().start(() -> {
                    while (!stop.get()) {
                        assertEquals(300, storage.get("key/001234").orElseThrow().length);
                        reads.incrementAndGet();
                    }
                }));
            }
            others.add(Thread.ofPlatform().daemon().start(() -> {
                while (!stop.get()) {
                    assertEquals(3000, storage.list("key/", "", 100_000).size());
                    scans.incrementAndGet();
                }
            }));
            others.add(Thread.ofPlatform().daemon().start(() -> {
                while (!stop.get()) {
                    storage.compact();
                }
            }));
            // The timeout of this class is what fails when one of them starves.
            for (int i = 0; i < 60 || reads.get() < 100 || scans.get() < 3; i++) {
                fill(storage, i % 3000, i % 3000 + 1, 300);
            }
            stop.set(true);
            for (Thread other : others) {
                other.join();
            }
            assertEquals(3000, storage.list("key/", "", 100_000).size());
        }
    }
}
