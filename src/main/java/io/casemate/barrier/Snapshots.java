package io.casemate.barrier;

import io.casemate.archive.SnapshotMeta;
import io.casemate.archive.SnapshotWriter;
import io.casemate.crypto.Aead;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Upload;
import io.casemate.storage.Spool;
import io.casemate.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Snapshots of all there is: every entry as the storage has it, and the records that open them (docs/formats/snapshot.md).
 * All of it is ciphertext or wrapped; what proves its origin is sealed by the keyring key. Memory is bounded by one entry.
 */
public final class Snapshots {
    /** Keys of the keyring store's records; no entry of a storage begins so. */
    static final String BOOT = "boot/";

    private static final String FORMER = "before-restore.snap";
    private static final int ATTEMPTS = 5;

    private final Storage storage;
    private final BootRecords records;
    private final Path directory;
    private final SecureRandom random;

    /** @param directory where snapshots wait on their way in and out; removes there what a crash left */
    public Snapshots(Storage storage, BootRecords records, Path directory, SecureRandom random) {
        this.storage = storage;
        this.records = records;
        this.directory = directory;
        this.random = random;
        Spool.tidy(directory);
    }

    /**
     * What a snapshot says of where it comes from.
     *
     * @param product version of the server
     * @param seal kind of the seal that guards the root key
     */
    public record Origin(Instant created, String product, String clusterId, String seal) {}

    /**
     * Takes one: all entries of one durable version, complete, while writers go on.
     *
     * @param keyringKey gives a copy of the keyring key, to prove the origin with
     * @throws FaultException {@code StorageFailed}
     */
    public StoredSnapshot take(Supplier<SecretBytes> keyringKey, Origin origin) {
        Spool spool = Spool.in(directory);
        try (Storage.Version version = storage.version();
                Keys keys = keys(keyringKey)) {
            SnapshotMeta meta = measure(version, keys, origin);
            try (OutputStream out = spool.sink()) {
                SnapshotWriter writer = new SnapshotWriter(out, meta);
                for (Map.Entry<String, byte[]> each : keys.records().entrySet()) {
                    writer.entry(BOOT + each.getKey(), each.getValue());
                }
                version.forEach(writer::entry);
                writer.finish(sums -> SnapshotSeal.seal(sums, keys.aead()));
            }
            return new StoredSnapshot(spool);
        } catch (IOException e) {
            spool.close();
            throw new IllegalStateException("a spool failed with something else than a fault", e);
        } catch (RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    /**
     * Takes one and keeps it as {@code before-restore.snap}, in place of an earlier one: the way back from a restore.
     *
     * @throws FaultException {@code StorageFailed}
     */
    public void keepFormer(Supplier<SecretBytes> keyringKey, Origin origin) {
        try (StoredSnapshot former = take(keyringKey, origin)) {
            former.keep(directory.resolve(FORMER));
        }
    }

    /**
     * Receives one and proves that it is whole; changes nothing.
     *
     * @throws FaultException {@code BadRequest} for anything that is no intact snapshot, {@code StorageFailed} without room
     */
    public ReceivedSnapshot receive(Upload upload) {
        Spool spool = Spool.in(directory);
        try (InputStream body = upload.open()) {
            spool.fill(body);
            return ReceivedSnapshot.read(spool, storage, random);
        } catch (IOException e) {
            spool.close();
            throw new Fault.BadRequest(List.of("the snapshot did not arrive whole")).causedBy(e);
        } catch (RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    private static SnapshotMeta measure(Storage.Version version, Keys keys, Origin origin) throws IOException {
        long[] sum = new long[2];
        Storage.Visitor count = (key, value) -> {
            sum[0] += SnapshotWriter.size(key, value);
            sum[1]++;
        };
        for (Map.Entry<String, byte[]> each : keys.records().entrySet()) {
            count.entry(BOOT + each.getKey(), each.getValue());
        }
        version.forEach(count);
        return new SnapshotMeta(
                version.number(),
                Integer.toUnsignedLong(keys.term()),
                sum[0],
                sum[1],
                origin.created(),
                origin.product(),
                origin.clusterId(),
                origin.seal());
    }

    /** The records and the key that opens their keyring. A rekey in between would part them: then both are taken anew. */
    private Keys keys(Supplier<SecretBytes> keyringKey) {
        for (int i = 0; i < ATTEMPTS; i++) {
            Map<String, byte[]> now = new TreeMap<>(records.all());
            try (SecretBytes key = keyringKey.get()) {
                Optional<Keys> keys = keys(now, key);
                if (keys.isPresent()) {
                    return keys.get();
                }
            }
        }
        throw new Fault.Unavailable("the root key is being changed: take the snapshot again", Duration.ofSeconds(1))
                .asException();
    }

    private Optional<Keys> keys(Map<String, byte[]> now, SecretBytes key) {
        Aead aead = new Aead(key, random);
        try (Keyring ring = KeyringCodec.openKeyring(now.get(BootRecords.KEYRING), aead, random)) {
            return Optional.of(new Keys(now, aead, ring.active().term()));
        } catch (FaultException e) {
            aead.close();
            return Optional.empty();
        }
    }

    private record Keys(Map<String, byte[]> records, Aead aead, int term) implements AutoCloseable {
        @Override
        public void close() {
            aead.close();
        }
    }
}
