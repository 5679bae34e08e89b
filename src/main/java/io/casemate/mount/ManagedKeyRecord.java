package io.casemate.mount;

import io.casemate.crypto.KeyKind;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A registered key of a PKCS#11 token (docs/formats/managed-keys.md). Holds where the key is, and never a PIN: the server logs
 * in to its tokens as its configuration says.
 *
 * @param library the configured HSM's name; empty for the first one
 * @param keyId {@code CKA_ID} in hex; empty for any
 * @param mechanism the {@code CKM_} number that it signs by
 * @param kind the pair to make; empty when the registration does not say one
 */
public record ManagedKeyRecord(
        String id,
        String name,
        String library,
        String keyLabel,
        String keyId,
        long mechanism,
        Optional<KeyKind> kind,
        Permissions permissions) {

    /** Uses that the API knows; only {@code sign} and {@code verify} mean something for key pairs that sign. */
    public static final List<String> USAGES =
            List.of("encrypt", "decrypt", "sign", "verify", "wrap", "unwrap", "generate_random", "mac");

    /**
     * What may be done.
     *
     * @param store kept for clients: nothing here puts keys of others into an HSM
     * @param replace kept for clients: nothing here replaces a key in an HSM
     */
    public record Permissions(
            boolean generate, boolean store, boolean replace, boolean anyMount, List<String> usages) {}

    byte[] encode() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("library", library);
        members.put("key_label", keyLabel);
        members.put("key_id", keyId);
        members.put("mechanism", mechanism);
        members.put("kind", kind.map(Enum::name).orElse(null));
        members.put("generate", permissions.generate);
        members.put("store", permissions.store);
        members.put("replace", permissions.replace);
        members.put("any_mount", permissions.anyMount);
        members.put("usages", permissions.usages);
        return JsonRecord.of(members);
    }

    static ManagedKeyRecord decode(String name, byte[] stored) {
        Members members = Members.read("the record of managed key " + name, stored);
        return new ManagedKeyRecord(
                members.text("id"),
                name,
                members.text("library"),
                members.text("key_label"),
                members.text("key_id"),
                members.number("mechanism"),
                members.textIfAny("kind").map(KeyKind::valueOf),
                new Permissions(
                        members.flag("generate"),
                        members.flag("store"),
                        members.flag("replace"),
                        members.flag("any_mount"),
                        members.strings("usages")));
    }
}
