package io.casemate.hsm;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Ckm;
import io.casemate.hsm.jna.ObjectFunctions.KeyPairHandles;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Makes signing key pairs in the token: sensitive, never extractable, for signing only, and never one of a taken name. */
final class SigningKeyBirth {
    private static final byte[] F4 = {1, 0, 1};

    private SigningKeyBirth() {}

    /**
     * Makes the pair.
     *
     * @param name label, and an id that nobody else uses: by it a repeated call knows the pair it made before it failed
     */
    static Void make(Connection connection, KeyName name, KeyKind kind) {
        if (connection.has(KeyRef.privateKey(name.label(), name.id()))) {
            return null;
        }
        if (taken(connection, name).isEmpty()) {
            KeyPairHandles pair = generate(connection, name, kind);
            if (taken(connection, name).equals(List.of(pair.privateKey(), pair.publicKey()))) {
                return null;
            }
            KeyBirth.undo(connection, List.of(pair.privateKey(), pair.publicKey()));
            if (taken(connection, name).size() == 2 && connection.has(KeyRef.privateKey(name.label(), name.id()))) {
                return null; // the token had made ours at the first try, and answered that it failed
            }
        }
        throw HsmFailures.setup(
                "KEY_EXISTS",
                "C_GenerateKeyPair",
                "token '" + connection.token().label() + "' already has a key named '" + name.label()
                        + "'; choose another name");
    }

    private static List<Long> taken(Connection connection, KeyName name) {
        List<Long> found = new ArrayList<>(connection.find(KeyRef.privateKey(name.label(), "")));
        found.addAll(connection.find(KeyRef.publicKey(name.label(), "")));
        return found;
    }

    private static KeyPairHandles generate(Connection connection, KeyName name, KeyKind kind) {
        return switch (kind) {
            case RSA_2048, RSA_3072, RSA_4096 ->
                generate(
                        connection,
                        name,
                        Ckm.RSA_PKCS_KEY_PAIR_GEN,
                        List.of(
                                Attribute.of(Cka.MODULUS_BITS, (long) kind.bits()),
                                Attribute.of(Cka.PUBLIC_EXPONENT, F4)));
            case EC_P256, EC_P384, EC_P521 -> generate(connection, name, Ckm.EC_KEY_PAIR_GEN, curve(kind, 0));
            case ED25519 -> edwards(connection, name, kind);
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 ->
                throw HsmFailures.setup(
                        "KIND_NOT_SUPPORTED",
                        "C_GenerateKeyPair",
                        "keys of type ml-dsa are made in software only (internal, exported): the tokens of today do not"
                                + " have them");
        };
    }

    /** Tokens of 2.40 know the curve by its OID, some of 3.0 only by its name. */
    private static KeyPairHandles edwards(Connection connection, KeyName name, KeyKind kind) {
        try {
            return generate(connection, name, Ckm.EC_EDWARDS_KEY_PAIR_GEN, curve(kind, 0));
        } catch (FaultException e) {
            if (HsmFailures.failure(e).problem() != HsmProblem.SETUP
                    || !connection.mechanisms().contains(Ckm.EC_EDWARDS_KEY_PAIR_GEN)) {
                throw e;
            }
            return generate(connection, name, Ckm.EC_EDWARDS_KEY_PAIR_GEN, curve(kind, 1));
        }
    }

    private static List<Attribute> curve(KeyKind kind, int spelling) {
        return List.of(Attribute.of(Cka.EC_PARAMS, EcCurves.parameters(kind).get(spelling)));
    }

    private static KeyPairHandles generate(
            Connection connection, KeyName name, long mechanism, List<Attribute> parameters) {
        byte[] id = HexFormat.of().parseHex(name.id());
        List<Attribute> publicKey = new ArrayList<>(parameters);
        publicKey.add(Attribute.of(Cka.LABEL, name.label()));
        publicKey.add(Attribute.of(Cka.ID, id));
        publicKey.add(Attribute.of(Cka.TOKEN, true));
        publicKey.add(Attribute.of(Cka.VERIFY, true));
        List<Attribute> privateKey = KeyBirth.privateKey(name.label(), id, Cka.SIGN);
        return connection.with(session -> SingleUseKeys.pair(session, mechanism, publicKey, privateKey));
    }
}
