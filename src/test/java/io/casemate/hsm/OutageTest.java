package io.casemate.hsm;

import static io.casemate.hsm.WrapTrial.CONTEXT;
import static io.casemate.hsm.WrapTrial.SECRET;
import static io.casemate.hsm.WrapTrial.assertOpens;
import static io.casemate.hsm.WrapTrial.wrap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.jna.CFunction;
import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A token that fails in every way it can comes back by itself, through the same objects, without a restart. */
class OutageTest {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private FaultyModule module;
    private SoftHsmFixture token;

    @BeforeEach
    void makeToken() throws Exception {
        module = new FaultyModule();
        token = module.token("outage");
    }

    @AfterEach
    void close() throws Exception {
        module.heal();
        token.close();
        module.close();
    }

    static Stream<Arguments> recoverable() {
        List<Ckr> codes = List.of(
                Ckr.CKR_SESSION_HANDLE_INVALID,
                Ckr.CKR_SESSION_CLOSED,
                Ckr.CKR_OPERATION_ACTIVE,
                Ckr.CKR_DEVICE_REMOVED,
                Ckr.CKR_TOKEN_NOT_PRESENT,
                Ckr.CKR_TOKEN_NOT_RECOGNIZED,
                Ckr.CKR_SLOT_ID_INVALID,
                Ckr.CKR_DEVICE_ERROR,
                Ckr.CKR_HOST_MEMORY,
                Ckr.CKR_FUNCTION_FAILED,
                Ckr.CKR_GENERAL_ERROR,
                Ckr.CKR_USER_NOT_LOGGED_IN,
                Ckr.CKR_OBJECT_HANDLE_INVALID,
                Ckr.CKR_KEY_HANDLE_INVALID,
                Ckr.CKR_CRYPTOKI_NOT_INITIALIZED);
        return Stream.of(CFunction.C_EncryptInit, CFunction.C_Encrypt, CFunction.C_DecryptInit, CFunction.C_SignInit)
                .flatMap(function -> codes.stream().map(code -> Arguments.of(function, code)));
    }

    @Test
    void every_passing_failure_is_repaired_within_the_call() {
        WrappingKey key = key();
        Signer signer = token.hsm().signers().generate("signer", KeyKind.EC_P256);
        recoverable().forEach(arguments -> {
            module.fail((CFunction) arguments.get()[0], (Ckr) arguments.get()[1], 1);
            assertWorks(key, signer);
        });
        assertEquals("", token.hsm().health().lastError());
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void a_lasting_failure_is_reported_by_name_and_ends_with_the_outage(CFunction function, Ckr code) {
        WrappingKey key = key();
        Wrapped wrapped = wrap(key);
        module.fail(function, code, FOR_EVER);

        HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> wrap(key));
        assertEquals(code.name(), failed.code());
        assertEquals(function.name(), failed.operation());
        assertTrue(token.hsm().health().lastError().contains(code.name()));
        assertFalse(module.calls(CFunction.C_Login) > 6, "logins: " + module.calls(CFunction.C_Login));

        module.heal();
        assertOpens(key, wrapped);
        assertOpens(key, wrap(key));
        assertEquals("", token.hsm().health().lastError());
    }

    static Stream<Arguments> lasting() {
        return Stream.of(
                Arguments.of(CFunction.C_EncryptInit, Ckr.CKR_SESSION_HANDLE_INVALID),
                Arguments.of(CFunction.C_EncryptInit, Ckr.CKR_DEVICE_ERROR),
                Arguments.of(CFunction.C_Encrypt, Ckr.CKR_GENERAL_ERROR),
                Arguments.of(CFunction.C_EncryptInit, Ckr.CKR_USER_NOT_LOGGED_IN),
                Arguments.of(CFunction.C_EncryptInit, Ckr.CKR_CRYPTOKI_NOT_INITIALIZED));
    }

    @Test
    void only_reinitialising_the_library_helps_and_happens() {
        WrappingKey key = key();
        Wrapped wrapped = wrap(key);
        long before = module.calls(CFunction.C_Finalize);
        module.fail(CFunction.C_DecryptInit, Ckr.CKR_DEVICE_ERROR, 2);

        assertOpens(key, wrapped);
        assertEquals(before + 1, module.calls(CFunction.C_Finalize));
    }

    @Test
    void a_general_error_of_decrypt_is_an_outage_only_when_the_token_opens_nothing() {
        WrappingKey key = key();
        Wrapped wrapped = wrap(key);
        long before = module.calls(CFunction.C_Finalize);

        WrappingKeyTest.assertProblem(HsmProblem.DATA, () -> key.unwrap(wrapped, new byte[] {8}));
        assertEquals(before, module.calls(CFunction.C_Finalize));
        module.fail(CFunction.C_Decrypt, Ckr.CKR_GENERAL_ERROR, FOR_EVER);
        WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> key.unwrap(wrapped, CONTEXT));
        module.heal();
        assertOpens(key, wrapped);
    }

    @Test
    void a_generated_key_whose_answer_was_lost_is_found_and_not_made_twice() {
        module.loseAnswer(CFunction.C_GenerateKey, Ckr.CKR_DEVICE_ERROR, 1);
        wrap(key());
        assertEquals(1, module.calls(CFunction.C_GenerateKey));

        module.loseAnswer(CFunction.C_GenerateKeyPair, Ckr.CKR_SESSION_CLOSED, 1);
        token.hsm().signers().generate("signer", KeyKind.EC_P256);
        assertEquals(1, module.calls(CFunction.C_GenerateKeyPair));
    }

    @Test
    void a_generated_key_whose_answer_was_a_vague_failure_stays_alone() {
        module.loseAnswer(CFunction.C_GenerateKey, Ckr.CKR_GENERAL_ERROR, 1);
        wrap(key());
        assertEquals(1, RawToken.count(token, KeyRef.secret("root", "")));

        module.loseAnswer(CFunction.C_GenerateKeyPair, Ckr.CKR_FUNCTION_FAILED, 1);
        token.hsm().signers().generate("signer", KeyKind.EC_P256).sign("SHA256withECDSA", new byte[1]);
        assertEquals(1, RawToken.count(token, KeyRef.privateKey("signer", "")));
        assertEquals(1, RawToken.count(token, KeyRef.publicKey("signer", "")));
    }

    @Test
    void a_hanging_library_costs_the_deadline_and_nobody_else() {
        Hsm hsm = token.open(
                token.settings().withCallTimeout(Duration.ofMillis(400)).withMaxSessions(4));
        byte[] out = new byte[16];
        hsm.random(out);
        module.delay(CFunction.C_GenerateRandom, Duration.ofMinutes(5), 1);

        HsmFailed failed = assertTimeout(
                Duration.ofSeconds(5), () -> WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> hsm.random(out)));
        assertEquals("TIMEOUT", failed.code());
        assertEquals(1, hsm.health().stuckCalls());
        hsm.random(out);

        module.heal();
        Await.until(() -> hsm.health().stuckCalls() == 0);
    }

    @Test
    void when_everything_hangs_calls_fail_at_once_and_it_heals_by_itself() {
        Hsm hsm = token.open(
                token.settings().withCallTimeout(Duration.ofMillis(200)).withMaxSessions(2));
        byte[] out = new byte[16];
        hsm.random(out);
        module.delay(CFunction.C_GenerateRandom, Duration.ofMinutes(5), FOR_EVER);
        for (int i = 0; i < 4; i++) {
            WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> hsm.random(out));
        }
        assertTimeout(
                Duration.ofMillis(100), () -> WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> hsm.random(out)));
        assertFalse(hsm.health().reachable());

        module.heal();
        Await.until(() -> hsm.health().reachable());
        hsm.random(out);
    }

    @Test
    void an_interrupted_caller_leaves_at_once() throws Exception {
        token.hsm().random(new byte[1]);
        module.delay(CFunction.C_GenerateRandom, Duration.ofMinutes(5), 1);
        AtomicBoolean flagKept = new AtomicBoolean();
        Thread caller = Thread.ofVirtual().start(() -> {
            WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> token.hsm().random(new byte[1]));
            flagKept.set(Thread.currentThread().isInterrupted());
        });
        Await.until(() -> module.calls(CFunction.C_GenerateRandom) == 2);
        caller.interrupt();
        assertTrue(caller.join(Duration.ofSeconds(5)));
        assertTrue(flagKept.get());
    }

    @Test
    void sessions_lost_under_load_fail_no_caller() throws Exception {
        WrappingKey key = key();
        Wrapped wrapped = wrap(key);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> results = Stream.generate(() -> (Callable<Integer>) () -> {
                        int opened = 0;
                        while (!done.get()) {
                            assertOpens(key, wrapped);
                            opened++;
                        }
                        return opened;
                    })
                    .limit(24)
                    .map(callers::submit)
                    .toList();
            for (int i = 0; i < 12; i++) {
                loseDuring(CFunction.C_DecryptInit, Ckr.CKR_SESSION_HANDLE_INVALID);
                loseDuring(CFunction.C_DecryptInit, Ckr.CKR_USER_NOT_LOGGED_IN);
            }
            loseDuring(CFunction.C_DecryptInit, Ckr.CKR_CRYPTOKI_NOT_INITIALIZED);
            done.set(true);
            for (Future<Integer> result : results) {
                assertTrue(result.get(20, TimeUnit.SECONDS) > 0);
            }
        }
        assertTrue(token.hsm().health().openSessions() <= HsmSettings.DEFAULT_MAX_SESSIONS + 1);
    }

    /** Fails one call, and waits until the others have gone on. */
    private void loseDuring(CFunction function, Ckr code) {
        long before = module.calls(function);
        module.fail(function, code, 1);
        Await.until(() -> module.calls(function) > before + 100);
    }

    private WrappingKey key() {
        return WrapTrial.rootKey(token.hsm());
    }

    private static void assertWorks(WrappingKey key, Signer signer) {
        assertOpens(key, wrap(key));
        assertTrue(signer.sign("SHA256withECDSA", SECRET).length > 60);
    }
}
