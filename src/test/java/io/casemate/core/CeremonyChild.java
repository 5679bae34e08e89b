package io.casemate.core;

import io.casemate.barrier.AesGcmBarrier;
import io.casemate.barrier.BootRecords;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.ShareText;
import io.casemate.storage.KeyringStore;
import io.casemate.storage.Storage;
import io.casemate.storage.mapdb.MapDbKeyringStore;
import io.casemate.storage.mvstore.MvStorage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The sealing half of a server on real files; and as a process, one that rekeys and is gone, without a word, at a save of the
 * keyring. Arguments: directory, number of the save, {@code before} or {@code after}.
 */
final class CeremonyChild implements AutoCloseable {
    static final int HALTED = 9;
    static final String FORMER = "former";
    static final String FRESH = "fresh";

    private final Storage storage;
    private final KeyringStore keyring;
    final Unsealer unsealer;
    final Initialiser initialiser;
    final Rekey rekey;

    CeremonyChild(Path directory, UnaryOperator<KeyringStore> around) {
        SecureRandom random = new SecureRandom();
        storage = MvStorage.open(directory.resolve("entries.mv"));
        keyring = around.apply(MapDbKeyringStore.open(directory.resolve("keyring")));
        BootRecords records = new BootRecords(keyring);
        AesGcmBarrier barrier = new AesGcmBarrier(storage, records, 0, random, InstantSource.system());
        SealParts parts = new SealParts(
                barrier,
                records,
                SealSet.shamir(new ShamirSeal(random)),
                new Lifecycle(List.of()),
                random,
                InstantSource.system());
        unsealer = new Unsealer(parts, Server.FAST);
        initialiser = new Initialiser(parts, unsealer, () -> SecretBytes.ofText("hvs.root"));
        rekey = Rekey.ofRootKey(parts, unsealer);
    }

    /** The process. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        Halting[] halting = new Halting[1];
        try (CeremonyChild child = new CeremonyChild(directory, store -> {
            halting[0] = new Halting(store);
            return halting[0];
        })) {
            List<String> former = Files.readAllLines(directory.resolve(FORMER));
            former.forEach(share -> child.unsealer.offer(ShareText.parse(share)));
            String nonce = child.rekey.start(ShareOrder.of(2, 2), false, true).nonce();
            List<String> fresh = RekeyTest.giveAll(child.rekey, former, nonce);
            Files.write(directory.resolve(FRESH), fresh);
            halting[0].arm(Integer.parseInt(arguments[1]), arguments[2].equals("after"));
            String proof = child.rekey.verification().nonce();
            for (String share : fresh) {
                try (SecretBytes bytes = ShareText.parse(share)) {
                    child.rekey.verify(bytes, proof);
                }
            }
        }
    }

    @Override
    public void close() {
        unsealer.close();
        keyring.close();
        storage.close();
    }

    /** A store whose process ends at one of its saves. */
    private static final class Halting implements KeyringStore {
        private final KeyringStore inner;
        private int left = -1;
        private boolean after;

        Halting(KeyringStore inner) {
            this.inner = inner;
        }

        void arm(int save, boolean afterIt) {
            left = save;
            after = afterIt;
        }

        @Override
        public Optional<Map<String, byte[]>> load() {
            return inner.load();
        }

        @Override
        public boolean save(Map<String, byte[]> records) {
            boolean now = left-- == 0;
            if (now && !after) {
                Runtime.getRuntime().halt(HALTED);
            }
            boolean forgotten = inner.save(records);
            if (now) {
                Runtime.getRuntime().halt(HALTED);
            }
            return forgotten;
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
