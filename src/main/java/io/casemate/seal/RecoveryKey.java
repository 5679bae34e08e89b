package io.casemate.seal;

import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The record of the recovery key, whose shares people hold when a device guards the root key. It authorises and does
 * <em>not</em> decrypt: without the device, all shares together open nothing.
 *
 * @param verifier a hash that refuses wrong keys without asking the device, so that strangers cannot spend its PIN tries
 */
public record RecoveryKey(String id, byte[] verifier, KeyWraps wraps) {
    /** Its name in the keyring store. */
    public static final String RECORD = "core/recovery-key";

    private static final byte[] DOMAIN = "casemate recovery verifier v1\0".getBytes(StandardCharsets.US_ASCII);

    /** All its wraps. */
    public List<WrappedKey> keys() {
        return wraps.keys();
    }

    /** The verifier of a key of 32 random bytes. */
    public static byte[] verifierOf(SecretBytes key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(DOMAIN);
            return digest.digest(key.expose());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether {@code candidate} can be the key. The wrapped key has the last word. */
    public boolean plausible(SecretBytes candidate) {
        return MessageDigest.isEqual(verifier, verifierOf(candidate));
    }

    /** What the wrapping is bound to. */
    public KeyContext context() {
        return KeyContext.recoveryKey(id);
    }

    /** As it is stored. */
    public byte[] encode() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("recovery_key_id", id);
        members.put("verifier", Base64.getEncoder().encodeToString(verifier));
        return wraps.encode(members);
    }

    /**
     * From what is stored.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when it is not what {@link #encode} makes
     */
    public static RecoveryKey decode(byte[] record) {
        return SealRecord.decode(
                RECORD,
                record,
                members -> new RecoveryKey(
                        SealRecord.text(members, "recovery_key_id"),
                        SealRecord.base64(members, "verifier"),
                        KeyWraps.of(members)));
    }

    @Override
    public String toString() {
        return "RecoveryKey[" + id + ", " + keys() + "]";
    }
}
