package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.HsmHealth.PinState;
import io.casemate.hsm.jna.CFunction;
import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HsmTest {
    private static final byte[] OUT = new byte[32];

    @Test
    void random_numbers_differ_and_fill_everything() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            Set<String> seen = new HashSet<>();
            for (int size : new int[] {0, 1, 16, 20_000}) {
                byte[] out = new byte[size];
                token.hsm().random(out);
                assertTrue(size < 16 || seen.add(Arrays.toString(out)));
            }
            byte[] out = new byte[20_000];
            token.hsm().random(out);
            assertTrue(seen.add(Arrays.toString(out)));
        }
    }

    @Test
    void health_tells_what_the_token_is() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            assertFalse(token.hsm().health().loggedIn());
            token.hsm().random(OUT);
            HsmHealth health = token.hsm().health();

            assertTrue(health.reachable() && health.loggedIn());
            assertEquals(token.label(), health.tokenLabel());
            assertEquals(token.serial(), health.serial());
            assertEquals("SoftHSM v2", health.model());
            assertEquals(PinState.FINE, health.pin());
            assertEquals(2, health.openSessions());
            assertEquals("", health.lastError());
            assertTrue(health.library().contains("PKCS#11 2.40"), health.library());
        }
    }

    @Test
    void a_token_is_found_by_label_serial_and_slot() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            String slot = token.hsm().slots().stream()
                    .filter(s -> s.serial().equals(token.serial()))
                    .findFirst()
                    .orElseThrow()
                    .id();
            String hex = "0x" + Long.toHexString(Long.parseUnsignedLong(slot));
            for (TokenSelector selector : new TokenSelector[] {
                TokenSelector.label(token.label()),
                TokenSelector.serial(token.serial()),
                TokenSelector.slot(slot),
                TokenSelector.slot(hex)
            }) {
                token.open(withToken(token, selector)).random(OUT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "-1", "18446744073709551616", "0x10000000000000000", "1a", "0xg", " 1"})
    void a_slot_that_is_no_number_is_refused(String text) {
        assertThrows(FaultException.class, () -> TokenSelector.slot(text));
    }

    @Test
    void a_slot_may_have_64_bits() {
        assertEquals(2305843009213693953L, ((TokenSelector.Slot) TokenSelector.slot("2305843009213693953")).id());
        assertEquals(-1L, ((TokenSelector.Slot) TokenSelector.slot("18446744073709551615")).id());
        assertEquals(-1L, ((TokenSelector.Slot) TokenSelector.slot("0xFFFFFFFFFFFFFFFF")).id());
    }

    @Test
    void an_absent_token_is_away_with_the_names_of_those_present() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            Hsm hsm = token.open(withToken(token, TokenSelector.label("nowhere")));

            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> hsm.random(OUT));
            assertEquals("TOKEN_NOT_FOUND", failed.code());
            assertTrue(failed.advice().contains("'nowhere'") && failed.advice().contains(token.label()));
            assertFalse(hsm.health().reachable());
            assertTrue(hsm.health().lastError().contains("TOKEN_NOT_FOUND"));
        }
    }

    @Test
    void two_tokens_of_one_label_are_not_guessed_between() {
        try (SoftHsmFixture one = SoftHsmFixture.create("twin", SoftHsmFixture.PIN);
                SoftHsmFixture _ = SoftHsmFixture.create("twin", SoftHsmFixture.PIN)) {
            Hsm hsm = one.open(withToken(one, TokenSelector.label("twin")));

            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> hsm.random(OUT));
            assertTrue(failed.advice().contains(one.serial()), failed.advice());
        }
    }

    @Test
    void a_missing_library_is_named_and_works_once_it_is_there(@TempDir Path directory) throws Exception {
        Path library = directory.resolve("hsm.so");
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            Hsm hsm = token.open(new HsmSettings(
                    library, "", token.settings().token(), token.settings().pin(), 2, false, Duration.ofSeconds(20)));

            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> hsm.random(OUT));
            assertEquals("LIBRARY_NOT_LOADED", failed.code());
            assertTrue(failed.advice().contains(library.toString()), failed.advice());
            Files.writeString(library, "this is no library");
            WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> hsm.random(OUT));
            assertFalse(hsm.health().reachable());

            Files.delete(library);
            Files.copy(token.settings().library(), library);
            hsm.random(OUT);
            assertTrue(hsm.health().reachable());
        }
    }

    @Test
    void a_library_that_is_no_pkcs11_module_is_named() {
        Path libc = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
        Path any = Files.exists(libc) ? libc : Path.of("/lib64/libc.so.6");
        try (Hsm hsm = Hsm.open(
                HsmSettings.of(any, TokenSelector.label("x"), () -> SecretBytes.ofText("x")),
                new java.security.SecureRandom())) {
            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.SETUP, () -> hsm.random(OUT));
            assertTrue(failed.advice().contains(any.toString()), failed.advice());
        }
    }

    @Test
    void settings_name_everything_that_is_wrong_at_once() {
        FaultException thrown = assertThrows(
                FaultException.class,
                () -> new HsmSettings(
                        Path.of("hsm.so"),
                        "",
                        TokenSelector.label("x"),
                        () -> SecretBytes.ofText("x"),
                        0,
                        false,
                        Duration.ZERO));
        assertTrue(thrown.getMessage().contains("library:"));
        assertTrue(thrown.getMessage().contains("max_parallel:"));
        assertTrue(thrown.getMessage().contains("call_timeout:"));
    }

    @Test
    void a_wrong_pin_is_tried_once_and_again_only_after_a_human_corrected_it() throws Exception {
        AtomicReference<String> pin = new AtomicReference<>("000000");
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("pin")) {
            HsmSettings right = token.settings();
            Hsm hsm = token.open(HsmSettings.of(right.library(), right.token(), () -> SecretBytes.ofText(pin.get())));
            long before = module.calls(CFunction.C_Login);
            for (int i = 0; i < 20; i++) {
                HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> hsm.random(OUT));
                assertEquals("CKR_PIN_INCORRECT", failed.code());
                assertEquals("C_Login", failed.operation());
                assertFalse(failed.toString().contains("000000"));
            }
            assertEquals(before + 1, module.calls(CFunction.C_Login));
            assertEquals(PinState.REFUSED, hsm.health().pin());

            pin.set(token.pin());
            WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> hsm.random(OUT));
            hsm.pinCorrected();
            hsm.random(OUT);
            assertEquals(before + 2, module.calls(CFunction.C_Login));
            assertEquals(PinState.FINE, hsm.health().pin());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CKR_GENERAL_ERROR", "CKR_FUNCTION_FAILED", "CKR_DEVICE_ERROR"})
    void a_wrong_pin_that_the_token_counts_and_does_not_call_so_is_tried_once(String code) throws Exception {
        AtomicReference<String> pin = new AtomicReference<>("000000");
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("pin")) {
            HsmSettings right = token.settings();
            Hsm hsm = token.open(HsmSettings.of(right.library(), right.token(), () -> SecretBytes.ofText(pin.get())));
            module.loseAnswer(CFunction.C_Login, Ckr.valueOf(code), 100);
            long before = module.calls(CFunction.C_Login);
            for (int i = 0; i < 3; i++) {
                HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> hsm.random(OUT));
                assertEquals(code, failed.code());
                assertTrue(failed.advice().contains("counted a wrong PIN"), failed.advice());
            }
            assertEquals(before + 1, module.calls(CFunction.C_Login));

            module.heal();
            pin.set(token.pin());
            hsm.pinCorrected();
            hsm.random(OUT);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CKR_PIN_LOCKED", "CKR_PIN_EXPIRED", "CKR_PIN_LEN_RANGE", "CKR_PIN_INVALID"})
    void every_refusal_of_the_pin_stops_further_logins(String code) throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("pin")) {
            module.fail(CFunction.C_Login, Ckr.valueOf(code), Long.MAX_VALUE);
            long before = module.calls(CFunction.C_Login);
            for (int i = 0; i < 3; i++) {
                assertEquals(
                        code,
                        WrappingKeyTest.assertProblem(
                                        HsmProblem.PIN, () -> token.hsm().random(OUT))
                                .code());
            }
            assertEquals(before + 1, module.calls(CFunction.C_Login));
        }
    }

    @Test
    void the_last_try_is_left_to_a_human_and_a_locked_pin_is_not_tried() throws Exception {
        try (FaultyModule module = new FaultyModule();
                SoftHsmFixture token = module.token("pin")) {
            long before = module.calls(CFunction.C_Login);
            module.habits(FaultyModule.Habit.PIN_LOCKED);
            WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> token.hsm().random(OUT));
            assertEquals(PinState.LOCKED, token.hsm().health().pin());
            token.hsm().pinCorrected();
            WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> token.hsm().random(OUT));

            Hsm other = token.open(token.settings());
            module.habits(FaultyModule.Habit.PIN_FINAL_TRY);
            WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> other.random(OUT));
            assertEquals(PinState.FINAL_TRY, other.health().pin());
            assertEquals(before, module.calls(CFunction.C_Login));
            other.pinCorrected();
            other.random(OUT);
            assertEquals(before + 1, module.calls(CFunction.C_Login));
        }
    }

    @Test
    void a_closed_hsm_says_so() {
        try (SoftHsmFixture token = SoftHsmFixture.create()) {
            Hsm hsm = token.open(token.settings());
            hsm.random(OUT);
            hsm.close();
            hsm.close();

            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> hsm.random(OUT));
            assertEquals("CLOSED", failed.code());
            assertFalse(hsm.health().reachable());
            token.hsm().random(OUT);
        }
    }

    private static HsmSettings withToken(SoftHsmFixture token, TokenSelector selector) {
        return HsmSettings.of(
                token.settings().library(), selector, token.settings().pin());
    }
}
