package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.AutoSeal;
import io.casemate.seal.KeyContext;
import io.casemate.seal.ShamirSeal;
import io.casemate.seal.WrappedKey;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A device that wraps under a key of its own, and can be away, locked, or wrong. */
final class FakeDevice implements AutoSeal {
    private final ShamirSeal cipher = new ShamirSeal(new SecureRandom());
    private final SecretBytes key = SecretBytes.owning(new SecureRandom().generateSeed(32));

    private final String name;

    FakeDevice() {
        this("hsm-a");
    }

    FakeDevice(String name) {
        this.name = name;
        this.token = name + "/1";
    }

    /** What every call fails with; {@code null} for none. */
    volatile HsmProblem failing;
    /** Calls that still work before {@link #failing} takes effect. */
    final AtomicInteger workingCalls = new AtomicInteger();
    /** The token it says it is. */
    volatile String token;
    /** Gives back another key than it wrapped. */
    volatile boolean lying;
    /** Run before each call. */
    volatile Runnable hook = () -> {};

    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger approvals = new AtomicInteger();

    @Override
    public String type() {
        return "pkcs11";
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public WrappedKey wrap(SecretBytes secret, KeyContext context) {
        call();
        WrappedKey made = cipher.wrapTested(secret, key, context);
        return new WrappedKey(name(), type(), "fake", "label", "01", token, made.ciphertext());
    }

    @Override
    public SecretBytes unwrap(WrappedKey wrapped, KeyContext context) {
        call();
        if (lying) {
            return SecretBytes.owning(new byte[32]);
        }
        return cipher.unwrap(wrapped, key, context)
                .orElseThrow(() -> failure(HsmProblem.DATA, "CKR_ENCRYPTED_DATA_INVALID"));
    }

    @Override
    public Optional<String> trouble() {
        return Optional.ofNullable(failing).map(HsmProblem::name);
    }

    @Override
    public void approveRetry() {
        approvals.incrementAndGet();
    }

    private void call() {
        calls.incrementAndGet();
        hook.run();
        HsmProblem problem = failing;
        if (problem != null && workingCalls.getAndDecrement() <= 0) {
            throw failure(problem, problem == HsmProblem.PIN ? "CKR_PIN_INCORRECT" : "CKR_DEVICE_REMOVED");
        }
    }

    private static RuntimeException failure(HsmProblem problem, String code) {
        return new Fault.HsmFailed(code, "C_Decrypt", problem, "look at the token").asException();
    }
}
