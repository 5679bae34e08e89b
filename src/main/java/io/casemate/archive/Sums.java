package io.casemate.archive;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** {@code SHA256SUMS}, as {@code sha256sum} writes it. */
final class Sums {
    static final String META = "meta.json";
    static final String STATE = "state.bin";
    static final String SUMS = "SHA256SUMS";
    static final String SEALED = "SHA256SUMS.sealed";

    private Sums() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static byte[] of(byte[] meta, MessageDigest state) {
        HexFormat hex = HexFormat.of();
        String text = hex.formatHex(digest().digest(meta)) + "  " + META + "\n" + hex.formatHex(state.digest()) + "  "
                + STATE + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
