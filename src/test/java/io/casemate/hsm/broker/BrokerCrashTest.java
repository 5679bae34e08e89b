package io.casemate.hsm.broker;

import static io.casemate.hsm.WrapTrial.CONTEXT;
import static io.casemate.hsm.WrapTrial.SECRET;
import static io.casemate.hsm.WrapTrial.assertOpens;
import static io.casemate.hsm.WrapTrial.wrap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.hsm.FaultyModule;
import io.casemate.hsm.Hsm;
import io.casemate.hsm.HsmHealth.PinState;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.hsm.WrapTrial;
import io.casemate.hsm.WrappingKey;
import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.hsm.WrappingKeyTest;
import io.casemate.hsm.jna.CFunction;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A vendor's library that crashes or hangs costs its own process, and no caller more than an answer that says so. */
class BrokerCrashTest {
    private static final long FOR_EVER = Long.MAX_VALUE;

    private FaultyModule module;
    private SoftHsmFixture token;
    private BrokerProcess broker;
    private Hsm hsm;

    @BeforeEach
    void start() throws Exception {
        module = new FaultyModule();
        token = module.token("crash");
        broker = new BrokerProcess(token.pin());
        hsm = broker.open(token.settings());
    }

    @AfterEach
    void stop() throws Exception {
        module.heal();
        hsm.close();
        assertEquals(List.of(), BrokerProcess.running(), "the process ends with its server");
        broker.close();
        token.close();
        module.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = CFunction.class,
            names = {"C_Initialize", "C_Login", "C_FindObjects", "C_Decrypt"})
    void a_crash_in_any_call_is_not_seen_by_who_can_wait(CFunction function) {
        WrappingKey key = key();
        Wrapped wrapped = wrap(key);
        boolean whileConnecting = function.compareTo(CFunction.C_EncryptInit) < 0;
        module.abort(function, 1);
        if (whileConnecting) {
            kill();
        }
        assertOpens(key, wrapped);
        Await.until(() -> module.calls(function) > 1 && works(hsm));
        module.segfault(CFunction.C_DecryptInit, 1);
        assertOpens(key, wrapped);
    }

    @Test
    void a_crash_takes_no_request_that_could_be_asked_again() throws Exception {
        WrappingKey key = key();
        Wrapped wrapped = wrap(key);
        Signer signer = hsm.signers().generate("signer", KeyKind.EC_P256);
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                done.add(callers.submit(() -> repeat(40, () -> assertOpens(key, wrapped))));
                done.add(callers.submit(() -> repeat(40, () -> sign(signer))));
            }
            Thread.sleep(100);
            module.segfault(CFunction.C_SignInit, 1);
            for (Future<?> each : done) {
                each.get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void a_library_that_crashes_again_and_again_is_away_and_comes_back() {
        WrappingKey key = key();
        Wrapped wrapped = wrap(key);
        module.abort(CFunction.C_DecryptInit, FOR_EVER);
        HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> key.unwrap(wrapped, CONTEXT));
        assertEquals("BROKER_ENDED", failed.code());
        for (int i = 0; i < 3; i++) {
            WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> key.unwrap(wrapped, CONTEXT));
        }
        module.heal();
        long begun = System.nanoTime();
        assertOpens(key, wrapped);
        assertTrue(System.nanoTime() - begun < Duration.ofSeconds(5).toNanos());
        assertTrue(hsm.health().reachable());
        assertEquals("", hsm.health().lastError());
    }

    @Test
    void a_key_that_may_have_been_made_is_not_made_again() {
        hsm.random(new byte[1]);
        module.abort(CFunction.C_GenerateKeyPair, 1);
        HsmFailed failed = WrappingKeyTest.assertProblem(
                HsmProblem.AWAY, () -> hsm.signers().generate("once", KeyKind.EC_P256));
        assertTrue(failed.advice().contains("not known"), failed.advice());
        sign(hsm.signers().generate("once", KeyKind.EC_P256));
    }

    @Test
    void a_call_that_hangs_costs_its_deadline_and_the_process() {
        Hsm impatient = broker.open(token.settings().withCallTimeout(Duration.ofSeconds(2)));
        try (impatient) {
            Await.until(() -> works(impatient));
            hsm.close();
            Await.until(() -> BrokerProcess.running().size() == 1);
            long before = BrokerProcess.running().getFirst().pid();
            module.delay(CFunction.C_GenerateRandom, Duration.ofMinutes(5), 1);

            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> impatient.random(new byte[1]));
            assertEquals("TIMEOUT", failed.code());
            impatient.random(new byte[1]);
            Await.until(() -> BrokerProcess.running().stream().noneMatch(each -> each.pid() == before));
            Await.until(() -> works(impatient));
        }
    }

    @Test
    void a_process_that_is_stopped_is_killed_and_replaced() throws Exception {
        Hsm impatient = broker.open(token.settings().withCallTimeout(Duration.ofSeconds(2)));
        try (impatient) {
            Await.until(() -> works(impatient));
            hsm.close();
            Await.until(() -> BrokerProcess.running().size() == 1);
            ProcessHandle process = BrokerProcess.running().getFirst();
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-STOP", "" + process.pid())
                            .start()
                            .waitFor());

            assertEquals(
                    "TIMEOUT",
                    WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> impatient.random(new byte[1]))
                            .code());
            Await.until(() -> !process.isAlive());
            Await.until(() -> works(impatient));
        }
    }

    @Test
    void a_refused_pin_is_given_to_no_other_process_without_a_human() {
        broker.write("000000");
        long before = module.calls(CFunction.C_Login);
        assertEquals("CKR_PIN_INCORRECT", refused());
        for (int i = 0; i < 3; i++) {
            kill();
            assertEquals("CKR_PIN_INCORRECT", refused());
            assertEquals(PinState.REFUSED, hsm.health().pin());
        }
        assertEquals(before + 1, module.calls(CFunction.C_Login));

        broker.write(token.pin());
        assertEquals("CKR_PIN_INCORRECT", refused());
        hsm.pinCorrected();
        hsm.random(new byte[1]);
        assertEquals(before + 2, module.calls(CFunction.C_Login));
        assertEquals(PinState.FINE, hsm.health().pin());
    }

    @Test
    void a_library_that_dies_on_a_pin_that_was_never_right_gets_it_twice() {
        long before = module.calls(CFunction.C_Login);
        module.abort(CFunction.C_Login, FOR_EVER);
        assertEquals(HsmProblem.AWAY, problem());
        assertEquals("LOGIN_UNCERTAIN", refused());
        assertEquals(before + 2, module.calls(CFunction.C_Login));

        module.heal();
        hsm.pinCorrected();
        hsm.random(new byte[1]);
    }

    @Test
    void settings_that_no_process_can_use_are_told() {
        try (Hsm nowhere = BrokerHsm.start(
                token.settings().withCallTimeout(Duration.ofSeconds(2)),
                "file:///nowhere/pin",
                List.of("false"),
                java.nio.file.Path.of(System.getProperty("java.io.tmpdir")))) {
            HsmFailed failed = WrappingKeyTest.assertProblem(HsmProblem.AWAY, () -> nowhere.random(new byte[1]));
            assertEquals("BROKER_DOWN", failed.code());
            assertTrue(failed.advice().contains("exit code 1"), failed.advice());
            assertFalse(nowhere.health().reachable());
        }
    }

    /** Ends the process and waits until everybody knows. */
    private void kill() {
        hsm.health();
        BrokerProcess.running().forEach(each -> {
            each.destroyForcibly();
            Await.until(() -> !each.isAlive());
        });
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }

    private String refused() {
        return WrappingKeyTest.assertProblem(HsmProblem.PIN, () -> hsm.random(new byte[1]))
                .code();
    }

    private HsmProblem problem() {
        try {
            hsm.random(new byte[1]);
            throw new AssertionError("it worked");
        } catch (FaultException e) {
            return ((HsmFailed) e.fault()).problem();
        }
    }

    private static boolean works(Hsm hsm) {
        return works(() -> hsm.random(new byte[1]));
    }

    private static boolean works(Runnable call) {
        try {
            call.run();
            return true;
        } catch (FaultException e) {
            return false;
        }
    }

    private static void repeat(int times, Runnable work) {
        for (int i = 0; i < times; i++) {
            work.run();
        }
    }

    private WrappingKey key() {
        return WrapTrial.rootKey(hsm);
    }

    private static void sign(Signer signer) {
        assertTrue(signer.sign("SHA256withECDSA", SECRET).length > 60);
    }
}
