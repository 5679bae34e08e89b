package io.casemate.hsm;

import io.casemate.kernel.FaultException;
import java.util.Arrays;

/** The ciphertext field of the AES profiles: one byte of IV length, the IV, the rest. */
record Blob(byte[] iv, byte[] rest) {
    private static final int LONGEST_IV = 64;
    private static final String REFUSED =
            "the wrapped secret does not open: it was changed, or it belongs to another key, context or server";

    byte[] encode() {
        byte[] bytes = new byte[1 + iv.length + rest.length];
        bytes[0] = (byte) iv.length;
        System.arraycopy(iv, 0, bytes, 1, iv.length);
        System.arraycopy(rest, 0, bytes, 1 + iv.length, rest.length);
        return bytes;
    }

    /** Reads what {@link #encode} wrote; {@code DATA} for anything else, including fewer bytes than {@code least} after the IV. */
    static Blob decode(byte[] bytes, int least) {
        int ivLength = bytes.length == 0 ? -1 : Byte.toUnsignedInt(bytes[0]);
        if (ivLength < 0 || ivLength > LONGEST_IV || bytes.length < 1 + ivLength + least) {
            throw malformed();
        }
        return new Blob(
                Arrays.copyOfRange(bytes, 1, 1 + ivLength), Arrays.copyOfRange(bytes, 1 + ivLength, bytes.length));
    }

    static FaultException malformed() {
        return HsmFailures.data(
                "BLOB_MALFORMED", "the wrapped secret is cut off or is not one; restore it from a backup");
    }

    static FaultException refused() {
        return HsmFailures.data("BLOB_REFUSED", REFUSED);
    }

    /** The same, when the token said so by {@code code}. */
    static FaultException refused(String code) {
        return HsmFailures.data("BLOB_REFUSED", REFUSED + " (C_Decrypt answers " + code + ")");
    }
}
