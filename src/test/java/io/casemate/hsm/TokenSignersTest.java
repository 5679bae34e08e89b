package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signatures;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.kernel.Fault.HsmProblem;
import java.security.SecureRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenSignersTest {
    private SoftHsmFixture token;

    @BeforeAll
    void makeToken() {
        token = SoftHsmFixture.create().openedBy(this::open);
    }

    /** Other ways to the token have to hold the same contract. */
    Hsm open(HsmSettings settings) {
        return Hsm.open(settings, new SecureRandom());
    }

    @AfterAll
    void close() {
        token.close();
    }

    @ParameterizedTest
    @EnumSource(value = KeyKind.class, names = "ML_DSA.*", mode = EnumSource.Mode.MATCH_NONE)
    void signs_what_java_verifies(KeyKind kind) throws Exception {
        SigningContract.signsWhatJavaVerifies(token, kind, token.hsm().signers().generate(kind.name(), kind));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA256withRSAandMGF1", "SHA384withRSAandMGF1", "SHA512withRSAandMGF1"})
    void signs_pss_that_java_verifies(String algorithm) {
        Signer key = token.hsm().signers().generate(algorithm, KeyKind.RSA_2048);
        byte[] message = {1, 2, 3};

        assertTrue(Signatures.verifies(algorithm, key.publicKey(), message, key.sign(algorithm, message)));
        assertFalse(Signatures.verifies(algorithm, key.publicKey(), new byte[3], key.sign(algorithm, message)));
    }

    @Test
    void a_kind_that_no_token_has_is_refused_and_leaves_nothing() {
        var failed = WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> token.hsm().signers().generate("pq", KeyKind.ML_DSA_65));
        assertTrue(failed.advice().contains("ml-dsa"), failed.advice());
        WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> token.hsm().signers().named("pq"));
    }

    @Test
    void a_taken_name_is_refused_and_its_key_stays() {
        Signers signers = token.hsm().signers();
        Signer first = signers.generate("taken", KeyKind.EC_P256);

        var failed = WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> signers.generate("taken", KeyKind.EC_P384));
        assertEquals("KEY_EXISTS", failed.code());
        assertEquals(first.publicKey(), signers.named("taken").publicKey());
        assertNotEquals(
                first.publicKey(), signers.generate("free", KeyKind.EC_P256).publicKey());
    }

    @Test
    void a_missing_key_is_named() {
        var failed = WrappingKeyTest.assertProblem(
                HsmProblem.SETUP, () -> token.hsm().signers().named("nobody"));
        assertTrue(failed.advice().contains("'nobody'"), failed.advice());
    }

    @Test
    void an_algorithm_that_does_not_suit_the_key_is_refused() {
        Signer key = token.hsm().signers().generate("suits", KeyKind.EC_P256);

        for (String algorithm : new String[] {"SHA256withRSA", "SHA1withECDSA", "NONEwithECDSA", "", "Ed25519"}) {
            WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> key.sign(algorithm, new byte[1]));
        }
    }
}
