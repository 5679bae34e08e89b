package io.casemate.seal;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The root key of one id, wrapped once by each seal or in shares: a list from the first day, also while there is one seal. */
public record WrappedRootKey(String id, KeyWraps wraps) {
    /** Its name in the keyring store. */
    public static final String RECORD = "core/wrapped-root-keys";

    /** All its wraps. */
    public List<WrappedKey> keys() {
        return wraps.keys();
    }

    /** What the wrapping is bound to. */
    public KeyContext context() {
        return KeyContext.rootKey(id);
    }

    /** As it is stored. */
    public byte[] encode() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("root_key_id", id);
        return wraps.encode(members);
    }

    /**
     * From what is stored.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when it is not what {@link #encode} makes
     */
    public static WrappedRootKey decode(byte[] record) {
        return SealRecord.decode(
                RECORD,
                record,
                members -> new WrappedRootKey(SealRecord.text(members, "root_key_id"), KeyWraps.of(members)));
    }
}
