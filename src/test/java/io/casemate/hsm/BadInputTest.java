package io.casemate.hsm;

import static io.casemate.hsm.WrapTrial.CONTEXT;
import static io.casemate.hsm.WrapTrial.wrap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.FaultyModule.Habit;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.CFunction;
import io.casemate.hsm.jna.Cka;
import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.SecretBytes;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What operators and tokens get wrong: each is told by what is wrong, the token's own code, and what to do. */
class BadInputTest {
    private FaultyModule module;
    private SoftHsmFixture token;

    @BeforeEach
    void makeToken() throws Exception {
        module = new FaultyModule();
        token = module.token("bad-input");
    }

    @AfterEach
    void close() throws Exception {
        token.close();
        module.close();
    }

    @Test
    void wrong_pin() {
        Hsm hsm = token.open(
                HsmSettings.of(token.settings().library(), token.settings().token(), () -> SecretBytes.ofText("0000")));
        assertTold(refused(HsmProblem.PIN, hsm.wrappingKey(automatic())), "CKR_PIN_INCORRECT", "tried once", "wipe");
    }

    @Test
    void locked_pin() {
        module.habits(Habit.PIN_LOCKED);
        assertTold(
                refused(HsmProblem.PIN, key(automatic())),
                "CKR_PIN_LOCKED",
                "bad-input",
                "security officer",
                "No login");
        module.habits();
        module.fail(CFunction.C_Login, Ckr.CKR_PIN_LOCKED, 1);
        Hsm other = token.open(token.settings());
        assertTold(refused(HsmProblem.PIN, other.wrappingKey(automatic())), "CKR_PIN_LOCKED", "security officer");
    }

    @Test
    void absent_mechanism() {
        module.habits(Habit.GCM_UNLISTED);
        WrappingKeySettings settings = KeySettings.by("root", "CKM_AES_GCM");
        assertTold(
                refused(HsmProblem.SETUP, key(settings)),
                "CKM_AES_GCM (0x1087)",
                "CKR_MECHANISM_INVALID",
                "bad-input",
                "try mechanism auto");
        assertEquals(0, RawToken.count(token, KeyRef.secret("root", "")));
    }

    @Test
    void mechanism_that_is_listed_and_does_not_work() {
        module.habits(Habit.NO_GCM);
        assertTold(
                refused(HsmProblem.SETUP, key(KeySettings.by("root", "CKM_AES_GCM"))),
                "aes-gcm:iv=app: C_EncryptInit answers CKR_MECHANISM_INVALID");
    }

    static Stream<Arguments> unfitKeys() {
        return Stream.of(
                Arguments.of(
                        Attribute.of(Cka.EXTRACTABLE, true), "CKA_EXTRACTABLE is true: the key can leave the token"),
                Arguments.of(Attribute.of(Cka.SENSITIVE, false), "CKA_SENSITIVE is false"),
                Arguments.of(
                        Attribute.of(Cka.PRIVATE, false), "CKA_PRIVATE is false: the key can be used without the PIN"),
                Arguments.of(
                        Attribute.of(Cka.DECRYPT, false),
                        "CKA_DECRYPT is false: the token will answer" + " CKR_KEY_FUNCTION_NOT_PERMITTED"),
                Arguments.of(Attribute.of(Cka.ENCRYPT, false), "CKA_ENCRYPT is false"));
    }

    @ParameterizedTest
    @MethodSource("unfitKeys")
    void key_with_wrong_attributes(Attribute wrong, String told) {
        RawToken.aesKey(token, "root", wrong);
        for (boolean generate : new boolean[] {true, false}) {
            HsmFailed failed = refused(HsmProblem.SETUP, key(WrappingKeySettings.automatic("root", generate)));
            assertEquals("KEY_ATTRIBUTES", failed.code());
            assertTold(failed, told, "secret key 'root'", "bad-input", "generate_key");
        }
    }

    @Test
    void several_wrong_attributes_are_told_at_once() {
        RawToken.aesKey(token, "root", Attribute.of(Cka.EXTRACTABLE, true), Attribute.of(Cka.DECRYPT, false));
        assertTold(refused(HsmProblem.SETUP, key(automatic())), "CKA_EXTRACTABLE", "CKA_DECRYPT");
    }

    @Test
    void key_of_the_wrong_type_or_size() {
        RawToken.genericKey(token, "generic");
        RawToken.rsaPair(token, "short", 1024);
        RawToken.rsaPair(token, "signs", 2048, Attribute.of(Cka.DECRYPT, false));
        assertTold(
                refused(HsmProblem.SETUP, key(WrappingKeySettings.automatic("generic", true))),
                "CKA_KEY_TYPE is 0x10, needed is an AES key");
        assertTold(
                refused(HsmProblem.SETUP, key(WrappingKeySettings.automatic("short", true))),
                "CKA_MODULUS has 1024 bits");
        assertTold(
                refused(HsmProblem.SETUP, key(WrappingKeySettings.automatic("signs", true))), "CKA_DECRYPT is false");
    }

    @Test
    void hmac_key_with_wrong_attributes() {
        RawToken.aesKey(token, "root");
        RawToken.genericKey(token, "root-hmac", Attribute.of(Cka.SIGN, false));
        assertTold(
                refused(HsmProblem.SETUP, key(KeySettings.by("root", "CKM_AES_CBC_PAD"))),
                "secret key 'root-hmac'",
                "CKA_SIGN is false");
    }

    @Test
    void a_key_of_less_perfect_origin_is_used() {
        RawToken.aesKey(token, "root", Attribute.of(Cka.UNWRAP, true), Attribute.of(Cka.WRAP, true));
        wrap(key(automatic()));
    }

    @Test
    void duplicate_labels() {
        RawToken.aesKey(token, "root", Attribute.of(Cka.ID, new byte[] {0x0a}));
        RawToken.aesKey(token, "root", Attribute.of(Cka.ID, new byte[] {0x0b}));
        HsmFailed failed = refused(HsmProblem.SETUP, key(automatic()));
        assertEquals("KEY_AMBIGUOUS", failed.code());
        assertTold(failed, "2 objects fit secret key 'root'", "0x0a", "0x0b", "name one by key_id");
        wrap(key(new WrappingKeySettings("root", "0b", "", "", "", "", "auto", "auto", false, false)));
        assertEquals(2, RawToken.count(token, KeyRef.secret("root", "")));
    }

    @Test
    void read_only_token() {
        module.habits(Habit.READ_ONLY);
        assertTold(
                refused(HsmProblem.SETUP, key(automatic())),
                "CKR_SESSION_READ_ONLY",
                "write-protected",
                "create the key with the HSM's own tool");
        wrap(token.open(token.settings().withForceReadWrite(true)).wrappingKey(automatic()));
    }

    @Test
    void full_token() {
        module.fail(CFunction.C_GenerateKey, Ckr.CKR_DEVICE_MEMORY, Long.MAX_VALUE);
        long before = module.calls(CFunction.C_GenerateKey);
        assertTold(
                refused(HsmProblem.AWAY, key(automatic())), "CKR_DEVICE_MEMORY", "the token is full; remove objects");
        assertEquals(before + 1, module.calls(CFunction.C_GenerateKey), "a full token is not asked again");
        module.heal();
        wrap(key(automatic()));
    }

    @Test
    void slot_number_that_has_changed() {
        HsmSettings right = token.settings();
        Hsm gone = token.open(HsmSettings.of(right.library(), TokenSelector.slot("987654321"), right.pin()));
        assertTold(
                refused(HsmProblem.AWAY, gone.wrappingKey(automatic())),
                "slot 987654321",
                "CKR_SLOT_ID_INVALID",
                "'bad-input' (serial " + token.serial() + ", slot ",
                "choose by token_label or token_serial");
        String empty = token.hsm().slots().stream()
                .filter(slot -> !slot.initialized())
                .findFirst()
                .orElseThrow()
                .id();
        Hsm other = token.open(HsmSettings.of(right.library(), TokenSelector.slot(empty), right.pin()));
        assertTold(
                refused(HsmProblem.SETUP, other.wrappingKey(automatic())), "is not initialised", "'bad-input'", "slot");
    }

    @Test
    void slot_with_a_stranger_in_it_is_refused_before_the_pin_is_tried() {
        String slot = token.hsm().slots().stream()
                .filter(one -> one.serial().equals(token.serial()))
                .findFirst()
                .orElseThrow()
                .id();
        long before = module.calls(CFunction.C_Login);
        TokenSelector both =
                TokenSelector.all(java.util.List.of(TokenSelector.slot(slot), TokenSelector.serial("another")));
        HsmSettings right = token.settings();
        Hsm hsm = token.open(HsmSettings.of(right.library(), both, right.pin()));
        assertTold(refused(HsmProblem.AWAY, hsm.wrappingKey(automatic())), "token serial 'another'", token.serial());
        assertEquals(before, module.calls(CFunction.C_Login));
    }

    @Test
    void blob_from_another_hsm() {
        try (SoftHsmFixture other = SoftHsmFixture.create("other-hsm", SoftHsmFixture.PIN)) {
            Wrapped foreign = wrap(other.hsm().wrappingKey(automatic()));
            WrappingKey here = key(automatic());
            assertTold(
                    WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> here.unwrap(foreign, CONTEXT)),
                    "KEY_NOT_FOUND",
                    "other-hsm/" + other.serial(),
                    "bad-input/" + token.serial(),
                    "connect that HSM");

            Wrapped own = wrap(here);
            Wrapped mixed =
                    new Wrapped(own.profile(), own.keyLabel(), own.keyId(), foreign.token(), foreign.ciphertext());
            assertTold(
                    WrappingKeyTest.assertProblem(HsmProblem.DATA, () -> here.unwrap(mixed, CONTEXT)),
                    "C_Decrypt answers CKR_GENERAL_ERROR",
                    "other-hsm/" + other.serial());
        }
    }

    private static void assertTold(HsmFailed failed, String... parts) {
        String told = failed.operation() + ": " + failed.code() + ": " + failed.advice();
        for (String part : parts) {
            assertTrue(told.contains(part), told);
        }
    }

    private WrappingKeySettings automatic() {
        return WrappingKeySettings.automatic("root", true);
    }

    private WrappingKey key(WrappingKeySettings settings) {
        return token.hsm().wrappingKey(settings);
    }

    private static HsmFailed refused(HsmProblem problem, WrappingKey key) {
        return WrappingKeyTest.assertProblem(problem, () -> wrap(key));
    }
}
