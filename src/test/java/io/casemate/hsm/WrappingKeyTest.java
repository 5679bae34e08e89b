package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.jna.Attribute;
import io.casemate.hsm.jna.Cka;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of a wrapping key. */
public class WrappingKeyTest {
    private SoftHsmFixture token;

    @BeforeEach
    void makeToken() {
        token = SoftHsmFixture.create().openedBy(this::open);
    }

    /** Other ways to the token have to hold the same contract. */
    Hsm open(HsmSettings settings) {
        return Hsm.open(settings, new SecureRandom());
    }

    @AfterEach
    void close() {
        token.close();
    }

    static Stream<WrappingKeySettings> everyMechanism() {
        return Stream.of(
                WrappingKeySettings.automatic("root", true),
                KeySettings.by("root", "CKM_AES_GCM"),
                KeySettings.cbc("root", "0xA1b2", "root-mac", ""),
                KeySettings.cbc("root", "", "root-mac", "0xff01"),
                KeySettings.by("root", "CKM_AES_CBC"),
                KeySettings.by("root", "RSA_PKCS_OAEP"),
                KeySettings.by("root", "9", "sha1", false),
                KeySettings.by("root", "0x9", "auto", true));
    }

    @ParameterizedTest
    @MethodSource("everyMechanism")
    void opens_what_it_wrapped_and_nothing_else(WrappingKeySettings settings) {
        WrappingContract.opensItsOwnAndNothingElse(token, settings);
    }

    @Test
    void the_automatic_choice_is_gcm_and_the_blob_says_so() {
        Wrapped wrapped = WrapTrial.wrap(token.hsm().wrappingKey(WrappingKeySettings.automatic("root", true)));

        assertEquals("aes-gcm:iv=app", wrapped.profile());
        assertEquals("root", wrapped.keyLabel());
        assertEquals(32, wrapped.keyId().length());
        assertTrue(wrapped.token().startsWith(token.label() + "/"));
    }

    @Test
    void oaep_finds_the_hash_that_works() {
        WrappingKey key = token.hsm().wrappingKey(KeySettings.by("root", "RSA_PKCS_OAEP"));

        assertTrue(WrapTrial.wrap(key).profile().startsWith("rsa-oaep:hash=sha"));
    }

    @Test
    void two_wraps_of_the_same_secret_differ() {
        WrappingKey key = token.hsm().wrappingKey(WrappingKeySettings.automatic("root", true));

        assertFalse(java.util.Arrays.equals(
                WrapTrial.wrap(key).ciphertext(), WrapTrial.wrap(key).ciphertext()));
    }

    @Test
    void a_blob_opens_after_the_mechanism_was_changed() {
        Wrapped old = WrapTrial.wrap(token.hsm().wrappingKey(KeySettings.by("root", "CKM_AES_CBC_PAD")));
        WrappingKey key = token.hsm().wrappingKey(WrappingKeySettings.automatic("root", false));

        assertEquals("aes-gcm:iv=app", WrapTrial.wrap(key).profile());
        WrapTrial.assertOpens(key, old);
    }

    @Test
    void a_missing_key_is_named_and_not_made_unasked() {
        WrappingKey key = token.hsm().wrappingKey(WrappingKeySettings.automatic("absent", false));

        HsmFailed failed = assertProblem(HsmProblem.SETUP, () -> WrapTrial.wrap(key));
        assertEquals("KEY_NOT_FOUND", failed.code());
        assertTrue(failed.advice().contains("'absent'") && failed.advice().contains(token.label()), failed.advice());
    }

    @Test
    void an_unknown_profile_is_refused() {
        WrappingKey key = token.hsm().wrappingKey(WrappingKeySettings.automatic("root", true));
        Wrapped w = WrapTrial.wrap(key);

        for (String name :
                new String[] {"", "aes-gcm", "aes-cbc-pad:hmac-sha256:hmac-key=zz", "rsa-oaep:hash=md5:mgf1=md5"}) {
            assertProblem(
                    HsmProblem.DATA,
                    () -> key.unwrap(
                            new Wrapped(name, w.keyLabel(), w.keyId(), w.token(), w.ciphertext()), WrapTrial.CONTEXT));
        }
    }

    @Test
    void the_profile_names_the_hmac_key_by_label_and_id() {
        Wrapped made = WrapTrial.wrap(token.hsm().wrappingKey(KeySettings.cbc("root", "", "mac", "0xb1")));
        assertEquals("aes-cbc-pad:hmac-sha256:hmac-key=6d6163:hmac-id=b1", made.profile());

        RawToken.genericKey(token, "mac", Attribute.of(Cka.SIGN, true), Attribute.of(Cka.ID, new byte[] {2}));
        WrapTrial.assertOpens(
                token.open(token.settings()).wrappingKey(WrappingKeySettings.automatic("root", false)), made);
    }

    @Test
    void default_keys_open_what_names_keys_that_are_gone_and_never_wrap() {
        RawToken.aesKey(token, "new");
        RawToken.aesKey(token, "restored");
        RawToken.genericKey(token, "restored-mac", Attribute.of(Cka.SIGN, true));
        Wrapped old = wrappedBefore("old", "restored", "old-mac", "restored-mac");
        Hsm fresh = token.open(token.settings());

        assertProblem(
                HsmProblem.SETUP,
                () -> fresh.wrappingKey(KeySettings.standIns("new", "", "")).unwrap(old, WrapTrial.CONTEXT));
        assertProblem(
                HsmProblem.SETUP,
                () -> fresh.wrappingKey(KeySettings.standIns("new", "restored", ""))
                        .unwrap(old, WrapTrial.CONTEXT));
        WrappingKey key = fresh.wrappingKey(KeySettings.standIns("new", "restored", "restored-mac"));
        WrapTrial.assertOpens(key, old);
        assertEquals("new", WrapTrial.wrap(key).keyLabel());
        assertProblem(
                HsmProblem.DATA,
                () -> fresh.wrappingKey(KeySettings.standIns("new", "new", "restored-mac"))
                        .unwrap(old, new byte[1]));
    }

    @Test
    void rsa_may_be_encrypted_here_and_opens_as_if_the_token_had_done_it() {
        WrappingKey inToken = token.hsm().wrappingKey(KeySettings.by("root", "RSA_PKCS_OAEP"));
        WrappingKey local = token.hsm().wrappingKey(KeySettings.by("root", "RSA_PKCS_OAEP", "auto", true));
        Wrapped made = WrapTrial.wrap(local);
        assertEquals(WrapTrial.wrap(inToken).profile(), made.profile());
        RawToken.remove(token, KeyRef.publicKey("root", ""));

        Hsm fresh = token.open(token.settings());
        WrapTrial.assertOpens(fresh.wrappingKey(KeySettings.by("root", "RSA_PKCS_OAEP", "auto", false)), made);
        WrapTrial.assertOpens(
                inToken, WrapTrial.wrap(fresh.wrappingKey(KeySettings.by("root", "RSA_PKCS_OAEP", "auto", true))));
    }

    /** What keys of the old names had wrapped before they were given the new ones. */
    private Wrapped wrappedBefore(String oldKey, String key, String oldHmac, String hmac) {
        CbcHmacProfile profile = new CbcHmacProfile(
                CbcHmacProfile.Padding.TOKEN, new KeyName(oldHmac, ""), new java.security.SecureRandom());
        byte[] binding = Binding.of(profile.name(), WrapTrial.CONTEXT);
        byte[] blob = RawToken.with(
                token,
                connection -> profile.withHmac(new KeyName(hmac, ""))
                        .wrap(connection, new KeyName(key, ""), WrapTrial.SECRET, binding));
        return new Wrapped(profile.name(), oldKey, "", token.label() + "/" + token.serial(), blob);
    }

    @ParameterizedTest
    @MethodSource("everyMechanism")
    void random_bytes_never_open(WrappingKeySettings settings) {
        WrappingKey key = token.hsm().wrappingKey(settings);
        Wrapped wrapped = WrapTrial.wrap(key);
        java.util.Random random = new java.util.Random(5);
        for (int i = 0; i < 40; i++) {
            byte[] bytes = new byte[random.nextInt(2 * wrapped.ciphertext().length)];
            random.nextBytes(bytes);
            assertProblem(HsmProblem.DATA, () -> key.unwrap(WrappingContract.with(wrapped, bytes), WrapTrial.CONTEXT));
        }
        WrapTrial.assertOpens(key, wrapped);
    }

    public static HsmFailed assertProblem(HsmProblem problem, org.junit.jupiter.api.function.Executable work) {
        FaultException thrown = assertThrows(FaultException.class, work);
        HsmFailed failed = (HsmFailed) thrown.fault();
        assertEquals(problem, failed.problem(), failed.toString());
        return failed;
    }
}
