package io.casemate.engine.pki.issue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.PublicKeys;
import io.casemate.engine.pki.role.Role;
import io.casemate.kernel.Fault;
import java.security.PublicKey;

/** Which keys a role certifies. */
public final class RoleKeys {
    private RoleKeys() {}

    /** The kind of key to make: the role's, or what the request says when the role leaves it open. */
    public static KeyKind toMake(Role role, String askedType, long askedBits) {
        boolean open = role.text("key_type").equals("any");
        if (open && askedType.isEmpty()) {
            throw Fault.badRequest(
                    "role key type \"any\" not allowed for issuing certificates, only signing, unless the"
                            + " request names a key_type");
        }
        if (!open && !askedType.isEmpty() && !askedType.equals(role.text("key_type"))) {
            throw Fault.badRequest("role requires a key of type " + role.text("key_type"));
        }
        String type = open ? askedType : role.text("key_type");
        long bits = open ? askedBits : role.number("key_bits");
        return kind(type, bits);
    }

    /**
     * The kind that the API's fields name.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when there is none
     */
    public static KeyKind kind(String type, long bits) {
        return KeyKind.of(type, type.equals("ed25519") ? 0 : bits)
                .orElseThrow(
                        () -> Fault.badRequest("fields 'key_type' and 'key_bits': rsa with 2048, 3072 or 4096, ec with"
                                + " 256, 384 or 521, ml-dsa with 44, 65 or 87, or ed25519"));
    }

    /** Passes the key of a CSR. */
    public static void check(Role role, PublicKey key) {
        String type = role.text("key_type");
        if (type.equals("any")) {
            return;
        }
        if (!type.equals(PublicKeys.type(key))) {
            throw Fault.badRequest("role requires keys of type " + type);
        }
        // An Ed25519 key has one size, whatever the role has kept of what was sent.
        if (!type.equals("ed25519") && PublicKeys.bits(key) < role.number("key_bits")) {
            throw Fault.badRequest("role requires a minimum of a " + role.number("key_bits")
                    + "-bit key, but CSR's key is " + PublicKeys.bits(key) + " bits");
        }
    }
}
