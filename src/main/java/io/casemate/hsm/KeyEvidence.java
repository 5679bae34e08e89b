package io.casemate.hsm;

import java.util.List;
import java.util.Map;

/**
 * What a token says of one key.
 *
 * @param objectClass {@code secret} or {@code private}
 * @param id {@code CKA_ID} in hex; like the label it may be empty
 * @param type such as {@code AES}; empty when the token does not tell
 * @param bits size of the key; 0 when the token does not tell
 * @param attributes by the names of {@link #ATTRIBUTES}; what the token does not tell is absent
 * @param allowedMechanisms {@code CKA_ALLOWED_MECHANISMS}, by name or number; empty when the token tells of no restriction
 * @param certificates X.509 certificates in the token with the key's id, DER; where a vendor's attestation of the key would be
 */
public record KeyEvidence(
        String objectClass,
        String label,
        String id,
        String type,
        int bits,
        Map<String, Boolean> attributes,
        List<String> allowedMechanisms,
        List<byte[]> certificates) {
    /** What is asked of every key, in this order. */
    public static final List<String> ATTRIBUTES = List.of(
            "local",
            "sensitive",
            "always_sensitive",
            "extractable",
            "never_extractable",
            "private",
            "modifiable",
            "encrypt",
            "decrypt",
            "sign",
            "verify",
            "wrap",
            "unwrap",
            "derive");

    /** Copies what can be changed. */
    public KeyEvidence {
        attributes = Map.copyOf(attributes);
        allowedMechanisms = List.copyOf(allowedMechanisms);
        certificates = List.copyOf(certificates);
    }
}
