package io.casemate.seal;

import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A key as one seal wrapped it. Not secret.
 *
 * @param seal the seal's configured name
 * @param type the seal's type
 * @param profile how it was wrapped, so that opening never guesses
 * @param keyLabel the wrapping key's label on its device, or empty
 * @param keyId the wrapping key's id on its device, or empty
 * @param token the device, or empty
 * @param share which share of the key it holds; empty when it holds the key itself
 */
public record WrappedKey(
        String seal,
        String type,
        String profile,
        String keyLabel,
        String keyId,
        String token,
        byte[] ciphertext,
        Optional<ShareMark> share) {
    /** The key itself. */
    public WrappedKey(
            String seal, String type, String profile, String keyLabel, String keyId, String token, byte[] ciphertext) {
        this(seal, type, profile, keyLabel, keyId, token, ciphertext, Optional.empty());
    }

    /** The same wrap, which holds a share. */
    WrappedKey holding(ShareMark mark) {
        return new WrappedKey(seal, type, profile, keyLabel, keyId, token, ciphertext, Optional.of(mark));
    }

    /**
     * This, if it gave back what was wrapped.
     *
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when it did not
     */
    WrappedKey proven(SecretBytes opened, SecretBytes key) {
        if (!opened.matches(key)) {
            throw new Fault.Misconfigured(
                            List.of("seal '" + seal + "' does not give back the key it wrapped; nothing was changed"))
                    .asException();
        }
        return this;
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("seal", seal);
        members.put("type", type);
        members.put("profile", profile);
        members.put("key_label", keyLabel);
        members.put("key_id", keyId);
        members.put("token", token);
        members.put("ciphertext", Base64.getEncoder().encodeToString(ciphertext));
        share.ifPresent(mark -> mark.put(members));
        return members;
    }

    static WrappedKey of(Object value) {
        if (!(value instanceof Map<?, ?> members)) {
            throw Fault.badRequest("a wrapped key is an object");
        }
        return new WrappedKey(
                text(members, "seal"),
                text(members, "type"),
                text(members, "profile"),
                text(members, "key_label"),
                text(members, "key_id"),
                text(members, "token"),
                SealRecord.base64(members, "ciphertext"),
                members.get("share") == null ? Optional.empty() : Optional.of(ShareMark.of(members)));
    }

    private static String text(Map<?, ?> members, String name) {
        return SealRecord.text(members, name);
    }

    /** Two are equal when they are the same bytes by the same seal. */
    @Override
    public boolean equals(Object other) {
        return other instanceof WrappedKey key
                && seal.equals(key.seal)
                && type.equals(key.type)
                && profile.equals(key.profile)
                && share.equals(key.share)
                && Arrays.equals(ciphertext, key.ciphertext);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ciphertext);
    }

    @Override
    public String toString() {
        return "WrappedKey[" + seal + ", " + type + ", " + profile + "]";
    }
}
