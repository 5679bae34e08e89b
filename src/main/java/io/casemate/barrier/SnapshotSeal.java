package io.casemate.barrier;

import io.casemate.crypto.Aead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** {@code SHA256SUMS.sealed}: the sums under the keyring key, which only this cluster and its root key have. */
final class SnapshotSeal {
    private static final byte VERSION = 1;
    private static final byte[] ASSOCIATED = "casemate snapshot v1".getBytes(StandardCharsets.US_ASCII);

    private SnapshotSeal() {}

    static byte[] seal(byte[] sums, Aead keyringKey) {
        byte[] out = new byte[1 + sums.length + Aead.OVERHEAD];
        out[0] = VERSION;
        keyringKey.seal(sums, ASSOCIATED, out, 1);
        return out;
    }

    /** Whether {@code sealed} was made with this key, of whatever. */
    static boolean opens(byte[] sealed, Aead keyringKey) {
        return opened(sealed, keyringKey).isPresent();
    }

    /** Whether {@code sealed} was made of {@code sums} with this key. */
    static boolean fits(byte[] sealed, byte[] sums, Aead keyringKey) {
        return opened(sealed, keyringKey)
                .filter(opened -> Arrays.equals(opened, sums))
                .isPresent();
    }

    private static Optional<byte[]> opened(byte[] sealed, Aead keyringKey) {
        return sealed.length > 0 && sealed[0] == VERSION ? keyringKey.open(sealed, 1, ASSOCIATED) : Optional.empty();
    }
}
