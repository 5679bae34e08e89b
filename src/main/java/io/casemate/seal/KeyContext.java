package io.casemate.seal;

import java.nio.charset.StandardCharsets;

/** What a wrapped key is and which one: bound to the ciphertext, so that one can never stand in for another. */
public record KeyContext(Purpose purpose, String id) {
    /** What a key is for. */
    public enum Purpose {
        ROOT_KEY("casemate root-key v1 ", "root key"),
        RECOVERY_KEY("casemate recovery-key v1 ", "recovery key");

        private final String label;
        private final String words;

        Purpose(String label, String words) {
            this.label = label;
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    /** The root key of this id. */
    public static KeyContext rootKey(String id) {
        return new KeyContext(Purpose.ROOT_KEY, id);
    }

    /** The recovery key of this id. */
    public static KeyContext recoveryKey(String id) {
        return new KeyContext(Purpose.RECOVERY_KEY, id);
    }

    /** As it is authenticated; see docs/formats/keyring.md. */
    public byte[] bytes() {
        return (purpose.label + id).getBytes(StandardCharsets.UTF_8);
    }
}
