package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Halves of one pair are told from halves of two, whoever wrote them. */
class KeyPairsTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({"RSA,2048", "EC,256", "EC,384", "Ed25519,255"})
    void pairs_of_the_jdk(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        KeyPair one = generator.generateKeyPair();
        KeyPair other = generator.generateKeyPair();
        assertTrue(KeyPairs.match(one.getPrivate(), one.getPublic()));
        assertFalse(KeyPairs.match(one.getPrivate(), other.getPublic()));
    }

    /** The last one has no public half in it. */
    @ParameterizedTest
    @CsvSource({
        "RSA,-algorithm RSA -pkeyopt rsa_keygen_bits:2048,''",
        "EC,-algorithm EC -pkeyopt ec_paramgen_curve:P-256,''",
        "EC,-algorithm EC -pkeyopt ec_paramgen_curve:P-256,-conv_form compressed",
        "EC,-algorithm EC -pkeyopt ec_paramgen_curve:P-384,-no_public"
    })
    void pairs_of_openssl(String algorithm, String options, String form) throws Exception {
        PrivateKey secret = generate(algorithm, options, form, "one");
        PublicKey own = open(algorithm, "one");
        generate(algorithm, options, form, "two");
        assertTrue(KeyPairs.match(secret, own));
        assertFalse(KeyPairs.match(secret, open(algorithm, "two")));
    }

    @Test
    void a_key_of_another_kind_is_no_half() throws GeneralSecurityException {
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        KeyPair ec = KeyPairGenerator.getInstance("EC").generateKeyPair();
        assertFalse(KeyPairs.match(rsa.getPrivate(), ec.getPublic()));
        assertFalse(KeyPairs.match(ec.getPrivate(), rsa.getPublic()));
    }

    private PrivateKey generate(String algorithm, String options, String form, String name) throws Exception {
        openssl("genpkey " + options + " -out " + name);
        if (!form.isEmpty()) {
            openssl("ec -in " + name + " " + form + " -out " + name + ".ec");
            openssl("pkcs8 -topk8 -nocrypt -in " + name + ".ec -out " + name + ".p8");
        } else {
            openssl("pkcs8 -topk8 -nocrypt -in " + name + " -out " + name + ".p8");
        }
        openssl("pkcs8 -topk8 -nocrypt -in " + name + ".p8 -outform DER -out " + name + ".der");
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes(name + ".der")));
    }

    private PublicKey open(String algorithm, String name) throws Exception {
        openssl("pkey -in " + name + " -pubout -outform DER -out " + name + ".pub");
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(bytes(name + ".pub")));
    }

    private byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(directory.resolve(name));
    }

    private void openssl(String words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(("openssl " + words).split(" "))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
    }
}
