package io.casemate.storage.mapdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.Sha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The keyring in MapDB generations: durable steps, and every kind of damage seen. */
class MapDbKeyringStoreTest {
    @TempDir
    Path parent;

    private Path directory;

    @BeforeEach
    void place() {
        directory = parent.resolve("keyring");
    }

    private void save(String value) {
        try (MapDbKeyringStore store = MapDbKeyringStore.open(directory)) {
            store.save(Map.of("keyring", value.getBytes(UTF_8), "empty", new byte[0]));
        }
    }

    private String load(boolean previous) {
        try (MapDbKeyringStore store = MapDbKeyringStore.open(directory)) {
            Map<String, byte[]> records = store.load().orElseThrow();
            assertEquals(previous, store.loadedPrevious());
            assertArrayEquals(new byte[0], records.get("empty"));
            return new String(records.get("keyring"), UTF_8);
        }
    }

    private StorageProblem refused() {
        try (MapDbKeyringStore store = MapDbKeyringStore.open(directory)) {
            FaultException e = assertThrows(FaultException.class, store::load);
            Fault.StorageFailed fault = assertInstanceOf(Fault.StorageFailed.class, e.fault());
            assertTrue(fault.detail().contains(directory.toString()), fault.detail());
            return fault.problem();
        }
    }

    private List<Path> generations() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".mapdb")).sorted().toList();
        }
    }

    @Test
    void saysWhetherOldGenerationsAreGone() throws IOException {
        save("one");
        Path stuck = directory.resolve("keyring-v1-000000000000-" + "0".repeat(64) + ".mapdb");
        Files.createDirectories(stuck.resolve("inside"));
        try (MapDbKeyringStore store = MapDbKeyringStore.open(directory)) {
            assertFalse(store.save(Map.of("keyring", new byte[1])));
            Files.delete(stuck.resolve("inside"));
            assertTrue(store.save(Map.of("keyring", new byte[2])));
        }
        assertEquals(2, generations().size());
    }

    private static void flip(Path file, int bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
    }

    @Test
    void is_empty_at_first_and_keeps_what_was_saved() {
        try (MapDbKeyringStore store = MapDbKeyringStore.open(directory)) {
            assertEquals(Optional.empty(), store.load());
            store.save(Map.of("a", new byte[] {1}));
            assertArrayEquals(new byte[] {1}, store.load().orElseThrow().get("a"));
        }
        save("second");
        assertEquals("second", load(false));
    }

    @Test
    void files_are_the_owners_and_two_generations_stay() throws IOException {
        for (int i = 1; i <= 4; i++) {
            save("value" + i);
        }
        Files.writeString(directory.resolve("keyring.new"), "left by a crash");
        assertEquals("value4", load(false));
        assertEquals(2, generations().size());
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
                assertFalse(file.endsWith("keyring.new"));
            }
        }
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
    }

    @Test
    void any_flipped_bit_is_seen_and_the_previous_generation_serves() throws IOException {
        save("old");
        save("new");
        Path newest = generations().getLast();
        byte[] good = Files.readAllBytes(newest);
        Random random = new Random(3);
        for (int i = 0; i < 40; i++) {
            flip(newest, random.nextInt(i % 2 == 0 ? 8 * 4096 : good.length * 8));
            assertEquals("old", load(true));
            Files.write(newest, good);
        }
        assertEquals("new", load(false));
    }

    @Test
    void saving_after_damage_keeps_the_intact_one_as_previous() throws IOException {
        save("old");
        save("new");
        flip(generations().getLast(), 99);
        save("newest");
        assertEquals("newest", load(false));
        flip(generations().getLast(), 77);
        assertEquals("old", load(true));
    }

    @Test
    void truncation_deletion_and_nothing_intact_are_told() throws IOException {
        save("old");
        save("new");
        List<Path> files = generations();
        Files.write(files.getLast(), Arrays.copyOf(Files.readAllBytes(files.getLast()), 5000));
        assertEquals("old", load(true));
        Files.delete(files.getLast());
        assertEquals("old", load(true));
        flip(files.getFirst(), 1000);
        assertEquals(StorageProblem.CORRUPT, refused());
        Files.delete(files.getFirst());
        assertEquals(StorageProblem.ROLLED_BACK, refused());
    }

    @Test
    void empty_pages_count_too() throws IOException {
        save("old");
        save("new");
        Path newest = generations().getLast();
        byte[] good = Files.readAllBytes(newest);
        assertEquals(0, good[good.length - 1], "MapDB's file ends with pages that hold nothing");
        Files.write(newest, Arrays.copyOf(good, good.length - 4096));
        assertEquals("old", load(true));
        Files.write(newest, Arrays.copyOf(good, good.length + 4096));
        assertEquals("old", load(true));
    }

    @Test
    void a_generation_of_the_first_format_is_read_and_followed_by_one_of_ours() throws IOException {
        save("old");
        Path ours = generations().getFirst();
        String whole = Sha256.hex(Files.readAllBytes(ours));
        Path first = Files.move(ours, directory.resolve("keyring-v1-000000000001-" + whole + ".mapdb"));
        assertEquals("old", load(false));
        save("new");
        assertEquals("new", load(false));
        flip(generations().getLast(), 99);
        assertEquals("old", load(true));
        flip(first, 1000);
        assertEquals(StorageProblem.CORRUPT, refused());
    }

    @Test
    void a_newer_format_is_left_alone() throws IOException {
        save("old");
        Files.writeString(directory.resolve("keyring-v3-000000000009-" + "0".repeat(64) + ".mapdb"), "from the future");
        assertEquals(StorageProblem.NEWER, refused());
        FaultException e = assertThrows(FaultException.class, () -> save("x"));
        assertEquals(StorageProblem.NEWER, ((Fault.StorageFailed) e.fault()).problem());
        assertEquals(2, generations().size());
    }

    @Test
    void a_second_opening_is_refused() {
        MapDbKeyringStore first = MapDbKeyringStore.open(directory);
        try {
            FaultException e = assertThrows(FaultException.class, () -> MapDbKeyringStore.open(directory));
            assertEquals(StorageProblem.LOCKED, ((Fault.StorageFailed) e.fault()).problem());
        } finally {
            first.close();
        }
        save("free again");
    }
}
