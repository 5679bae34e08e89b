package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.List;
import org.bouncycastle.crypto.generators.MLDSAKeyPairGenerator;
import org.bouncycastle.crypto.params.MLDSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SoftwareKeysTest {
    private final SoftwareKeys keys = new SoftwareKeys(new SecureRandom());

    @ParameterizedTest
    @EnumSource(
            value = KeyKind.class,
            names = {"RSA_3072", "RSA_4096"},
            mode = EnumSource.Mode.EXCLUDE)
    void comes_back_from_pkcs8_and_signs_the_same_key(KeyKind kind) throws GeneralSecurityException {
        SoftwareSigner made = keys.generate(kind);
        SoftwareSigner read;
        try (SecretBytes pkcs8 = made.pkcs8()) {
            read = keys.decode(pkcs8.expose());
        }
        assertEquals(kind, read.kind());
        assertArrayEquals(made.publicKey().getEncoded(), read.publicKey().getEncoded());
        byte[] message = "what is signed".getBytes(StandardCharsets.UTF_8);
        String algorithm = switch (kind.type()) {
            case "ec" -> "SHA384withECDSA";
            case "rsa" -> "SHA256withRSA";
            default -> kind.algorithm();
        };
        Signature verifier = Signature.getInstance(algorithm);
        verifier.initVerify(made.publicKey());
        verifier.update(message);
        assertTrue(verifier.verify(read.sign(algorithm, message)));
    }

    @Test
    void every_form_of_an_ml_dsa_key_is_read() throws Exception {
        MLDSAKeyPairGenerator generator = new MLDSAKeyPairGenerator();
        generator.init(new MLDSAKeyGenerationParameters(new SecureRandom(), MLDSAParameters.ml_dsa_65));
        var made = (MLDSAPrivateKeyParameters) generator.generateKeyPair().getPrivate();
        byte[] message = {1, 2, 3};
        for (int form : new int[] {
            MLDSAPrivateKeyParameters.SEED_ONLY, MLDSAPrivateKeyParameters.EXPANDED_KEY, MLDSAPrivateKeyParameters.BOTH
        }) {
            SoftwareSigner read =
                    keys.decode(PrivateKeyInfoFactory.createPrivateKeyInfo(made.getParametersWithFormat(form))
                            .getEncoded());
            assertEquals(KeyKind.ML_DSA_65, read.kind());
            MLDSASigner verifier = new MLDSASigner();
            verifier.init(false, made.getPublicKeyParameters());
            verifier.update(message, 0, message.length);
            assertTrue(verifier.verifySignature(read.sign("ML-DSA", message)), "by another implementation");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyKind.class,
            names = {"RSA_[34].*", "ML_DSA.*"}, // OpenSSL knows ML-DSA from 3.5 on
            mode = EnumSource.Mode.MATCH_NONE)
    void openssl_reads_both_forms(KeyKind kind) throws Exception {
        SoftwareSigner key = keys.generate(kind);
        for (PrivateKeyForm form : PrivateKeyForm.values()) {
            String pem = form.pem(key);
            assertTrue(pem.startsWith("-----BEGIN " + form.label(kind) + "-----\n"), form.label(kind));
            byte[] spki = openssl(pem, "openssl", "pkey", "-pubout", "-outform", "DER");
            assertArrayEquals(key.publicKey().getEncoded(), spki, form + " of " + kind);
        }
    }

    @Test
    void refuses_what_is_no_key_without_saying_what_it_was() {
        byte[] good;
        try (SecretBytes pkcs8 = keys.generate(KeyKind.EC_P256).pkcs8()) {
            good = pkcs8.expose().clone();
        }
        for (int i = 0; i < good.length; i++) {
            byte[] damaged = good.clone();
            damaged[i] ^= 0x55;
            try {
                keys.decode(damaged);
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
            }
        }
        FaultException e = assertThrows(FaultException.class, () -> keys.decode(new byte[SoftwareKeys.MAX_PKCS8 + 1]));
        assertInstanceOf(Fault.BadRequest.class, e.fault());
    }

    @Test
    void prints_no_key() {
        assertEquals("SoftwareSigner[EC_P256]", keys.generate(KeyKind.EC_P256).toString());
    }

    @Test
    void pem_reads_bundles_and_refuses_halves() {
        String text = "Subject: x\n" + Pem.encode("A", new byte[] {1}) + "\r\n" + Pem.encode("B", new byte[100]);
        List<Pem.Block> blocks = Pem.decode(text);
        assertEquals(List.of("A", "B"), blocks.stream().map(Pem.Block::label).toList());
        assertArrayEquals(new byte[100], blocks.get(1).der());
        assertTrue(Pem.decode("no block").isEmpty());
        String half = text.substring(0, text.length() - 5);
        assertThrows(FaultException.class, () -> Pem.decode(half));
        assertThrows(FaultException.class, () -> Pem.decode("-----BEGIN A-----\n%%\n-----END A-----"));
        assertFalse(Pem.encode("A", new byte[1]).endsWith("\n"));
    }

    private static byte[] openssl(String input, String... command) throws Exception {
        Process process = new ProcessBuilder(command).start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        byte[] out = process.getInputStream().readAllBytes();
        assertEquals(0, process.waitFor(), new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        return out;
    }
}
