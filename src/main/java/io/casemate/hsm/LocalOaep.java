package io.casemate.hsm;

import io.casemate.crypto.RsaOaep;
import io.casemate.hsm.jna.Attributes;
import io.casemate.hsm.jna.Cka;
import java.security.GeneralSecurityException;

/** RSA-OAEP with the public half of a key pair of the token, done here: for tokens that only decrypt. */
final class LocalOaep {
    private LocalOaep() {}

    static byte[] encrypt(Connection connection, KeyName name, OaepProfile how, byte[] plaintext) {
        Attributes key = publicKey(connection, name);
        byte[] modulus = key.bytes(Cka.MODULUS).orElseGet(() -> new byte[0]);
        byte[] exponent = key.bytes(Cka.PUBLIC_EXPONENT).orElseGet(() -> new byte[0]);
        try {
            return RsaOaep.encrypt(
                    modulus, exponent, how.hash().jcaName(), how.mask().jcaName(), plaintext);
        } catch (GeneralSecurityException e) {
            throw HsmFailures.setup(
                    "LOCAL_ENCRYPTION",
                    "rsa_encrypt_local",
                    "the public key of '" + name.label() + "' does not encrypt by " + how.name() + ": "
                            + e.getMessage());
        }
    }

    /** From the private key object, which others cannot replace without the login, if it tells the modulus. */
    private static Attributes publicKey(Connection connection, KeyName name) {
        Attributes own = connection.read(KeyRef.privateKey(name.label(), name.id()), Cka.MODULUS, Cka.PUBLIC_EXPONENT);
        boolean whole = own.bytes(Cka.MODULUS).filter(bytes -> bytes.length > 0).isPresent()
                && own.bytes(Cka.PUBLIC_EXPONENT)
                        .filter(bytes -> bytes.length > 0)
                        .isPresent();
        return whole
                ? own
                : connection.read(KeyRef.publicKey(name.label(), name.id()), Cka.MODULUS, Cka.PUBLIC_EXPONENT);
    }
}
