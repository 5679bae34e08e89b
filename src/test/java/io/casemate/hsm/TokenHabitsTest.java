package io.casemate.hsm;

import static io.casemate.hsm.WrapTrial.assertOpens;
import static io.casemate.hsm.WrapTrial.wrap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.FaultyModule.Habit;
import io.casemate.hsm.WrappingKey.Wrapped;
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

    private static boolean exists(SoftHsmFixture token, KeyRef key) {
        try (Hsm hsm = Hsm.open(token.settings(), new java.security.SecureRandom())) {
            return ((TokenHsm) hsm).has(key);
        }
    }
}
