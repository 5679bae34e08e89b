package io.casemate.sys;

import io.casemate.crypto.KeyKind;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What is said of a registered key, with the API's names. */
final class ManagedKeyFields {
    /** The fields' declarations. */
    static final Map<String, Field> ALL = declared();

    private static final long EDDSA = 0x1057;
    private static final long ECDSA = 0x1041;

    private ManagedKeyFields() {}

    /** The pair that {@code key_bits} and {@code curve} name; nothing when neither is sent. */
    static Optional<KeyKind> kind(long mechanism, Fields fields) {
        String curve = fields.string("curve").strip().toLowerCase(Locale.ROOT).replace("-", "");
        long bits = fields.integer("key_bits");
        if (mechanism == EDDSA) {
            return Optional.of(KeyKind.ED25519);
        }
        if (mechanism == ECDSA) {
            return curve.isEmpty() && bits == 0
                    ? Optional.empty()
                    : Optional.of(known("ec", curve.isEmpty() ? bits : bits(curve)));
        }
        return bits == 0 ? Optional.empty() : Optional.of(known("rsa", bits));
    }

    /** {@code key_bits} and {@code curve}. */
    static Map<String, Object> shown(Optional<KeyKind> kind) {
        Map<String, Object> data = new LinkedHashMap<>();
        boolean ec = kind.filter(each -> each.type().equals("ec")).isPresent();
        data.put("curve", ec ? "P" + kind.get().bits() : "");
        data.put(
                "key_bits",
                kind.filter(each -> each.type().equals("rsa"))
                        .map(KeyKind::bits)
                        .map(String::valueOf)
                        .orElse(""));
        return data;
    }

    private static long bits(String curve) {
        return curve.matches("p[0-9]{3}") ? Long.parseLong(curve.substring(1)) : -1;
    }

    private static KeyKind known(String type, long bits) {
        return KeyKind.of(type, bits)
                .orElseThrow(() -> Fault.badRequest("fields 'key_bits' and 'curve': 2048, 3072 or 4096 for RSA; P256,"
                        + " P384 or P521 for ECDSA"));
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("name", Field.string("A name of its own."));
        fields.put("library", Field.string("The configured HSM, by the name of its seal; empty for the first one."));
        fields.put("key_label", Field.string("The key's label on the token (CKA_LABEL)."));
        fields.put("key_id", Field.string("The key's id on the token (CKA_ID), hex."));
        fields.put("mechanism", Field.string("0x0001, 0x000d, 0x1041 or 0x1057, or its CKM_ name."));
        fields.put("key_bits", Field.integer(0, "Size of an RSA key to make."));
        fields.put("curve", Field.string("Curve of an EC key to make: P256, P384 or P521."));
        fields.put("pin", Field.string("Not kept: the server logs in as its configuration says."));
        fields.put("slot", Field.string("Taken for clients: the configured HSM has its own."));
        fields.put("token_label", Field.string("Taken for clients: the configured HSM has its own."));
        fields.put("force_rw_session", Field.string("Taken for clients: part of the HSM's configuration."));
        fields.put("max_parallel", Field.integer(0, "Taken for clients: part of the HSM's configuration."));
        fields.put("allow_generate_key", Field.flag(false, "Make the pair when a mount asks and the token has none."));
        fields.put("allow_store_key", Field.flag(false, "Kept for clients: nothing is imported into an HSM."));
        fields.put("allow_replace_key", Field.flag(false, "Kept for clients: nothing in an HSM is replaced."));
        fields.put("any_mount", Field.flag(false, "Every mount may use it."));
        fields.put("usages", Field.strings("Of encrypt, decrypt, sign, verify, wrap, unwrap, generate_random, mac."));
        return fields;
    }
}
