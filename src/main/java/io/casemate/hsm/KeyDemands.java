package io.casemate.hsm;

import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Cko;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a key has to be before it wraps. Refused is a key that can leave the token, that everybody can use, that is of the
 * wrong type, or that may not do what it is for; each problem is named by its attribute, all at once. What the token does
 * not tell is not held against the key. Opening asks for none of this: what is wrapped has to open.
 */
final class KeyDemands {
    private static final Logger LOG = System.getLogger("casemate.hsm");
    private static final int LEAST_RSA_BITS = 2048;
    private static final Map<Long, String> USES =
            Map.of(Cka.ENCRYPT, "CKA_ENCRYPT", Cka.DECRYPT, "CKA_DECRYPT", Cka.SIGN, "CKA_SIGN");

    private final List<String> problems = new ArrayList<>();
    private final List<String> doubts = new ArrayList<>();
    private final Attributes attributes;

    private KeyDemands(Attributes attributes) {
        this.attributes = attributes;
    }

    /** An AES key that encrypts and decrypts. */
    static void aes(Connection connection, KeyRef key) {
        KeyDemands demands = read(connection, key);
        demands.type("an AES key (CKK_AES)", Cko.KEY_AES);
        demands.guarded();
        demands.uses(Cka.ENCRYPT, Cka.DECRYPT);
        demands.settle(connection, key);
    }

    /** A secret key that makes HMACs. */
    static void hmac(Connection connection, KeyRef key) {
        KeyDemands demands = read(connection, key);
        demands.type("an HMAC key (CKK_GENERIC_SECRET, CKK_SHA256_HMAC)", Cko.KEY_GENERIC_SECRET, Cko.KEY_SHA256_HMAC);
        demands.guarded();
        demands.uses(Cka.SIGN);
        demands.settle(connection, key);
    }

    /** A private RSA key that decrypts. */
    static void rsa(Connection connection, KeyRef key) {
        KeyDemands demands = read(connection, key);
        demands.type("an RSA key (CKK_RSA)", Cko.KEY_RSA);
        demands.modulus();
        demands.guarded();
        demands.uses(Cka.DECRYPT);
        demands.settle(connection, key);
    }

    private static KeyDemands read(Connection connection, KeyRef key) {
        return new KeyDemands(connection.read(
                key,
                Cka.KEY_TYPE,
                Cka.MODULUS,
                Cka.PRIVATE,
                Cka.SENSITIVE,
                Cka.EXTRACTABLE,
                Cka.ALWAYS_SENSITIVE,
                Cka.NEVER_EXTRACTABLE,
                Cka.LOCAL,
                Cka.ENCRYPT,
                Cka.DECRYPT,
                Cka.SIGN,
                Cka.UNWRAP,
                Cka.WRAP));
    }

    private void type(String wanted, long... types) {
        long type = attributes.ulong(Cka.KEY_TYPE).orElse(types[0]);
        if (java.util.Arrays.stream(types).noneMatch(t -> t == type)) {
            problems.add("CKA_KEY_TYPE is 0x%X, needed is %s".formatted(type, wanted));
        }
    }

    private void modulus() {
        attributes.bytes(Cka.MODULUS).ifPresent(bytes -> {
            int bits = new java.math.BigInteger(1, bytes).bitLength();
            if (bits > 0 && bits < LEAST_RSA_BITS) {
                problems.add("CKA_MODULUS has " + bits + " bits, needed are " + LEAST_RSA_BITS);
            }
        });
    }

    private void guarded() {
        refuse(Cka.SENSITIVE, false, "CKA_SENSITIVE is false: the key can be read from the token in clear");
        refuse(Cka.EXTRACTABLE, true, "CKA_EXTRACTABLE is true: the key can leave the token");
        refuse(Cka.PRIVATE, false, "CKA_PRIVATE is false: the key can be used without the PIN");
        doubt(Cka.LOCAL, false, "CKA_LOCAL is false: it was not made in this token");
        doubt(Cka.ALWAYS_SENSITIVE, false, "CKA_ALWAYS_SENSITIVE is false: it could be read in clear once");
        doubt(Cka.NEVER_EXTRACTABLE, false, "CKA_NEVER_EXTRACTABLE is false: it could leave a token once");
        doubt(Cka.UNWRAP, true, "CKA_UNWRAP is true: what it wraps can be made a key of the token");
    }

    private void uses(long... uses) {
        for (long use : uses) {
            refuse(use, false, USES.get(use) + " is false: the token will answer CKR_KEY_FUNCTION_NOT_PERMITTED");
        }
    }

    private void refuse(long attribute, boolean bad, String text) {
        attributes.bool(attribute).filter(value -> value == bad).ifPresent(_ -> problems.add(text));
    }

    private void doubt(long attribute, boolean bad, String text) {
        attributes.bool(attribute).filter(value -> value == bad).ifPresent(_ -> doubts.add(text));
    }

    private void settle(Connection connection, KeyRef key) {
        if (!problems.isEmpty()) {
            throw HsmFailures.setup(
                    "KEY_ATTRIBUTES",
                    "C_GetAttributeValue",
                    key + " on " + connection.place() + " cannot be a wrapping key: " + String.join("; ", problems)
                            + ". Let Casemate make a key under a new key_label (generate_key)");
        }
        if (!doubts.isEmpty()) {
            LOG.log(Level.WARNING, "{0} on {1}: {2}", key, connection.place(), String.join("; ", doubts));
        }
    }
}
