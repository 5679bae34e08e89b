package io.casemate.hsm;

/** Settings of wrapping keys that differ from the automatic ones in one or two ways. */
final class KeySettings {
    private KeySettings() {}

    /** The key with this label by this mechanism, made when missing. */
    static WrappingKeySettings by(String label, String mechanism) {
        return by(label, mechanism, WrappingKeySettings.AUTO, false);
    }

    /** The same by RSA with this hash, encrypted here or in the token. */
    static WrappingKeySettings by(String label, String mechanism, String hash, boolean local) {
        return new WrappingKeySettings(label, "", "", "", "", "", mechanism, hash, local, true);
    }

    /** By AES-CBC with this id and this HMAC key. */
    static WrappingKeySettings cbc(String label, String id, String hmacLabel, String hmacId) {
        return new WrappingKeySettings(label, id, hmacLabel, hmacId, "", "", "0x1085", "auto", false, true);
    }

    /** An existing key, with keys that stand in for those that the token does not have. */
    static WrappingKeySettings standIns(String label, String key, String hmac) {
        return new WrappingKeySettings(label, "", "", "", key, hmac, "auto", "auto", false, false);
    }
}
