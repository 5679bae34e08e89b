package io.casemate.storage.mvstore;

import io.casemate.storage.Storage;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The figures of docs/adr/0003-embedded-store.md, measured anew: {@code tests/storage-bench [DIRECTORY]}. */
final class StoreMeasure {
    private static final PrintStream OUT = System.out;
    private static final int MILLION = 1_000_000;

    private StoreMeasure() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        for (int threads : List.of(1, 16, 64)) {
            commits(directory.resolve("commits" + threads), threads);
        }
        million(directory.resolve("million"));
    }

    private static void commits(Path file, int threads) throws InterruptedException {
        try (Storage storage = MvStorage.open(file)) {
            AtomicLong done = new AtomicLong();
            long start = System.nanoTime();
            long end = start + TimeUnit.SECONDS.toNanos(5);
            List<Thread> writers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int lane = t;
                writers.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; System.nanoTime() < end; i++) {
                        put(storage, "commit/" + lane + "/" + i, 1024);
                        done.incrementAndGet();
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            say(threads + " writers, durable transactions of one 1 KiB value", perSecond(done.get(), start));
        }
    }

    private static void put(Storage storage, String key, int size) {
        storage.transact(tx -> {
            tx.put(key, value(key, size));
            return null;
        });
    }

    private static byte[] value(String key, int size) {
        byte[] value = new byte[size];
        new SplittableRandom(key.hashCode()).nextBytes(value);
        return value;
    }

    private static void million(Path file) throws IOException {
        long start = System.nanoTime();
        try (Storage storage = MvStorage.open(file)) {
            for (int i = 0; i < MILLION; i += 1000) {
                load(storage, i);
            }
            say("load 1,000,000 values of 256 bytes, 1000 per transaction", time(start) + ", " + size(file));
        }
        start = System.nanoTime();
        try (Storage storage = MvStorage.open(file)) {
            say("open it", time(start));
            reads(storage);
            start = System.nanoTime();
            storage.backup(file.resolveSibling("backup"));
            say("online backup", time(start) + ", " + size(file.resolveSibling("backup")));
            start = System.nanoTime();
            for (int i = 0; i < MILLION; i += 1000) {
                drop(storage, i);
            }
            say("delete 90 %", time(start) + ", " + size(file));
            start = System.nanoTime();
            storage.compact();
            say("compact", time(start) + ", " + size(file));
        }
        unclean(file);
    }

    private static void load(Storage storage, int from) {
        storage.transact(tx -> {
            for (int i = from; i < from + 1000; i++) {
                tx.put(key(i), value(key(i), 256));
            }
            return null;
        });
    }

    private static void drop(Storage storage, int from) {
        storage.transact(tx -> {
            for (int i = from; i < from + 1000; i++) {
                if (i % 10 != 0) {
                    tx.delete(key(i));
                }
            }
            return null;
        });
    }

    private static void reads(Storage storage) {
        SplittableRandom random = new SplittableRandom(1);
        long start = System.nanoTime();
        long bytes = 0;
        for (int i = 0; i < 100_000; i++) {
            bytes += storage.get(key(random.nextInt(MILLION))).orElseThrow().length;
        }
        say("100,000 random gets of " + bytes / 100_000 + " bytes", time(start));
        start = System.nanoTime();
        for (int i = 0; i < 200; i++) {
            storage.list("million/%03d".formatted(i), "", 1000);
        }
        say("200 lists of a 1000-key prefix", time(start));
    }

    /** What opening costs after a crash: a copy of the file as it is while the store is open. */
    private static void unclean(Path file) throws IOException {
        Path backup = file.resolveSibling("backup");
        Path copy = file.resolveSibling("crashed");
        try (Storage storage = MvStorage.open(backup)) {
            put(storage, "x", 1);
            Files.copy(backup, copy);
        }
        long start = System.nanoTime();
        MvStorage.open(copy).close();
        say("open 1,000,000 values after a crash", time(start));
    }

    private static String key(int i) {
        return "million/%06d/entry".formatted(i);
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static String time(long start) {
        return Math.round(1000 * seconds(start)) + " ms";
    }

    private static String perSecond(long count, long start) {
        return Math.round(count / seconds(start)) + "/s";
    }

    private static String size(Path file) throws IOException {
        return Files.size(file) / 1_000_000 + " MB";
    }

    private static void say(String what, String figure) {
        OUT.println(what + ": " + figure);
    }
}
