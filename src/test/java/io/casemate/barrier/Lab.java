package io.casemate.barrier;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.storage.memory.FaultyStorage;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.function.Executable;

/** A barrier on fakes, which can crash and come back. */
final class Lab {
    static final long CACHE = 1 << 20;

    final FaultyStorage storage = new FaultyStorage();
    final FakeKeyringStore keyring = new FakeKeyringStore();
    private final byte[] root = new byte[32];
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    AesGcmBarrier barrier = restarted();

    Lab() {
        new SecureRandom().nextBytes(root);
    }

    /** Initialised and open. */
    static Lab open() {
        Lab lab = new Lab();
        try (SecretBytes key = lab.rootKey();
                Barrier.Founding founding = lab.barrier.found(key)) {
            founding.commit(Map.of("core/seal-config", new byte[] {1}));
        }
        return lab;
    }

    SecretBytes rootKey() {
        return SecretBytes.copyOf(root);
    }

    /** What a new process on the same stores has. */
    AesGcmBarrier restarted() {
        return new AesGcmBarrier(storage, new BootRecords(keyring), CACHE, new SecureRandom(), () -> now);
    }

    /** Loses the process without a word and starts another. */
    void crash() {
        barrier = restarted();
        reopen();
    }

    void reopen() {
        try (SecretBytes key = rootKey()) {
            barrier.open(key);
        }
    }

    View view() {
        return barrier.view("t/");
    }

    void later(Duration time) {
        now = now.plus(time);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(View view, String key) {
        return view.get(key)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse(null);
    }

    static <T extends Fault> T fails(Class<T> fault, Executable work) {
        return assertInstanceOf(fault, assertThrows(FaultException.class, work).fault());
    }

    static Fault.StorageFailed fails(Fault.StorageProblem problem, Executable work) {
        Fault.StorageFailed fault = fails(Fault.StorageFailed.class, work);
        org.junit.jupiter.api.Assertions.assertEquals(problem, fault.problem(), fault.detail());
        return fault;
    }
}
