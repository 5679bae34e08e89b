package io.casemate.engine.pki;

import static io.casemate.engine.pki.PkiFixture.certificate;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.Signer;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.junit.jupiter.api.Test;

/** No signature without a record, whatever write fails and wherever the process dies. */
class JournalTest {
    private final PkiFixture pki = new PkiFixture();
    private Signer real;

    /** A token that notes what it was asked to sign, and whether that was on record then. */
    private void watch(Set<String> signed) {
        pki.register("ca", io.casemate.crypto.KeyKind.EC_P256);
        pki.write("root/generate/kms", "common_name", "HSM Root", "key_type", "ec", "managed_key_name", "ca");
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec");
        real = pki.signers.held().get("ca");
        pki.signers.held().put("ca", new Signer() {
            @Override
            public io.casemate.crypto.KeyKind kind() {
                return real.kind();
            }

            @Override
            public java.security.PublicKey publicKey() {
                return real.publicKey();
            }

            @Override
            public byte[] sign(String algorithm, byte[] message) {
                String serial = serial(message);
                assertTrue(pki.storage.keys().contains("intent/" + serial), "signed without an intent");
                signed.add(serial);
                return real.sign(algorithm, message);
            }
        });
    }

    private static String serial(byte[] tbs) {
        return Ids.hex(TBSCertificate.getInstance(tbs).getSerialNumber().getValue());
    }

    @Test
    void every_write_that_fails_leaves_each_signature_on_record() {
        Set<String> signed = ConcurrentHashMap.newKeySet();
        watch(signed);
        for (int failing = 1; failing <= 3; failing++) {
            int at = pki.storage.commits() + failing;
            pki.storage.beforeCommit(commit -> {
                if (commit >= at) {
                    throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "no space").asException();
                }
            });
            if (failing <= 2) {
                assertThrows(
                        FaultException.class, () -> pki.write("issue/r", "common_name", "a.example.com"), "" + failing);
            } else {
                pki.write("issue/r", "common_name", "a.example.com");
            }
            pki.storage.beforeCommit(commit -> {});
            for (String serial : signed) {
                assertTrue(
                        pki.storage.keys().contains("intent/" + serial)
                                || pki.storage.keys().contains("cert/" + serial),
                        serial);
            }
        }
        assertEquals(2, signed.size());
    }

    @Test
    void what_a_crash_left_is_revoked_and_kept_as_evidence() throws Exception {
        Set<String> signed = ConcurrentHashMap.newKeySet();
        watch(signed);
        int second = pki.storage.commits() + 2;
        pki.storage.beforeCommit(commit -> {
            if (commit >= second) {
                throw new Fault.StorageFailed(Fault.StorageProblem.IO, "killed").asException();
            }
        });
        assertThrows(FaultException.class, () -> pki.write("issue/r", "common_name", "a.example.com"));
        pki.storage.beforeCommit(commit -> {});
        pki.signers.held().put("ca", real);
        pki.reopen();
        String serial = signed.iterator().next();
        assertTrue(pki.storage.keys().contains("intent/" + serial), "opening writes nothing");
        var crl = (java.security.cert.X509CRL) java.security.cert.CertificateFactory.getInstance("X.509")
                .generateCRL(new java.io.ByteArrayInputStream(pki.raw("crl")));
        assertEquals(
                CRLReason.CESSATION_OF_OPERATION,
                crl.getRevokedCertificate(new BigInteger(serial, 16)).getRevocationReason());
        assertFalse(pki.storage.keys().contains("intent/" + serial));
        assertTrue(pki.storage.keys().contains("abandoned/" + serial));
        assertFalse(pki.storage.keys().contains("cert/" + serial));
    }

    @Test
    void a_certificate_that_was_revoked_while_it_was_made_is_given_to_nobody() {
        pki.rootAndRole();
        PkiFixture anew = new PkiFixture(pki.storage);
        // Before the second transaction of the request: the intent is written and signed.
        pki.storage.beforeTransact(() -> pki.storage.beforeTransact(() -> anew.raw("crl")));
        FaultException refused =
                assertThrows(FaultException.class, () -> pki.write("issue/web", "common_name", "a.example.com"));
        assertInstanceOf(Fault.Unavailable.class, refused.fault());
        String serial = Ids.parseSerial(anew.list("certs/revoked").getFirst());
        assertFalse(pki.storage.keys().contains("cert/" + serial));
        assertTrue(pki.storage.keys().contains("abandoned/" + serial));
        pki.write("issue/web", "common_name", "a.example.com");
    }

    @Test
    void an_intent_of_this_run_is_left_alone() {
        pki.rootAndRole();
        Map<String, Object> leaf = pki.write("issue/web", "common_name", "a.example.com");
        pki.raw("crl");
        assertEquals(0, pki.list("certs/revoked").size());
        assertEquals(
                leaf.get("certificate"),
                pki.read("cert/" + leaf.get("serial_number")).get("certificate"));
        assertTrue(pki.storage.keys().stream().noneMatch(key -> key.startsWith("intent/")));
    }

    @Test
    void the_hsm_away_is_said_and_leaves_nothing() {
        pki.register("ca", io.casemate.crypto.KeyKind.EC_P256);
        pki.write("root/generate/kms", "common_name", "HSM Root", "key_type", "ec", "managed_key_name", "ca");
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec");
        Map<String, Object> leaf = pki.write("issue/r", "common_name", "a.example.com");
        byte[] crl = pki.raw("crl");
        List<String> before = pki.storage.keys();
        pki.signers.away(true);
        FaultException e =
                assertThrows(FaultException.class, () -> pki.write("issue/r", "common_name", "b.example.com"));
        assertEquals(
                Fault.HsmProblem.AWAY,
                assertInstanceOf(Fault.HsmFailed.class, e.fault()).problem());
        assertEquals(before, pki.storage.keys());
        pki.read("cert/" + leaf.get("serial_number"));
        pki.raw("ca");
        pki.write("revoke", "serial_number", leaf.get("serial_number"));
        assertEquals(crl.length, pki.raw("crl").length, "the last CRL is served");
        pki.signers.away(false);
        assertTrue(pki.raw("crl").length > crl.length);
    }

    @Test
    void a_token_that_signs_with_another_key_is_found_out() {
        pki.register("ca", io.casemate.crypto.KeyKind.EC_P256);
        pki.write("root/generate/kms", "common_name", "HSM Root", "key_type", "ec", "managed_key_name", "ca");
        pki.write("roles/r", "allow_any_name", true, "key_type", "ec");
        pki.signers.replace("ca", io.casemate.crypto.KeyKind.EC_P256);
        FaultException e =
                assertThrows(FaultException.class, () -> pki.write("issue/r", "common_name", "b.example.com"));
        assertEquals(
                Fault.HsmProblem.SETUP,
                assertInstanceOf(Fault.HsmFailed.class, e.fault()).problem());
        assertTrue(pki.storage.keys().stream().noneMatch(key -> key.startsWith("intent/")));
    }

    @Test
    void a_serial_number_is_never_used_twice() {
        pki.rootAndRole();
        pki.random(new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                java.util.Arrays.fill(bytes, (byte) 0x5A);
            }
        });
        String csr = Csrs.pem("CN=a.example.com");
        pki.write("sign/web", "csr", csr);
        FaultException e = assertThrows(FaultException.class, () -> pki.write("sign/web", "csr", csr));
        assertInstanceOf(Fault.Internal.class, e.fault());
        assertEquals(2, pki.list("certs").size());
    }

    @Test
    void many_at_once_get_numbers_of_their_own() throws Exception {
        pki.rootAndRole();
        Set<String> serials = new HashSet<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Map<String, Object>>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(executor.submit(() -> pki.write("issue/web", "common_name", "a.example.com")));
            }
            for (Future<Map<String, Object>> answer : answers) {
                serials.add((String) answer.get().get("serial_number"));
                BigInteger serial = certificate(answer.get().get("certificate")).getSerialNumber();
                assertTrue(serial.signum() > 0 && serial.bitLength() >= 152 && serial.toByteArray().length == 20);
            }
        }
        assertEquals(200, serials.size());
        assertEquals(201, pki.list("certs").size());
    }
}
