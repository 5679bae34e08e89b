package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.CertificateList;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * CRLs against a naive set, over random revocations, times, readings, and a store that fails and a server that starts anew at any
 * write: what was acknowledged as revoked is on the next CRL, once, until one CRL after its end has shown it.
 */
class CrlPropertyTest {
    private static final int STEPS = Integer.getInteger("casemate.pki.crl.steps", 150);

    private record Shown(long number, long base, Instant thisUpdate, List<BigInteger> serials) {}

    private final PkiFixture pki = new PkiFixture();
    private final Map<BigInteger, Revocation> revoked = new HashMap<>();
    private SplittableRandom random;
    private UUID issuer;
    private PublicKey key;
    private Shown last = new Shown(0, 0, Instant.EPOCH, List.of());

    private void begin(long seed) {
        random = new SplittableRandom(seed);
        Map<String, Object> root = pki.rootAndRole();
        issuer = UUID.fromString((String) root.get("issuer_id"));
        key = PkiFixture.certificate(root.get("certificate")).getPublicKey();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void a_complete_crl_is_the_naive_set(long seed) throws Exception {
        begin(seed);
        for (int step = 0; step < STEPS; step++) {
            step();
            complete("seed " + seed + " step " + step);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void a_complete_crl_and_its_delta_are_the_naive_set(long seed) throws Exception {
        begin(seed);
        pki.write("config/crl", "auto_rebuild", true, "enable_delta", true, "delta_rebuild_interval", "1s");
        for (int step = 0; step < STEPS; step++) {
            step();
            pki.pass(Duration.ofSeconds(2));
            Shown delta = read("crl/delta");
            Shown complete = read("crl");
            String where = "seed " + seed + " step " + step;
            assertEquals(complete.number(), delta.base(), where);
            assertTrue(delta.number() >= complete.number(), where);
            Set<BigInteger> both = new HashSet<>(complete.serials());
            delta.serials().forEach(serial -> assertTrue(both.add(serial), where + " twice " + serial));
            assertHolds(both, delta.thisUpdate(), where);
        }
    }

    private void step() {
        switch (random.nextInt(6)) {
            case 0, 1 -> revoke(1 + random.nextInt(40));
            case 2 -> pki.pass(Duration.ofMinutes(random.nextInt(20 * 60)));
            case 3 -> interrupted();
            case 4 -> pki.call(io.casemate.kernel.Operation.READ, "crl/rotate", Map.of());
            default -> pki.reopen();
        }
    }

    private void revoke(int count) {
        for (int i = 0; i < count; i++) {
            BigInteger serial = new BigInteger(1, bytes());
            Revocation revocation =
                    new Revocation(pki.now(), pki.now().plus(Duration.ofMinutes(random.nextInt(4 * 24 * 60))), (byte)
                            (random.nextInt(3) * 2));
            String hex = serial.toString(16);
            String even = hex.length() % 2 == 0 ? hex : "0" + hex;
            revoked.put(serial, pki.storage.transact(editor -> Revocations.add(editor, issuer, even, revocation)));
        }
    }

    private byte[] bytes() {
        byte[] bytes = new byte[1 + random.nextInt(20)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(256);
        }
        bytes[0] |= 1;
        return bytes;
    }

    /** The store fails at some write while a CRL is made; the process may start anew, as after kill -9. */
    private void interrupted() {
        revoke(1 + random.nextInt(600));
        int at = pki.storage.commits() + 1 + random.nextInt(5);
        pki.storage.beforeCommit(commit -> {
            if (commit >= at) {
                throw new Fault.StorageFailed(Fault.StorageProblem.IO, "killed").asException();
            }
        });
        try {
            pki.raw("crl");
        } catch (FaultException e) {
            assertTrue(e.fault() instanceof Fault.StorageFailed, e::toString);
        }
        pki.storage.beforeCommit(commit -> {});
        if (random.nextBoolean()) {
            pki.reopen();
        }
    }

    private void complete(String where) throws Exception {
        Shown shown = read("crl");
        assertTrue(shown.number() >= last.number(), where);
        Set<BigInteger> once = new HashSet<>();
        shown.serials().forEach(serial -> assertTrue(once.add(serial), where + " twice " + serial));
        assertHolds(once, shown.thisUpdate(), where);
        last = shown;
    }

    private void assertHolds(Set<BigInteger> listed, Instant thisUpdate, String where) {
        revoked.forEach((serial, revocation) -> {
            if (revocation.notAfter().isAfter(thisUpdate)) {
                assertTrue(listed.contains(serial), () -> where + ": missing " + serial + " " + revocation);
            }
        });
        for (BigInteger serial : listed) {
            Revocation revocation = revoked.get(serial);
            assertFalse(revocation == null, () -> where + ": never revoked " + serial);
            assertTrue(
                    revocation.notAfter().isAfter(thisUpdate.minus(Duration.ofDays(5))),
                    () -> where + ": long over " + serial + " " + revocation);
        }
    }

    private Shown read(String path) throws Exception {
        byte[] der = pki.raw(path);
        assertNotNull(CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der)));
        pki.crl(path).verify(key);
        TBSCertList list = CertificateList.getInstance(der).getTBSCertList();
        return new Shown(
                number(list, Extension.cRLNumber),
                number(list, Extension.deltaCRLIndicator),
                list.getThisUpdate().getDate().toInstant(),
                Arrays.stream(list.getRevokedCertificates())
                        .map(entry -> entry.getUserCertificate().getValue())
                        .toList());
    }

    private static long number(TBSCertList list, org.bouncycastle.asn1.ASN1ObjectIdentifier oid) {
        Extension extension = list.getExtensions().getExtension(oid);
        return extension == null
                ? 0
                : ASN1Integer.getInstance(ASN1OctetString.getInstance(extension.getExtnValue())
                                .getOctets())
                        .getValue()
                        .longValueExact();
    }
}
