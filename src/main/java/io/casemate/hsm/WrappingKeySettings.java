package io.casemate.hsm;

import io.casemate.kernel.Fault;
import java.util.List;

/**
 * Which key wraps, and how.
 *
 * @param keyLabel {@code CKA_LABEL} of the AES key or RSA key pair
 * @param keyId its {@code CKA_ID} in hex with or without {@code 0x}; empty when the label is enough
 * @param hmacKeyLabel label of the key that authenticates AES-CBC; when it has no name, it is {@code keyLabel + "-hmac"}
 * @param hmacKeyId its {@code CKA_ID}, as {@code keyId}
 * @param defaultKeyLabel label of the key that opens (never wraps) when the token has no key of the name that a wrapped
 *     secret gives; empty for none
 * @param defaultHmacKeyLabel the same for the HMAC key
 * @param mechanism {@code auto}, or a name or number: {@code CKM_AES_GCM} (0x1087), {@code CKM_AES_CBC_PAD} (0x1085),
 *     {@code CKM_AES_CBC} (0x1082), {@code CKM_RSA_PKCS_OAEP} (0x0009)
 * @param rsaOaepHash {@code auto}, {@code sha1}, {@code sha224}, {@code sha256}, {@code sha384} or {@code sha512}
 * @param rsaEncryptLocal encrypt with the public RSA key here instead of in the token
 * @param generate make missing keys in the token
 */
public record WrappingKeySettings(
        String keyLabel,
        String keyId,
        String hmacKeyLabel,
        String hmacKeyId,
        String defaultKeyLabel,
        String defaultHmacKeyLabel,
        String mechanism,
        String rsaOaepHash,
        boolean rsaEncryptLocal,
        boolean generate) {
    /** Let the token's self-test decide. */
    public static final String AUTO = "auto";

    /**
     * Checks names and numbers.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured}
     */
    public WrappingKeySettings {
        keyId = KeyName.read("key_id", keyLabel, keyId).id();
        hmacKeyId = KeyName.read("hmac_key_id", hmacKeyLabel, hmacKeyId).id();
        if (keyLabel.isEmpty() && keyId.isEmpty()) {
            throw new Fault.Misconfigured(List.of("key_label or key_id is needed to find the wrapping key"))
                    .asException();
        }
        if (generate && keyLabel.isEmpty()) {
            throw new Fault.Misconfigured(List.of("key_label: a generated key needs a label")).asException();
        }
        MechanismFamily.parse(mechanism);
        OaepHash.parse(rsaOaepHash);
    }

    /** The key with this label, chosen mechanism and hash; generated when missing if {@code generate}. */
    public static WrappingKeySettings automatic(String keyLabel, boolean generate) {
        return new WrappingKeySettings(keyLabel, "", "", "", "", "", AUTO, AUTO, false, generate);
    }

    /**
     * Nothing, if we authenticate by this mechanism; there is only {@code CKM_SHA256_HMAC} (0x0251).
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured}
     */
    public static void checkHmacMechanism(String text) {
        MechanismFamily.checkHmac(text);
    }

    /** The wrapping key's name. */
    KeyName key() {
        return new KeyName(keyLabel, keyId);
    }

    /** The HMAC key's name, also when none was given. */
    KeyName hmacKey() {
        KeyName given = new KeyName(hmacKeyLabel, hmacKeyId);
        return given.isEmpty() && !keyLabel.isEmpty() ? new KeyName(keyLabel + "-hmac", "") : given;
    }
}
