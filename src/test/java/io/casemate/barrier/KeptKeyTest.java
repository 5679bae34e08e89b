package io.casemate.barrier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class KeptKeyTest {
    private static final int AT_ONCE = 8;

    private final MemoryView storage = new MemoryView();
    private final KeptKey key = kept();

    private KeptKey kept() {
        return new KeptKey(storage, "salt", "the test's key", new SecureRandom());
    }

    @Test
    void it_stays_over_a_seal_and_a_restart() {
        assertEquals(List.of(), storage.keys());
        byte[] code = key.hmac().of("message");
        assertEquals(33, storage.get("salt").orElseThrow().length);
        key.forget();
        assertArrayEquals(code, key.hmac().of("message"));
        assertArrayEquals(code, kept().hmac().of("message"));
        assertEquals(1, storage.commits());
    }

    @Test
    void many_that_come_first_together_get_the_same_one_and_it_works() throws Exception {
        for (int round = 0; round < 200; round++) {
            key.forget();
            assertEquals(1, new HashSet<>(together(key::hmac)).size());
            assertEquals(HmacSha256.LENGTH, key.hmac().of("message").length);
        }
        assertEquals(1, storage.keys().size());
    }

    @Test
    void a_seal_meanwhile_leaves_nobody_without() throws Exception {
        for (int round = 0; round < 200; round++) {
            together(() -> {
                key.forget();
                return key.hmac();
            });
        }
    }

    @Test
    void what_is_garbled_is_refused_by_name() {
        for (byte[] stored : List.of(new byte[0], new byte[33], new byte[] {1, 2})) {
            storage.put("salt", stored);
            Fault.StorageFailed fault = assertInstanceOf(
                    Fault.StorageFailed.class,
                    assertThrows(FaultException.class, key::hmac).fault());
            assertEquals(Fault.StorageProblem.CORRUPT, fault.problem());
            assertTrue(fault.toString().contains("the test's key is not one"), fault::toString);
        }
    }

    /** Everybody starts at the same moment; {@code null} and what is thrown fail the test. */
    private static <T> List<T> together(Callable<T> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(AT_ONCE);
        List<T> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<T>> all = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                all.add(threads.submit(() -> {
                    start.await();
                    return work.call();
                }));
            }
            for (Future<T> each : all) {
                T result = each.get();
                assertTrue(result != null, "nothing was given");
                results.add(result);
            }
        }
        return results;
    }
}
