package io.casemate.storage.mvstore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not what was written: an error or the very same entries, never anything else. */
class DamageTest {
    private static final int FLIPS = Integer.getInteger("casemate.flips", 120);

    @TempDir
    Path directory;

    private Path file;
    private Path mark;
    private byte[] goodFile;
    private byte[] goodMark;
    private final Map<String, byte[]> entries = new TreeMap<>();

    @BeforeEach
    void fill() throws IOException {
        file = directory.resolve("store");
        mark = directory.resolve("store.mark");
        Random random = new Random(5);
        try (Storage storage = MvStorage.open(file)) {
            for (int commit = 0; commit < 12; commit++) {
                storage.transact(tx -> fill(tx, random));
            }
        }
        goodFile = Files.readAllBytes(file);
        goodMark = Files.readAllBytes(mark);
    }

    private Object fill(Storage.Transaction tx, Random random) {
        for (int i = 0; i < 60; i++) {
            String key = "key/" + random.nextInt(900);
            byte[] value = new byte[random.nextInt(700)];
            random.nextBytes(value);
            if (i % 5 == 0) {
                tx.delete(key);
                entries.remove(key);
            } else {
                tx.put(key, value);
                entries.put(key, value);
            }
        }
        return null;
    }

    /** True when everything is as it was written, false when there was a clear error; anything else fails. */
    private boolean intactOrTold(String what) {
        try (Storage storage = MvStorage.open(file)) {
            assertEquals(List.copyOf(entries.keySet()), storage.list("", "", 100_000), what);
            entries.forEach(
                    (key, value) -> assertArrayEquals(value, storage.get(key).orElse(null), () -> what + " " + key));
            return true;
        } catch (FaultException e) {
            Fault.StorageFailed fault = (Fault.StorageFailed) e.fault();
            assertTrue(fault.detail().contains(directory.toString()), fault.detail());
            return false;
        }
    }

    private StorageProblem problem() {
        FaultException e = assertThrows(FaultException.class, () -> MvStorage.open(file));
        Fault.StorageFailed fault = (Fault.StorageFailed) e.fault();
        assertTrue(fault.detail().startsWith(directory.toString()), fault.detail());
        return fault.problem();
    }

    private void restoreGood() throws IOException {
        Files.write(file, goodFile);
        Files.write(mark, goodMark);
    }

    @Test
    void no_flipped_bit_is_silent() throws IOException {
        assertTrue(intactOrTold("untouched"));
        Random random = new Random(9);
        int told = 0;
        for (int i = 0; i < FLIPS; i++) {
            restoreGood();
            // a quarter of them in the two headers, which are few bytes and matter much
            int at = i % 4 == 0 ? random.nextInt(3 * 4096) : random.nextInt(goodFile.length);
            byte[] damaged = goodFile.clone();
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            told += intactOrTold("flip at " + at) ? 0 : 1;
        }
        assertTrue(told > FLIPS / 4, "only " + told + " of " + FLIPS + " flips were noticed");
    }

    @Test
    void no_flipped_bit_of_the_mark_is_silent() throws IOException {
        for (int i = 0; i < 64; i++) {
            // two records of 44 bytes, 512 bytes apart
            int bit = i % 2 * 512 * 8 + i * 11 % (44 * 8);
            restoreGood();
            byte[] damaged = goodMark.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(mark, damaged);
            intactOrTold("mark bit " + bit);
        }
    }

    @Test
    void overwritten_stretches_are_not_silent() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 60; i++) {
            restoreGood();
            byte[] damaged = goodFile.clone();
            int from = random.nextInt(damaged.length);
            int to = Math.min(damaged.length, from + 1 + random.nextInt(20_000));
            if (i % 2 == 0) {
                Arrays.fill(damaged, from, to, (byte) 0);
            } else {
                System.arraycopy(goodFile, random.nextInt(goodFile.length - (to - from)), damaged, from, to - from);
            }
            Files.write(file, damaged);
            intactOrTold("stretch " + from + " to " + to);
        }
    }

    @Test
    void no_truncation_is_silent() throws IOException {
        List<Integer> lengths = new ArrayList<>(List.of(1, 15, 16, 100, 4095, 4096, 4097, 12_304));
        Random random = new Random(12);
        for (int i = 0; i < 60; i++) {
            lengths.add(random.nextInt(goodFile.length));
        }
        for (int length : lengths) {
            restoreGood();
            Files.write(file, Arrays.copyOf(goodFile, length));
            assertTrue(!intactOrTold("cut to " + length), () -> "cut to " + length + " went unnoticed");
        }
        Files.delete(mark);
        Files.write(file, Arrays.copyOf(goodFile, 4096));
        assertEquals(StorageProblem.CORRUPT, problem());
    }

    @Test
    void foreign_files_are_named_so_and_left_alone() throws IOException {
        Files.delete(mark);
        List<byte[]> foreign = new ArrayList<>(List.of(
                new byte[0],
                "hello".getBytes(StandardCharsets.UTF_8),
                new byte[100_000],
                Arrays.copyOf("SQLite format 3\0".getBytes(StandardCharsets.UTF_8), 8192)));
        Path plain = directory.resolve("plain");
        try (MVStore store = MVStore.open(plain.toString())) {
            store.openMap("entries").put("a", "b");
        }
        foreign.add(Files.readAllBytes(plain));
        for (byte[] bytes : foreign) {
            Files.write(file, bytes);
            assertEquals(StorageProblem.FOREIGN, problem());
            assertArrayEquals(bytes, Files.readAllBytes(file));
        }
    }

    @Test
    void a_newer_format_is_left_alone() throws IOException {
        byte[] newer = goodFile.clone();
        newer[19] = 2;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(newer, 0, 4092);
        java.nio.ByteBuffer.wrap(newer).putInt(4092, (int) crc.getValue());
        Files.write(file, newer);
        assertEquals(StorageProblem.NEWER, problem());
        assertArrayEquals(newer, Files.readAllBytes(file));
    }

    @Test
    void an_older_copy_another_store_and_a_missing_store_are_rolled_back() throws IOException {
        try (Storage storage = MvStorage.open(file)) {
            storage.transact(tx -> {
                tx.put("later", new byte[1]);
                return null;
            });
        }
        Files.write(file, goodFile);
        assertEquals(StorageProblem.ROLLED_BACK, problem());
        try (Storage other = MvStorage.open(directory.resolve("other"))) {
            other.transact(tx -> {
                tx.put("a", new byte[1]);
                return null;
            });
        }
        Files.copy(directory.resolve("other"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertEquals(StorageProblem.ROLLED_BACK, problem());
        Files.delete(file);
        assertEquals(StorageProblem.ROLLED_BACK, problem());
        // the remedy the error names
        Files.write(file, goodFile);
        Files.delete(mark);
        assertTrue(intactOrTold("restored on purpose"));
    }

    @Test
    void a_second_opening_is_refused_and_files_are_the_owners() throws IOException {
        try (Storage storage = MvStorage.open(file)) {
            assertEquals(StorageProblem.LOCKED, problem());
            assertTrue(storage.get("never").isEmpty());
            for (String name : List.of("store", "store.mark", "store.lock")) {
                var mode = Files.getPosixFilePermissions(directory.resolve(name));
                assertEquals("rw-------", PosixFilePermissions.toString(mode), name);
            }
        }
        assertTrue(intactOrTold("closed again"));
    }

    @Test
    void a_missing_directory_is_told() {
        file = directory.resolve("nowhere").resolve("store");
        assertEquals(StorageProblem.IO, problem());
    }

    @Test
    void damage_under_a_running_store_is_told_and_backups_do_not_copy_it() throws IOException {
        for (int at = 3 * 4104; at < goodFile.length; at += 4104) {
            byte[] damaged = goodFile.clone();
            damaged[at + 2000] ^= 4;
            restoreGood();
            Files.write(file, damaged);
            Path copy = directory.resolve("copy" + at);
            try (Storage storage = MvStorage.open(file)) {
                storage.backup(copy);
            } catch (FaultException e) {
                assertTrue(Files.notExists(copy));
                assertTrue(Files.notExists(directory.resolve("copy" + at + ".new")));
                continue;
            }
            // the block held no entry; then the copy is the whole truth
            file = copy;
            assertTrue(intactOrTold("backup beside damage at " + at));
            file = directory.resolve("store");
        }
    }
}
