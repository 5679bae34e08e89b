package io.casemate.hsm;

import java.util.List;

/**
 * What a token says of itself and of the keys in it, for auditors. It is the token's word: PKCS#11 has no standard proof.
 *
 * @param firmware version as the token states it
 * @param library name and versions of the PKCS#11 library
 * @param keys the secret and private keys that are stored in the token, at most {@value #MOST_KEYS}
 * @param complete whether {@code keys} are all there are
 */
public record HsmEvidence(
        String tokenLabel,
        String manufacturer,
        String model,
        String serial,
        String firmware,
        String library,
        List<KeyEvidence> keys,
        boolean complete) {
    /** More are not read: a token may be shared with others. */
    public static final int MOST_KEYS = 500;

    /** Copies the list. */
    public HsmEvidence {
        keys = List.copyOf(keys);
    }
}
