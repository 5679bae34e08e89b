package io.casemate.storage.crash;

import io.casemate.storage.KeyringStore;
import io.casemate.storage.Storage;
import io.casemate.storage.mapdb.MapDbKeyringStore;
import io.casemate.storage.mvstore.MvStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The process that is killed. {@code store DIRECTORY LANES STEPS} writes with that many threads (0: lane 0 on the main
 * thread) and now and then compacts; {@code replace DIRECTORY STEPS} replaces all entries again and again; {@code keyring
 * DIRECTORY STEPS} saves generations. Acknowledgements go to standard
 * output.
 */
final class CrashChild {
    private static final int ENTRIES = 200;

    private CrashChild() {}

    public static void main(String[] args) throws Exception {
        OutputStream out = new java.io.FileOutputStream(java.io.FileDescriptor.out);
        Path directory = Path.of(args[1]);
        switch (args[0]) {
            case "store" -> store(directory, Integer.parseInt(args[2]), Integer.parseInt(args[3]), out);
            case "replace" -> replace(directory, Integer.parseInt(args[2]), out);
            case "keyring" -> keyring(directory, Integer.parseInt(args[2]), out);
            default -> throw new IllegalArgumentException(args[0]);
        }
        Runtime.getRuntime().halt(0);
    }

    private static void store(Path directory, int lanes, int steps, OutputStream out) throws Exception {
        Storage storage = MvStorage.open(directory.resolve("store"));
        if (lanes == 0) {
            CrashWorkload.run(storage, 0, steps, out);
            storage.compact();
            CrashWorkload.run(storage, 0, 3, out);
            storage.close();
            return;
        }
        for (int lane = 0; lane < lanes; lane++) {
            int mine = lane;
            Thread.ofVirtual().start(() -> runLane(storage, mine, steps, out));
        }
        while (true) {
            Thread.sleep(150);
            storage.compact();
        }
    }

    private static void runLane(Storage storage, int lane, int steps, OutputStream out) {
        try {
            CrashWorkload.run(storage, lane, steps, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replace(Path directory, int steps, OutputStream out) throws IOException {
        Storage storage = MvStorage.open(directory.resolve("store"));
        int step = replacedState(storage);
        for (int i = 0; i < steps; i++) {
            int next = ++step;
            try (Storage.Replacement replacement = storage.prepare(sink -> replaced(next, sink))) {
                replacement.commit();
            }
            storage.transact(tx -> {
                tx.put("after", number(next));
                return null;
            });
            out.write(("0 " + next + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        storage.close();
    }

    private static void replaced(int step, BiConsumer<String, byte[]> sink) {
        for (int i = 0; i < ENTRIES; i++) {
            sink.accept("entry/" + i, number(step));
        }
    }

    private static byte[] number(int step) {
        return ByteBuffer.allocate(4).putInt(step).array();
    }

    /** The step the entries are at; throws when they are of more than one, or not all there. */
    static int replacedState(Storage storage) {
        List<String> keys = storage.list("entry/", "", 10_000);
        List<Integer> steps = keys.stream()
                .map(key -> ByteBuffer.wrap(storage.get(key).orElseThrow()).getInt())
                .distinct()
                .toList();
        boolean whole = keys.isEmpty() || (keys.size() == ENTRIES && steps.size() == 1);
        int step = keys.isEmpty() ? 0 : steps.getFirst();
        int after = storage.get("after").map(v -> ByteBuffer.wrap(v).getInt()).orElse(step);
        if (!whole || after != step) {
            throw new IllegalStateException(keys.size() + " entries of the steps " + steps + ", after " + after);
        }
        return step;
    }

    private static void keyring(Path directory, int steps, OutputStream out) throws IOException {
        KeyringStore store = MapDbKeyringStore.open(directory.resolve("keyring"));
        int step = keyringState(store);
        for (int i = 0; i < steps; i++) {
            step++;
            store.save(Map.of("step", ByteBuffer.allocate(4).putInt(step).array(), "filler", filler(step)));
            out.write(("0 " + step + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        store.close();
    }

    private static byte[] filler(int step) {
        byte[] filler = new byte[step * 37 % 5000];
        java.util.Arrays.fill(filler, (byte) step);
        return filler;
    }

    /** The step the keyring is at; throws when its records are not those of one step. */
    static int keyringState(KeyringStore store) {
        Optional<Map<String, byte[]>> records = store.load();
        if (store.loadedPrevious()) {
            throw new IllegalStateException("the newest generation was not intact");
        }
        if (records.isEmpty()) {
            return 0;
        }
        int step = ByteBuffer.wrap(records.get().get("step")).getInt();
        if (!java.util.Arrays.equals(records.get().get("filler"), filler(step))) {
            throw new IllegalStateException("half a keyring at step " + step);
        }
        return step;
    }
}
