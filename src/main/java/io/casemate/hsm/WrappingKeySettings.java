package io.casemate.hsm;

import io.casemate.kernel.Fault;
import java.util.HexFormat;
import java.util.List;

/**
 * Which key wraps, and how.
 *
 * @param keyLabel {@code CKA_LABEL} of the AES key or RSA key pair
 * @param keyId {@code CKA_ID} in hex with or without {@code 0x}; empty when the label is enough
 * @param hmacKeyLabel label of the key that authenticates AES-CBC; empty means {@code keyLabel + "-hmac"}
 * @param mechanism {@code auto}, or a name or number: {@code CKM_AES_GCM} (0x1087), {@code CKM_AES_CBC_PAD} (0x1085),
 *     {@code CKM_RSA_PKCS_OAEP} (0x0009)
 * @param generate make missing keys in the token
 * @param rsaOaepHash {@code auto}, {@code sha1}, {@code sha224}, {@code sha256}, {@code sha384} or {@code sha512}
 */
public record WrappingKeySettings(
        String keyLabel, String keyId, String hmacKeyLabel, String mechanism, boolean generate, String rsaOaepHash) {
    /** Let the token's self-test decide. */
    public static final String AUTO = "auto";

    /**
     * Checks names and numbers.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured}
     */
    public WrappingKeySettings {
        keyId = keyId.startsWith("0x") || keyId.startsWith("0X") ? keyId.substring(2) : keyId;
        try {
            keyId = HexFormat.of().formatHex(HexFormat.of().parseHex(keyId));
        } catch (IllegalArgumentException e) {
            throw new Fault.Misconfigured(List.of("key_id: '" + keyId + "' is not an even number of hex digits"))
                    .causedBy(e);
        }
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
        return new WrappingKeySettings(keyLabel, "", "", AUTO, generate, AUTO);
    }

    /** The label of the HMAC key, also when it was not given. */
    String effectiveHmacKeyLabel() {
        return hmacKeyLabel.isEmpty() ? keyLabel + "-hmac" : hmacKeyLabel;
    }
}
