package io.casemate.engine.pki.issue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.PublicKeys;
import io.casemate.engine.pki.role.Role;
import io.casemate.kernel.Fault;
import java.security.PublicKey;
import java.util.Arrays;

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
        return Arrays.stream(KeyKind.values())
                .filter(kind -> kind.type().equals(type) && (bits == 0 || bits == kind.bits()))
                .findFirst()
                .orElseThrow(
                        () -> Fault.badRequest("fields 'key_type' and 'key_bits': rsa with 2048, 3072 or 4096, ec with"
                                + " 256, 384 or 521, or ed25519"));
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
        if (PublicKeys.bits(key) < role.number("key_bits")) {
            throw Fault.badRequest("role requires a minimum of a " + role.number("key_bits")
                    + "-bit key, but CSR's key is " + PublicKeys.bits(key) + " bits");
        }
    }
}
