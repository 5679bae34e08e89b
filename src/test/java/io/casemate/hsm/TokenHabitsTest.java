package io.casemate.hsm;

import static io.casemate.hsm.WrapTrial.assertOpens;
import static io.casemate.hsm.WrapTrial.wrap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.hsm.FaultyModule.Habit;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.jna.CFunction;
import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Fault.HsmProblem;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The automatic choice fits itself to what tokens do, and leaves no useless keys behind. */
class TokenHabitsTest {

    static Stream<Arguments> tokens() {
        return Stream.of(
                Arguments.of(new Habit[] {}, "aes-gcm:iv=app"),
                Arguments.of(new Habit[] {Habit.NO_LIMITS}, "aes-gcm:iv=app"),
                Arguments.of(new Habit[] {Habit.NO_LIMITS, Habit.NO_SECRET_KEYS}, "rsa-oaep:hash=sha1:mgf1=sha1"),
                Arguments.of(new Habit[] {Habit.TOKEN_WRITES_IV}, "aes-gcm:iv=token"),
                Arguments.of(new Habit[] {Habit.TOKEN_APPENDS_IV}, "aes-gcm:iv=appended"),
                Arguments.of(new Habit[] {Habit.NO_GCM}, "aes-cbc-pad:hmac-sha256:hmac-key=726f6f742d686d6163"),
                Arguments.of(
                        new Habit[] {Habit.NO_GCM, Habit.NO_CBC_PAD},
                        "aes-cbc:hmac-sha256:hmac-key=726f6f742d686d6163"),
                Arguments.of(new Habit[] {Habit.NO_GCM, Habit.NO_CBC}, "rsa-oaep:hash=sha1:mgf1=sha1"),
                Arguments.of(new Habit[] {Habit.NO_SECRET_KEYS}, "rsa-oaep:hash=sha1:mgf1=sha1"));
    }

    @ParameterizedTest
    @MethodSource("tokens")
    void the_best_profile_that_works_is_chosen(Habit[] habits, String profile) throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("habits")) {
            module.habits(habits);
            WrappingKey key = WrapTrial.rootKey(token.hsm());
            Wrapped wrapped = wrap(key);

            assertTrue(wrapped.profile().startsWith(profile), wrapped.profile());
            assertOpens(key, wrapped);
            WrappingKeyTest.assertProblem(HsmProblem.DATA, () -> key.unwrap(wrapped, new byte[] {8}));
            assertOpens(
                    token.open(token.settings()).wrappingKey(WrappingKeySettings.automatic("root", false)), wrapped);
            assertEquals(
                    !profile.startsWith("rsa"), exists(token, KeyRef.secret("root", "")), "a secret key of no use");
            assertEquals(profile.contains("hmac"), exists(token, KeyRef.secret("root-hmac", "")));
        }
    }

    @Test
    void a_mechanism_that_was_asked_for_and_does_not_work_is_an_error_and_leaves_no_key() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("habits")) {
            module.habits(Habit.NO_GCM);
            WrappingKey key = token.hsm().wrappingKey(KeySettings.by("root", "CKM_AES_GCM"));

            var failed = WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> wrap(key));
            assertTrue(failed.advice().contains("'root'") && failed.advice().contains("habits"), failed.advice());
            assertTrue(!exists(token, KeyRef.secret("root", "")));
        }
    }

    @Test
    void keys_without_limits_are_still_guarded_and_those_of_other_tokens_stay_limited() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("habits")) {
            token.hsm().signers().generate("limited", KeyKind.EC_P256);
            module.habits(Habit.NO_LIMITS);
            token.hsm().signers().generate("unlimited", KeyKind.EC_P256);
            for (KeyEvidence key : token.hsm().evidence().keys()) {
                assertEquals(true, key.attributes().get("sensitive"), key.label());
                assertEquals(false, key.attributes().get("extractable"), key.label());
                assertEquals(true, key.attributes().get("private"), key.label());
                assertEquals(key.label().equals("unlimited"), key.attributes().get("decrypt"), key.label());
            }
        }
    }

    @Test
    void what_a_token_only_decrypts_is_encrypted_here() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("habits")) {
            module.fail(CFunction.C_EncryptInit, Ckr.CKR_MECHANISM_INVALID, Long.MAX_VALUE);
            WrappingKey key = token.hsm().wrappingKey(WrappingKeySettings.automatic("root", true));
            Wrapped wrapped = wrap(key);

            assertEquals("rsa-oaep:hash=sha1:mgf1=sha1", wrapped.profile());
            assertOpens(key, wrapped);
            WrappingKeyTest.assertProblem(HsmProblem.DATA, () -> key.unwrap(wrapped, new byte[] {8}));
            byte[] changed = wrapped.ciphertext().clone();
            changed[9] ^= 1;
            WrappingKeyTest.assertProblem(
                    HsmProblem.DATA, () -> key.unwrap(WrappingContract.with(wrapped, changed), WrapTrial.CONTEXT));
        }
    }

    @Test
    void a_new_pair_that_does_not_sign_does_not_stay() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("habits")) {
            module.fail(CFunction.C_SignInit, Ckr.CKR_HOST_MEMORY, Long.MAX_VALUE);
            var failed = WrappingKeyTest.assertProblem(
                    HsmProblem.SETUP, () -> token.hsm().signers().generate("ca", KeyKind.EC_P256));
            assertEquals("KEY_NOT_USABLE", failed.code());
            assertTrue(failed.advice().contains("C_SignInit answers CKR_HOST_MEMORY"), failed.advice());
            assertEquals(0, RawToken.count(token, KeyRef.privateKey("ca", "")));
            assertEquals(0, RawToken.count(token, KeyRef.publicKey("ca", "")));

            module.heal();
            token.hsm().signers().generate("ca", KeyKind.EC_P256).sign("SHA256withECDSA", new byte[1]);
        }
    }

    @Test
    void a_length_that_is_none_is_not_taken_for_one() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("habits")) {
            wrap(WrapTrial.rootKey(token.hsm()));
            Signer signer = token.hsm().signers().generate("ca", KeyKind.EC_P256);
            module.habits(Habit.BAD_LENGTHS);

            HsmEvidence told = token.hsm().evidence();
            assertEquals(2, told.keys().size());
            assertTrue(
                    told.keys().stream().allMatch(key -> key.allowedMechanisms().isEmpty() && key.bits() > 0));

            long begun = module.calls(CFunction.C_SignInit) - module.calls(CFunction.C_Sign);
            WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> signer.sign("SHA256withECDSA", new byte[1]));
            assertEquals(
                    begun,
                    module.calls(CFunction.C_SignInit) - module.calls(CFunction.C_Sign),
                    "called again with a buffer that was said to be as long");
        }
    }

    private static boolean exists(SoftHsmFixture token, KeyRef key) {
        try (Hsm hsm = Hsm.open(token.settings(), new java.security.SecureRandom())) {
            return ((TokenHsm) hsm).has(key);
        }
    }
}
