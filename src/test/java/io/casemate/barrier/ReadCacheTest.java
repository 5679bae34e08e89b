package io.casemate.barrier;

import static io.casemate.barrier.Lab.bytes;
import static io.casemate.barrier.Lab.fails;
import static io.casemate.barrier.Lab.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault.StorageProblem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReadCacheTest {
    private static byte[] read(ReadCache cache, String key, byte[] stored) {
        byte[] hit = cache.get(key);
        if (hit == null) {
            cache.end(key, cache.begin(key), stored);
        }
        return hit;
    }

    @Test
    void aSecondReadDoesNotAskTheStorage() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        assertEquals("one", text(lab.view(), "a"));
        lab.storage.damage("t/a", new byte[3]);
        assertEquals("one", text(lab.view(), "a"));
        lab.barrier.invalidate("t/a");
        fails(StorageProblem.CORRUPT, () -> lab.view().get("a"));
    }

    @Test
    void aCallerCannotChangeWhatIsCached() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        lab.view().get("a").orElseThrow()[0] = 'X';
        lab.view().get("a").orElseThrow()[0] = 'X';
        assertEquals("one", text(lab.view(), "a"));
    }

    @Test
    void unacknowledgedWritesAreNotSeenNorKept() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("one"));
        AtomicReference<String> meanwhile = new AtomicReference<>();
        lab.storage.beforeCommit = () -> meanwhile.set(text(lab.view(), "a"));
        lab.storage.allowed.set(0);
        fails(StorageProblem.FULL, () -> lab.view().put("a", bytes("two")));
        assertEquals("one", meanwhile.get());
        assertEquals("one", text(lab.view(), "a"));
        lab.storage.allowed.set(-1);
        lab.view().put("a", bytes("three"));
        assertEquals("one", meanwhile.get());
        assertEquals("three", text(lab.view(), "a"));
    }

    /** A read that took the old bytes before the commit must not put them into the cache after it. */
    @Test
    void aSlowReadDoesNotBringOldDataBack() {
        Lab lab = Lab.open();
        lab.view().put("a", bytes("old"));
        AtomicBoolean once = new AtomicBoolean(true);
        lab.storage.afterRead = () -> {
            if (once.getAndSet(false)) {
                lab.view().put("a", bytes("new"));
            }
        };
        assertEquals("old", text(lab.view(), "a"));
        assertEquals("new", text(lab.view(), "a"));
        assertEquals("new", text(lab.view(), "a"));
    }

    @Test
    void overlappingTransactionsKeepAKeyOutUntilTheLastEnds() {
        ReadCache cache = new ReadCache(1 << 20);
        cache.writing("k");
        cache.writing("k");
        cache.written("k");
        assertNull(cache.begin("k"));
        cache.written("k");
        assertTrue(cache.begin("k") != null);
    }

    @Test
    void invalidationStopsAFillUnderWay() {
        ReadCache cache = new ReadCache(1 << 20);
        var token = cache.begin("k");
        cache.invalidate("k");
        cache.end("k", token, bytes("stale"));
        assertNull(cache.get("k"));
    }

    @Test
    void staysInItsBoundAndKeepsWhatIsUsed() {
        long limit = 100_000;
        ReadCache cache = new ReadCache(limit);
        for (int i = 0; i < 5000; i++) {
            read(cache, "key" + i, new byte[200]);
            read(cache, "hot", bytes("hot"));
            assertTrue(cache.bytes() <= limit + 1000, "bytes " + cache.bytes());
        }
        assertArrayEquals(bytes("hot"), cache.get("hot"));
        assertNull(cache.get("key1"));
        read(cache, "huge", new byte[50_000]);
        assertNull(cache.get("huge"));
    }

    @Test
    void aWipeOverwritesTheArraysAndNothingIsKeptAfterwards() {
        ReadCache cache = new ReadCache(1 << 20);
        read(cache, "k", bytes("secret"));
        byte[] held = cache.get("k");
        var token = cache.begin("late");
        cache.wipe();
        assertArrayEquals(new byte[6], held);
        cache.end("late", token, bytes("late"));
        assertNull(cache.get("k"));
        assertNull(cache.get("late"));
    }

    /** Writers raise counters; a reader must never see a counter below the last acknowledged value. */
    @Test
    void readersNeverSeeLessThanWasAcknowledged() throws InterruptedException {
        Lab lab = Lab.open();
        AtomicBoolean run = new AtomicBoolean(true);
        AtomicReference<String> wrong = new AtomicReference<>();
        List<Thread> readers = new ArrayList<>();
        List<Thread> writers = new ArrayList<>();
        for (String key : List.of("k0", "k1", "k2")) {
            AtomicLong acknowledged = new AtomicLong();
            lab.view().put(key, ByteBuffer.allocate(8).putLong(0).array());
            readers.add(Thread.ofPlatform().start(() -> watch(lab, key, acknowledged, run, wrong)));
            writers.add(Thread.ofPlatform().start(() -> count(lab, key, acknowledged)));
        }
        for (Thread writer : writers) {
            writer.join();
        }
        run.set(false);
        for (Thread reader : readers) {
            reader.join();
        }
        assertNull(wrong.get());
    }

    private static void watch(
            Lab lab, String key, AtomicLong acknowledged, AtomicBoolean run, AtomicReference<String> wrong) {
        long highest = 0;
        while (run.get()) {
            long floor = Math.max(highest, acknowledged.get());
            long seen = ByteBuffer.wrap(lab.view().get(key).orElseThrow()).getLong();
            if (seen < floor) {
                wrong.compareAndSet(null, "saw " + seen + " after " + floor);
            }
            highest = seen;
        }
    }

    private static void count(Lab lab, String key, AtomicLong acknowledged) {
        for (long i = 1; i <= 3000; i++) {
            lab.view().put(key, ByteBuffer.allocate(8).putLong(i).array());
            acknowledged.set(i);
        }
    }
}
