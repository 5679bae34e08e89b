package io.casemate.barrier;

import io.casemate.kernel.SecretBytes;
import io.casemate.storage.mapdb.MapDbKeyringStore;
import io.casemate.storage.mvstore.MvStorage;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;

/** A view on the files and through the barrier that the server has, for measurements. */
public final class DiskView implements AutoCloseable {
    private static final long CACHE = 16 << 20;

    private final MvStorage storage;
    private final MapDbKeyringStore keyring;
    private final AesGcmBarrier barrier;

    /** A new store below {@code directory}. */
    public DiskView(Path directory) {
        storage = MvStorage.open(directory.resolve("store"));
        keyring = MapDbKeyringStore.open(directory.resolve("keyring"));
        barrier =
                new AesGcmBarrier(storage, new BootRecords(keyring), CACHE, new SecureRandom(), InstantSource.system());
        byte[] root = new byte[32];
        new SecureRandom().nextBytes(root);
        try (SecretBytes key = SecretBytes.copyOf(root);
                Barrier.Founding founding = barrier.found(key)) {
            founding.commit(Map.of());
        }
    }

    /** The view. */
    public View view() {
        return barrier.view("t/");
    }

    @Override
    public void close() {
        barrier.seal();
        storage.close();
        keyring.close();
    }
}
