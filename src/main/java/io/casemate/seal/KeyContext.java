package io.casemate.seal;

import java.nio.charset.StandardCharsets;

/**
 * What a wrapped key is and which one: bound to the ciphertext, so that one can never stand in for another.
 *
 * @param share which share of it, empty for the key itself
 */
public record KeyContext(Purpose purpose, String id, String share) {
    /** What a key is for. */
    public enum Purpose {
        ROOT_KEY("casemate root-key ", "root key"),
        RECOVERY_KEY("casemate recovery-key ", "recovery key");

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
        return new KeyContext(Purpose.ROOT_KEY, id, "");
    }

    /** The recovery key of this id. */
    public static KeyContext recoveryKey(String id) {
        return new KeyContext(Purpose.RECOVERY_KEY, id, "");
    }

    /** One share of this key. */
    KeyContext share(KeySplit split, int number) {
        return new KeyContext(purpose, id, split.id() + " " + split.quorum() + " " + number);
    }

    /** As it is authenticated; see docs/formats/keyring.md. */
    public byte[] bytes() {
        String text = share.isEmpty() ? purpose.label + "v1 " + id : purpose.label + "share v1 " + id + " " + share;
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
