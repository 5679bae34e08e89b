package io.casemate.barrier;

import io.casemate.crypto.Aead;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One value as the storage holds it: docs/formats/barrier.md. */
final class ValueCodec {
    private static final byte VERSION = 2;
    private static final int HEADER = 4 + 1;
    private static final int LEAST = HEADER + Aead.OVERHEAD;

    private ValueCodec() {}

    static byte[] seal(DataKey key, String storageKey, byte[] plaintext) {
        byte[] out = new byte[LEAST + plaintext.length];
        ByteBuffer.wrap(out).putInt(key.term()).put(VERSION);
        key.aead().seal(plaintext, storageKey.getBytes(StandardCharsets.UTF_8), out, HEADER);
        return out;
    }

    static byte[] open(Keyring ring, String storageKey, byte[] value) {
        if (value.length < LEAST) {
            throw corrupt(storageKey, "is cut off (" + value.length + " bytes)");
        }
        if (value[4] != VERSION) {
            throw corrupt(storageKey, "has the unknown value format " + value[4]);
        }
        int term = ByteBuffer.wrap(value).getInt();
        DataKey key = ring.term(term);
        if (key == null) {
            throw corrupt(
                    storageKey, "names key term " + Integer.toUnsignedLong(term) + ", which the keyring does not have");
        }
        return key.aead()
                .open(value, HEADER, storageKey.getBytes(StandardCharsets.UTF_8))
                .orElseThrow(() -> corrupt(storageKey, "fails authentication: it is not what was written"));
    }

    private static FaultException corrupt(String storageKey, String what) {
        return new Fault.StorageFailed(
                        StorageProblem.CORRUPT, "entry '" + storageKey + "' " + what + "; restore it from a backup")
                .asException();
    }
}
