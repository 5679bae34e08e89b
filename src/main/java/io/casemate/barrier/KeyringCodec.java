package io.casemate.barrier;

import io.casemate.crypto.Aead;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The two sealed records of the keyring, as docs/formats/keyring.md lays them out. */
final class KeyringCodec {
    private static final byte VERSION = 1;
    private static final byte[] KEYRING_KEY = "casemate keyring key v1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEYRING = "casemate keyring v1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = 8 + 8 + 1 + 2;
    private static final int ENTRY = 4 + 8 + 8 + Aead.KEY_BYTES;

    private KeyringCodec() {}

    static byte[] sealKeyringKey(SecretBytes keyringKey, Aead rootKey) {
        return seal(keyringKey.expose(), rootKey, KEYRING_KEY);
    }

    static SecretBytes openKeyringKey(byte[] sealed, Aead rootKey) {
        byte[] key = open(BootRecords.KEYRING_KEY, sealed, rootKey, KEYRING_KEY);
        if (key.length != Aead.KEY_BYTES) {
            throw corrupt(BootRecords.KEYRING_KEY, "has a key of " + key.length + " bytes");
        }
        return SecretBytes.owning(key);
    }

    /** The keyring with {@code total} written as the active key's reservation. */
    static byte[] sealKeyring(Keyring ring, long total, Aead keyringKey) {
        ByteBuffer body = ByteBuffer.allocate(HEAD + ring.keys().size() * ENTRY);
        RotationPolicy policy = ring.policy();
        body.putLong(policy.maxOperations()).putLong(policy.interval().toSeconds());
        body.put((byte) (policy.enabled() ? 1 : 0)).putShort((short) ring.keys().size());
        for (DataKey key : ring.keys()) {
            key.write(body, key == ring.active() ? total : key.reserved());
        }
        try {
            return seal(body.array(), keyringKey, KEYRING);
        } finally {
            Arrays.fill(body.array(), (byte) 0);
        }
    }

    static Keyring openKeyring(byte[] sealed, Aead keyringKey, SecureRandom random) {
        byte[] body = open(BootRecords.KEYRING, sealed, keyringKey, KEYRING);
        try {
            return decode(ByteBuffer.wrap(body), random);
        } catch (BufferUnderflowException | FaultException e) {
            throw new Fault.StorageFailed(StorageProblem.CORRUPT, "record '" + BootRecords.KEYRING + "' is malformed")
                    .causedBy(e);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private static Keyring decode(ByteBuffer in, SecureRandom random) {
        RotationPolicy policy = new RotationPolicy(in.getLong(), Duration.ofSeconds(in.getLong()), in.get() == 1);
        int count = Short.toUnsignedInt(in.getShort());
        if (count == 0 || in.remaining() != count * ENTRY) {
            throw new BufferUnderflowException();
        }
        List<DataKey> keys = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int term = in.getInt();
            Instant installed = Instant.ofEpochMilli(in.getLong());
            long reserved = in.getLong();
            byte[] key = new byte[Aead.KEY_BYTES];
            in.get(key);
            keys.add(new DataKey(term, installed, SecretBytes.owning(key), reserved, random));
        }
        return new Keyring(keys, policy);
    }

    private static byte[] seal(byte[] plaintext, Aead aead, byte[] associated) {
        byte[] out = new byte[1 + plaintext.length + Aead.OVERHEAD];
        out[0] = VERSION;
        aead.seal(plaintext, associated, out, 1);
        return out;
    }

    private static byte[] open(String name, byte[] sealed, Aead aead, byte[] associated) {
        if (sealed.length == 0) {
            throw corrupt(name, "is empty");
        }
        if (sealed[0] != VERSION) {
            throw new Fault.StorageFailed(
                            StorageProblem.NEWER,
                            "record '" + name + "' has format version " + sealed[0]
                                    + ", this Casemate reads 1; use the Casemate that wrote it")
                    .asException();
        }
        return aead.open(sealed, 1, associated)
                .orElseThrow(() -> corrupt(name, "does not open with the key it should open with"));
    }

    private static FaultException corrupt(String name, String what) {
        return new Fault.StorageFailed(
                        StorageProblem.CORRUPT,
                        "keyring store, record '" + name + "' " + what + "; restore the keyring file from a backup")
                .asException();
    }
}
