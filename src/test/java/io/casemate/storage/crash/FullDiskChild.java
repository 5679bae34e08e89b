package io.casemate.storage.crash;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.storage.Storage;
import io.casemate.storage.mapdb.MapDbKeyringStore;
import io.casemate.storage.mvstore.MvStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Lives on a disk that gets full: {@code DIRECTORY HOW}. Fills it to the refusal, reads, makes room ({@code ballast}:
 * deletes a file of that name in the directory; {@code limit}: lifts its own file size limit), goes on without opening
 * again, and checks everything once more after opening again. Ends with 0 when all of it held.
 */
final class FullDiskChild {
    private final Path directory;
    private final String how;
    private int stored;

    private FullDiskChild(Path directory, String how) {
        this.directory = directory;
        this.how = how;
    }

    public static void main(String[] args) throws Exception {
        new FullDiskChild(Path.of(args[0]), args[1]).run();
    }

    private void run() throws IOException, InterruptedException {
        if (how.equals("ballast")) {
            Files.write(directory.resolve("ballast"), new byte[4_000_000]);
        }
        try (Storage storage = MvStorage.open(directory.resolve("store"));
                MapDbKeyringStore keyring = MapDbKeyringStore.open(directory.resolve("keyring"))) {
            keyring.save(Map.of("a", new byte[] {1}));
            fill(storage);
            fill(storage);
            fill(storage);
            fillRest();
            require(storage.list("", "", 1).size() == 1, "lists while really full");
            requireKeyringRefused(keyring);
            makeRoom();
            for (int i = 0; i < 20; i++) {
                putNext(storage);
            }
            keyring.save(Map.of("a", new byte[] {2}));
            check(storage);
        }
        try (Storage storage = MvStorage.open(directory.resolve("store"))) {
            check(storage);
        }
    }

    private void putNext(Storage storage) {
        byte[] value = value(stored);
        storage.transact(tx -> {
            tx.put("key/%06d".formatted(stored), value);
            return null;
        });
        stored++;
    }

    private static byte[] value(int number) {
        byte[] value = new byte[20_000];
        new SplittableRandom(number).nextBytes(value);
        return value;
    }

    /** Until it is refused: at once when it is full, unless the store has compacted itself meanwhile. */
    private void fill(Storage storage) {
        try {
            while (stored < 5000) {
                putNext(storage);
            }
            throw new IllegalStateException("never full");
        } catch (FaultException e) {
            requireFull(e);
        }
        check(storage);
    }

    private static void requireFull(FaultException e) {
        boolean full = e.fault() instanceof Fault.StorageFailed failed && failed.problem() == Fault.StorageProblem.FULL;
        if (!full) {
            throw e;
        }
    }

    /** Takes the reserve that the store leaves, to the last byte. */
    private void fillRest() throws IOException {
        try (OutputStream out = Files.newOutputStream(directory.resolve("rest"))) {
            byte[] block = new byte[4096];
            for (int i = 0; how.equals("ballast") && i < 100_000; i++) {
                out.write(block);
            }
        } catch (IOException e) {
            System.getLogger("test").log(System.Logger.Level.DEBUG, "full to the last byte", e);
        }
    }

    private void requireKeyringRefused(MapDbKeyringStore keyring) {
        if (how.equals("ballast")) {
            try {
                keyring.save(Map.of("a", new byte[] {9}));
                throw new IllegalStateException("the keyring was saved on a full disk");
            } catch (FaultException e) {
                requireFull(e);
            }
            require(keyring.load().orElseThrow().get("a")[0] == 1, "the previous keyring stands");
        }
    }

    private void makeRoom() throws IOException, InterruptedException {
        Files.delete(directory.resolve("rest"));
        if (how.equals("ballast")) {
            Files.delete(directory.resolve("ballast"));
        } else {
            Process lift = new ProcessBuilder(
                            "prlimit", "--pid=" + ProcessHandle.current().pid(), "--fsize=unlimited")
                    .inheritIO()
                    .start();
            require(lift.waitFor() == 0, "prlimit");
        }
    }

    private void check(Storage storage) {
        require(storage.list("key/", "", 10_000).size() == stored, "as many keys as were acknowledged");
        for (int i = 0; i < stored; i++) {
            byte[] found = storage.get("key/%06d".formatted(i)).orElseThrow();
            require(java.util.Arrays.equals(found, value(i)), "value " + i);
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException(what);
        }
    }
}
