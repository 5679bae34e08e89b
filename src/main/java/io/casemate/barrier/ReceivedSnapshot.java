package io.casemate.barrier;

import io.casemate.archive.SnapshotMeta;
import io.casemate.archive.SnapshotReader;
import io.casemate.archive.SnapshotReader.Contents;
import io.casemate.crypto.Aead;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.storage.Spool;
import io.casemate.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** A snapshot that arrived whole. Who made it is not known before {@link #match} says so. */
public final class ReceivedSnapshot implements AutoCloseable {
    /** What a restore itself writes. */
    private static final List<String> MARKS = List.of(StorageCheck.RESTORED, RestoredRecords.KEY);

    private final Spool spool;
    private final Storage storage;
    private final SecureRandom random;
    private final Contents contents;
    private final SnapshotScan scan;
    private Optional<Storage.Replacement> replacement = Optional.empty();

    private ReceivedSnapshot(Spool spool, Storage storage, SecureRandom random, Contents contents, SnapshotScan scan) {
        this.spool = spool;
        this.storage = storage;
        this.random = random;
        this.contents = contents;
        this.scan = scan;
    }

    static ReceivedSnapshot read(Spool spool, Storage storage, SecureRandom random) throws IOException {
        SnapshotScan scan = new SnapshotScan();
        try (InputStream in = spool.open()) {
            Contents contents = SnapshotReader.read(in, scan);
            scan.requireComplete();
            return new ReceivedSnapshot(spool, storage, random, contents, scan);
        }
    }

    /** What it says of itself. */
    public SnapshotMeta meta() {
        return contents.meta();
    }

    /** A record of the keyring store, as it was. */
    public Optional<byte[]> record(String name) {
        return Optional.ofNullable(scan.records().get(name)).map(byte[]::clone);
    }

    /**
     * The keyring key behind this root key, which is the caller's to wipe, as the result is.
     *
     * @throws FaultException {@code BadRequest} when the root key is not this snapshot's
     */
    public SecretBytes keyringKey(SecretBytes rootKey) {
        try (Aead root = new Aead(rootKey, random)) {
            return KeyringCodec.openKeyringKey(scan.records().get(BootRecords.KEYRING_KEY), root);
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of("the snapshot's keyring does not open with its own root key: it was"
                            + " put together of several"))
                    .causedBy(e);
        }
    }

    /** What a keyring key says of a snapshot. */
    public enum Match {
        /** Made by a server with this key, nothing was changed since, and keyring and entries belong together. */
        FITS,
        /** Neither seal nor keyring is of this key: nothing can be said. */
        OTHER_KEY,
        /** The key opens one of the two, and the rest does not fit: it was changed, or put together of several. */
        CHANGED
    }

    /** Judges it by this key. */
    public Match match(SecretBytes keyringKey) {
        try (Aead aead = new Aead(keyringKey, random)) {
            Optional<Keyring> ring = keyring(aead);
            if (ring.isEmpty()) {
                return SnapshotSeal.opens(contents.sealed(), aead) ? Match.CHANGED : Match.OTHER_KEY;
            }
            try (Keyring open = ring.get()) {
                boolean fits = SnapshotSeal.fits(contents.sealed(), contents.sums(), aead) && checks(open);
                return fits ? Match.FITS : Match.CHANGED;
            }
        }
    }

    private Optional<Keyring> keyring(Aead keyringKey) {
        try {
            return Optional.of(KeyringCodec.openKeyring(scan.records().get(BootRecords.KEYRING), keyringKey, random));
        } catch (FaultException e) {
            return Optional.empty();
        }
    }

    private boolean checks(Keyring ring) {
        try {
            StorageCheck.clusterId(ValueCodec.open(ring, StorageCheck.CHECK, scan.check()));
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    /**
     * Writes its entries beside those in use, complete and durable; nothing changes before {@link #commit}.
     *
     * @throws FaultException {@code StorageFailed}, for want of space above all
     */
    public void prepare() {
        replacement = Optional.of(storage.prepare(this::giveTo));
    }

    /**
     * Puts what was prepared in place of all there is, as one durable step; the barrier is shut. Whoever reads the keyring
     * store's records next finds the snapshot's.
     *
     * @throws FaultException {@code StorageFailed}; all is as it was then
     */
    public void commit() {
        replacement.orElseThrow().commit();
    }

    private void giveTo(BiConsumer<String, byte[]> sink) {
        try (InputStream in = spool.open()) {
            Contents again = SnapshotReader.read(in, (key, value) -> {
                if (!key.startsWith(Snapshots.BOOT) && !MARKS.contains(key)) {
                    sink.accept(key, value);
                }
            });
            if (!Arrays.equals(again.sums(), contents.sums())) {
                throw new IOException("a spool that changed");
            }
        } catch (IOException e) {
            throw new IllegalStateException("a received snapshot cannot be read again", e);
        }
        sink.accept(StorageCheck.RESTORED, new byte[] {1});
        sink.accept(RestoredRecords.KEY, RestoredRecords.encode(Map.copyOf(scan.records())));
    }

    @Override
    public void close() {
        replacement.ifPresent(Storage.Replacement::close);
        spool.close();
    }
}
