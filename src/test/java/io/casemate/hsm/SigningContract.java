package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What a signing key does on every token. */
final class SigningContract {
    private SigningContract() {}

    /** A key pair of the kind's name that was just made is found by another login, and signs what Java verifies. */
    static void signsWhatJavaVerifies(TestToken token, KeyKind kind, Signer made) throws Exception {
        Signer found = token.open(token.settings()).signers().named(kind.name());

        assertEquals(kind, made.kind());
        assertEquals(kind, found.kind());
        assertEquals(made.publicKey(), found.publicKey());
        Random sizes = new Random(kind.name().hashCode());
        for (String algorithm : algorithms(kind)) {
            int rounds = kind.type().equals("rsa") ? 2 : 8;
            for (int i = 0; i < rounds; i++) {
                byte[] message = new byte[sizes.nextInt(i > 0 ? 200 : 300_000)];
                sizes.nextBytes(message);
                assertVerifies(made, algorithm, message, found.sign(algorithm, message));
                assertVerifies(made, algorithm, message, found.sign(algorithm, (Signer.Message) use -> {
                    use.accept(Arrays.copyOf(message, message.length / 2));
                    use.accept(Arrays.copyOfRange(message, message.length / 2, message.length));
                }));
            }
        }
    }

    private static void assertVerifies(Signer key, String algorithm, byte[] message, byte[] signature)
            throws Exception {
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(key.publicKey());
        verifier.update(message);
        assertTrue(verifier.verify(signature), algorithm);
        verifier.initVerify(key.publicKey());
        verifier.update(message);
        verifier.update((byte) 0);
        assertEquals(false, verifies(verifier, signature));
    }

    private static boolean verifies(Signature verifier, byte[] signature) {
        try {
            return verifier.verify(signature);
        } catch (SignatureException _) {
            return false;
        }
    }

    private static List<String> algorithms(KeyKind kind) {
        return switch (kind) {
            case EC_P256, EC_P384, EC_P521 -> List.of("SHA256withECDSA", "SHA384withECDSA", "SHA512withECDSA");
            case RSA_2048, RSA_3072, RSA_4096 -> List.of("SHA256withRSA", "SHA384withRSA", "SHA512withRSA");
            case ED25519 -> List.of("Ed25519");
            case ML_DSA_44, ML_DSA_65, ML_DSA_87 -> List.of("ML-DSA");
        };
    }
}
