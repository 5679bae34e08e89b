package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers whom nobody has authenticated do not queue up behind an HSM that does not answer. */
class HungHsmTest {
    private static final int READERS = 50;
    private static final Duration CALL = Duration.ofSeconds(3);

    @TempDir
    Path folder;

    private final PkiFixture pki = new PkiFixture();

    private Object authority() {
        Object certificate = pki.write("root/generate/kms", "common_name", "R", "key_type", "ec")
                .get("certificate");
        pki.write("roles/web", "allow_any_name", true, "key_type", "ec");
        return certificate;
    }

    private Object leaf(String name) {
        return pki.write("issue/web", "common_name", name).get("serial_number");
    }

    private static List<byte[]> together(Callable<byte[]> read) throws Exception {
        long start = System.nanoTime();
        List<byte[]> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<byte[]> each : threads.invokeAll(Collections.nCopies(READERS, read))) {
                answers.add(each.get());
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(took.compareTo(CALL.multipliedBy(2)) < 0, () -> READERS + " readers waited for " + took);
        return answers;
    }

    private static void assertAtOnce(Callable<byte[]> read) throws Exception {
        long start = System.nanoTime();
        read.call();
        assertTrue(System.nanoTime() - start < 1_000_000_000L, "it was called again at once");
    }

    @Test
    void readers_of_a_crl_that_is_due_get_the_last_one() throws Exception {
        authority();
        Object serial = leaf("a.example.com");
        byte[] last = pki.raw("crl");
        pki.write("revoke", "serial_number", serial);
        pki.signers.hang(CALL);
        for (byte[] answer : together(() -> pki.raw("crl"))) {
            assertArrayEquals(last, answer);
        }
        assertAtOnce(() -> pki.raw("crl"));
        pki.signers.hang(Duration.ZERO);
        pki.reopen();
        assertEquals(1, pki.crl("crl").getRevokedCertificates().size());
    }

    @Test
    void without_a_crl_they_are_told_to_come_back() throws Exception {
        authority();
        pki.signers.hang(CALL);
        long start = System.nanoTime();
        int refused = 0;
        Callable<byte[]> read = () -> pki.raw("crl");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<byte[]> each : threads.invokeAll(Collections.nCopies(READERS, read))) {
                ExecutionException e = assertThrows(ExecutionException.class, each::get);
                FaultException fault = assertInstanceOf(FaultException.class, e.getCause());
                refused += fault.fault() instanceof Fault.Unavailable ? 1 : 0;
            }
        }
        assertTrue(System.nanoTime() - start < CALL.multipliedBy(2).toNanos());
        assertEquals(READERS - 1, refused, "one met the HSM, the others were refused");
    }

    @Test
    void who_asks_by_ocsp_is_told_to_try_later() throws Exception {
        Files.writeString(folder.resolve("ca.pem"), (String) authority());
        leaf("a.example.com");
        Tools.run(folder, 0, "openssl ocsp -issuer ca.pem -serial 0x1234 -no_nonce -reqout req.der");
        String question = Base64.getEncoder().encodeToString(Files.readAllBytes(folder.resolve("req.der")));
        Callable<byte[]> ask = () -> PkiFixture.bytes(pki.call(Operation.UPDATE, "ocsp", Map.of("body", question)));
        pki.signers.hang(CALL);
        for (byte[] answer : together(ask)) {
            assertEquals(3, OCSPResponse.getInstance(answer).getResponseStatus().getIntValue(), "tryLater");
        }
        assertAtOnce(ask);
    }
}
