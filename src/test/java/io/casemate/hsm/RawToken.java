package io.casemate.hsm;

import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Ckm;
import io.casemate.hsm.jna.Cko;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Does to a token what administrators do with their own tools: keys with any attributes, and looks at what is there. */
final class RawToken {
    private RawToken() {}

    /** Makes an AES-256 key that would be good but for the attributes that are given. */
    static void aesKey(TestToken token, String label, Attribute... unusual) {
        List<Attribute> template = template(label, 32, unusual);
        template.add(Attribute.of(Cka.CLASS, Cko.SECRET_KEY));
        with(
                token,
                connection -> connection.with(session ->
                        session.module().objects().generateKey(session.handle(), Ckm.AES_KEY_GEN, template)));
    }

    /** Makes a generic secret key, which is good for HMACs. */
    static void genericKey(TestToken token, String label, Attribute... unusual) {
        List<Attribute> template = template(label, 32, unusual);
        with(
                token,
                connection -> connection.with(session -> session.module()
                        .objects()
                        .generateKey(session.handle(), Ckm.GENERIC_SECRET_KEY_GEN, template)));
    }

    /** Makes an RSA pair of this many bits. */
    static void rsaPair(TestToken token, String label, long bits, Attribute... unusual) {
        List<Attribute> publicKey = List.of(
                Attribute.of(Cka.LABEL, label),
                Attribute.of(Cka.TOKEN, true),
                Attribute.of(Cka.MODULUS_BITS, bits),
                Attribute.of(Cka.PUBLIC_EXPONENT, new byte[] {1, 0, 1}),
                Attribute.of(Cka.ENCRYPT, true));
        List<Attribute> privateKey = template(label, 0, unusual);
        with(
                token,
                connection -> connection.with(session -> session.module()
                        .objects()
                        .generateKeyPair(session.handle(), Ckm.RSA_PKCS_KEY_PAIR_GEN, publicKey, privateKey)));
    }

    private static List<Attribute> template(String label, long bytes, Attribute... unusual) {
        List<Attribute> template = new ArrayList<>(List.of(unusual));
        List<Attribute> usual = new ArrayList<>(List.of(
                Attribute.of(Cka.LABEL, label),
                Attribute.of(Cka.TOKEN, true),
                Attribute.of(Cka.PRIVATE, true),
                Attribute.of(Cka.SENSITIVE, true),
                Attribute.of(Cka.EXTRACTABLE, false),
                Attribute.of(Cka.DECRYPT, true)));
        if (bytes > 0) {
            usual.add(Attribute.of(Cka.VALUE_LEN, bytes));
            usual.add(Attribute.of(Cka.ENCRYPT, true));
        }
        usual.stream()
                .filter(one -> template.stream().noneMatch(other -> other.type() == one.type()))
                .toList()
                .forEach(template::add);
        return template;
    }

    /** How many objects fit. */
    static int count(TestToken token, KeyRef key) {
        return with(token, connection -> connection.find(key).size());
    }

    /** Removes every object that fits. */
    static void remove(TestToken token, KeyRef key) {
        with(token, connection -> {
            connection
                    .find(key)
                    .forEach(handle -> connection.with(session -> {
                        session.module().objects().destroy(session.handle(), handle);
                        return null;
                    }));
            return null;
        });
    }

    /** Works with a login of its own. */
    static <T> T with(TestToken token, Function<Connection, T> work) {
        TokenLink link = new TokenLink(token.settings(), HsmEvents.UNHEARD);
        try {
            return link.run(work);
        } finally {
            link.close();
        }
    }
}
