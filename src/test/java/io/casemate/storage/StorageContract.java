package io.casemate.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every {@link Storage} does. An implementation's test extends this and opens one. */
public abstract class StorageContract {
    @TempDir
    protected Path directory;

    protected Storage storage;

    /** A storage on {@code place}, new or as it was left. */
    protected abstract Storage open(Path place);

    @BeforeEach
    void openStorage() {
        storage = open(directory.resolve("store"));
    }

    @AfterEach
    void closeStorage() {
        storage.close();
    }

    protected final void put(String key, byte[] value) {
        storage.transact(tx -> {
            tx.put(key, value);
            return null;
        });
    }

    protected final void put(String key, String value) {
        put(key, value.getBytes(UTF_8));
    }

    protected final String text(String key) {
        return storage.get(key).map(v -> new String(v, UTF_8)).orElse(null);
    }

    @Test
    void gives_back_what_was_put() {
        put("a", "1");
        put("a", "2");
        assertEquals("2", text("a"));
        assertEquals(Optional.empty(), storage.get("b"));
        storage.transact(tx -> {
            tx.delete("a");
            tx.delete("never there");
            return null;
        });
        assertEquals(Optional.empty(), storage.get("a"));
    }

    @Test
    void arrays_are_copied_in_and_out() {
        byte[] value = {1, 2, 3};
        put("a", value);
        value[0] = 9;
        storage.get("a").orElseThrow()[1] = 9;
        storage.transact(tx -> tx.get("a").orElseThrow()[2] = 9);
        assertArrayEquals(new byte[] {1, 2, 3}, storage.get("a").orElseThrow());
    }

    @Test
    void takes_empty_and_large_values() {
        byte[] large = new byte[1024 * 1024];
        new Random(1).nextBytes(large);
        put("empty", new byte[0]);
        put("large", large);
        assertEquals(0, storage.get("empty").orElseThrow().length);
        assertArrayEquals(large, storage.get("large").orElseThrow());
        byte[] tooLarge = new byte[Storage.MAX_VALUE_BYTES + 1];
        Fault fault = refused(() -> put("too large", tooLarge));
        assertEquals(new Fault.TooLarge(Storage.MAX_VALUE_BYTES), fault);
        assertEquals(List.of("empty", "large"), storage.list("", "", 9));
    }

    @Test
    void holds_the_limits_of_keys() {
        String longest = "ä".repeat(Storage.MAX_KEY_BYTES / 2);
        put(longest, "x");
        assertEquals("x", text(longest));
        for (String bad : List.of("", longest + "a", "lone \ud800 surrogate", "\udc00")) {
            assertInstanceOf(Fault.BadRequest.class, refused(() -> put(bad, "x")));
            assertInstanceOf(Fault.BadRequest.class, refused(() -> storage.get(bad)));
            assertInstanceOf(Fault.BadRequest.class, refused(() -> storage.transact(tx -> tx.get(bad))));
        }
        assertEquals(List.of(longest), storage.list("", "", 9));
    }

    private static Fault refused(Runnable work) {
        return assertThrows(FaultException.class, work::run).fault();
    }

    @Test
    void lists_in_utf8_byte_order() {
        // In UTF-16 order U+1F600 (a surrogate pair) would come before U+FF61; in UTF-8 and code point order after it.
        List<String> ordered = List.of(
                "a",
                "a\u0000",
                "a!",
                "a/",
                "a/b",
                "a0",
                "ab",
                "\u007f",
                "\u00e9",
                "\u20ac",
                "\ud7ff",
                "\ue000",
                "\uff61",
                "\uffff",
                "\ud83d\ude00",
                "\udbff\udfff");
        List<String> shuffled = new ArrayList<>(ordered);
        java.util.Collections.shuffle(shuffled, new Random(7));
        shuffled.forEach(key -> put(key, "x"));
        assertEquals(ordered, storage.list("", "", 100));
        assertEquals(List.of("a", "a\u0000", "a!", "a/", "a/b", "a0", "ab"), storage.list("a", "", 100));
        assertEquals(ordered, storage.transact(tx -> tx.list("", "", 100)));
        assertEquals(List.of("\udbff\udfff"), storage.list("", "\ud83d\ude00", 100));
        assertEquals(List.of("a0", "ab"), storage.list("a", "a/\udbff\udfff", 100));
    }

    @Test
    void pages_through_a_prefix() {
        storage.transact(tx -> {
            for (int i = 0; i < 500; i++) {
                tx.put("dir/" + i, new byte[] {1});
                tx.put("other/" + i, new byte[] {1});
            }
            return null;
        });
        List<String> seen = new ArrayList<>();
        List<String> page = storage.list("dir/", "", 7);
        while (!page.isEmpty()) {
            assertTrue(page.size() <= 7);
            seen.addAll(page);
            page = storage.list("dir/", page.getLast(), 7);
        }
        assertEquals(500, seen.size());
        assertEquals(seen.stream().sorted().toList(), seen);
        assertEquals(List.of(), storage.list("dir/", "dir0", 7));
        assertEquals(List.of(), storage.list("nothing", "", 7));
        assertEquals(List.of(), storage.list("dir/", "", 0));
        assertEquals(List.of("dir/0"), storage.list("dir/", "aaa", 1));
    }

    @Test
    void a_transaction_sees_its_own_writes_and_nobody_else_does() {
        put("a", "old");
        put("c", "old");
        storage.transact(tx -> {
            tx.put("a", "new".getBytes(UTF_8));
            tx.put("b", "new".getBytes(UTF_8));
            tx.delete("c");
            tx.put("d", new byte[0]);
            tx.delete("d");
            assertEquals("new", new String(tx.get("a").orElseThrow(), UTF_8));
            assertEquals(Optional.empty(), tx.get("c"));
            assertEquals(List.of("a", "b"), tx.list("", "", 9));
            assertEquals(List.of("b"), tx.list("", "a", 9));
            assertEquals(List.of("a"), tx.list("", "", 1));
            assertEquals("old", text("a"));
            assertEquals(List.of("a", "c"), storage.list("", "", 9));
            return null;
        });
        assertEquals(List.of("a", "b"), storage.list("", "", 9));
    }

    @Test
    void nothing_remains_of_a_transaction_that_throws() {
        put("a", "old");
        RuntimeException thrown = new IllegalStateException("on purpose");
        RuntimeException caught = assertThrows(
                RuntimeException.class,
                () -> storage.transact(tx -> {
                    tx.put("a", "new".getBytes(UTF_8));
                    tx.put("b", "new".getBytes(UTF_8));
                    throw thrown;
                }));
        assertSame(thrown, caught);
        assertEquals("old", text("a"));
        assertEquals(List.of("a"), storage.list("", "", 9));
        assertEquals("old", storage.transact(tx -> new String(tx.get("a").orElseThrow(), UTF_8)));
    }

    @Test
    void transactions_do_not_nest() {
        assertThrows(IllegalStateException.class, () -> storage.transact(tx -> storage.transact(inner -> 1)));
        put("a", "goes on");
        assertEquals("goes on", text("a"));
    }

    @Test
    void concurrent_transactions_lose_no_update_and_readers_see_whole_ones() throws Exception {
        int threads = 16;
        int rounds = 40;
        put("left", number(0));
        put("right", number(0));
        List<Thread> writers = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            writers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < rounds; i++) {
                    storage.transact(this::increment);
                }
            }));
        }
        List<String> torn = new ArrayList<>();
        while (writers.stream().anyMatch(Thread::isAlive)) {
            // Read one after the other: the second may be newer, never older.
            int left = number(storage.get("left").orElseThrow());
            int right = number(storage.get("right").orElseThrow());
            if (right < left) {
                torn.add(left + " then " + right);
            }
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertEquals(List.of(), torn);
        assertEquals(threads * rounds, number(storage.get("left").orElseThrow()));
        assertEquals(threads * rounds, number(storage.get("right").orElseThrow()));
    }

    private Object increment(Storage.Transaction tx) {
        int left = number(tx.get("left").orElseThrow());
        assertEquals(left, number(tx.get("right").orElseThrow()));
        tx.put("left", number(left + 1));
        tx.put("right", number(left + 1));
        return null;
    }

    private static byte[] number(int value) {
        return java.nio.ByteBuffer.allocate(4).putInt(value).array();
    }

    private static int number(byte[] value) {
        return java.nio.ByteBuffer.wrap(value).getInt();
    }

    @Test
    void random_work_matches_a_sorted_map() {
        Random random = new Random(20);
        TreeMap<String, byte[]> model = new TreeMap<>();
        for (int round = 0; round < 60; round++) {
            TreeMap<String, byte[]> next = new TreeMap<>(model);
            storage.transact(tx -> {
                for (int i = 0; i < 40; i++) {
                    step(random, tx, next);
                }
                assertEquals(List.copyOf(next.keySet()), tx.list("", "", 10_000));
                return null;
            });
            model = next;
        }
        assertEquals(List.copyOf(model.keySet()), storage.list("", "", 10_000));
        model.forEach((key, value) -> assertArrayEquals(value, storage.get(key).orElseThrow(), key));
    }

    private static void step(Random random, Storage.Transaction tx, Map<String, byte[]> model) {
        String key = "k" + random.nextInt(300);
        assertTrue(Arrays.equals(model.get(key), tx.get(key).orElse(null)), key);
        if (random.nextInt(3) == 0) {
            tx.delete(key);
            model.remove(key);
        } else {
            byte[] value = new byte[random.nextInt(2000)];
            random.nextBytes(value);
            tx.put(key, value);
            model.put(key, value);
        }
    }

    @Test
    void a_backup_is_a_storage_of_its_own() {
        for (int i = 0; i < 300; i++) {
            put("key" + i, "value" + i);
        }
        Path copy = directory.resolve("copy");
        storage.backup(copy);
        put("later", "x");
        Storage restored = open(copy);
        try {
            assertEquals(300, restored.list("", "", 1000).size());
            assertEquals("value17", new String(restored.get("key17").orElseThrow(), UTF_8));
            assertFalse(restored.get("later").isPresent());
        } finally {
            restored.close();
        }
        Fault fault = refused(() -> storage.backup(copy));
        assertInstanceOf(Fault.StorageFailed.class, fault);
    }

    @Test
    void a_version_shows_the_same_entries_each_time_while_work_goes_on() throws IOException {
        put("b", "2");
        put("a", "1");
        try (Storage.Version version = storage.version()) {
            put("c", "3");
            put("a", "9");
            storage.compact();
            for (int i = 0; i < 2; i++) {
                List<String> seen = new ArrayList<>();
                version.forEach((key, value) -> seen.add(key + new String(value, UTF_8)));
                assertEquals(List.of("a1", "b2"), seen);
            }
        }
        try (Storage.Version version = storage.version()) {
            assertThrows(
                    IOException.class,
                    () -> version.forEach((key, value) -> {
                        throw new IOException("the visitor's own");
                    }));
        }
    }

    @Test
    void a_replacement_takes_the_place_of_everything_when_it_is_committed() {
        put("old", "1");
        put("both", "1");
        try (Storage.Replacement replacement = storage.prepare(sink -> {
            for (int i = 0; i < 3000; i++) {
                sink.accept("new" + i, new byte[2000]);
            }
            sink.accept("both", "2".getBytes(UTF_8));
        })) {
            put("meanwhile", "1");
            assertEquals(List.of("both", "meanwhile", "old"), storage.list("", "", 9));
            replacement.commit();
        }
        assertEquals("2", text("both"));
        assertEquals(3001, storage.list("", "", 9999).size());
        put("after", "3");
        assertEquals("3", text("after"));
    }

    @Test
    void a_replacement_that_is_not_committed_leaves_no_trace() {
        put("old", "1");
        storage.prepare(sink -> sink.accept("new", new byte[1])).close();
        Fault fault = refused(() -> storage.prepare(sink -> {
            sink.accept("new", new byte[1]);
            throw Fault.badRequest("the source's own");
        }));
        assertEquals(new Fault.BadRequest(List.of("the source's own")), fault);
        assertEquals(List.of("old"), storage.list("", "", 9));
    }

    @Test
    void compaction_keeps_everything() {
        for (int i = 0; i < 200; i++) {
            put("key" + i, "value" + i);
        }
        for (int i = 0; i < 200; i += 2) {
            int n = i;
            storage.transact(tx -> {
                tx.delete("key" + n);
                return null;
            });
        }
        storage.compact();
        assertEquals(100, storage.list("", "", 1000).size());
        assertEquals("value7", text("key7"));
    }
}
