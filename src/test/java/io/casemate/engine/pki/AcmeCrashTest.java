package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.math.BigInteger;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.junit.jupiter.api.Test;

/**
 * The process dies before each durable write between a new order and its certificate, one after the other. What the client was
 * told stays true, its order goes on to a certificate after the next start, and every signature is on record.
 */
class AcmeCrashTest {
    private static final String NAME = "crash.example.com";

    private final Set<String> signed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean dead = new AtomicBoolean();
    private String order;
    private Object certificate;

    @Test
    void no_order_and_no_certificate_is_lost_wherever_it_dies() {
        int deaths = 0;
        while (diesAtWrite(deaths + 1)) {
            deaths++;
        }
        // Order, promise, what the look showed, intent, certificate with the order's end.
        assertEquals(5, deaths);
    }

    /** False when there are fewer writes. */
    private boolean diesAtWrite(int nth) {
        signed.clear();
        dead.set(false);
        order = null;
        certificate = null;
        try (AcmeFixture acme = new AcmeFixture()) {
            watch(acme.mount);
            AcmeClient client = acme.member("acme");
            int fatal = acme.mount.storage.commits() + nth;
            acme.mount.storage.beforeCommit(commit -> {
                if (commit >= fatal) {
                    dead.set(true);
                    throw new Fault.StorageFailed(Fault.StorageProblem.IO, "killed").asException();
                }
            });
            try {
                flow(acme, client);
            } catch (FaultException e) {
                assertTrue(dead.get(), () -> "refused for another reason: " + e);
            }
            acme.mount.engine().close();
            acme.mount.storage.beforeCommit(commit -> {});
            acme.mount.reopen();
            Object promised = certificate;
            flow(acme, client);
            assertTrue(promised == null || promised.equals(certificate), "the certificate is another one");
            verify(acme.mount);
            return dead.get();
        }
    }

    /** As a client does it that goes on where it was. */
    private void flow(AcmeFixture acme, AcmeClient client) {
        if (order == null) {
            Answer placed = client.order(NAME);
            assertEquals(201, placed.status());
            order = placed.headers().get("Location");
        }
        Answer state = client.fetch(order);
        assertEquals(200, state.status(), "an order that was acknowledged is gone");
        assertNotEquals("invalid", state.text("status"));
        if (state.text("status").equals("pending")) {
            prove(
                    acme,
                    client,
                    PkiFixture.strings(state.body().get("authorizations")).getFirst());
        }
        if (client.fetch(order).text("status").equals("ready")) {
            client.postTo(state.text("finalize"), Map.of("csr", AcmeFixture.csr("", NAME)));
        }
        Answer done = client.fetch(order);
        assertEquals("valid", done.text("status"));
        certificate = AcmeFixture.chain(client.fetch(done.text("certificate"))).getFirst();
    }

    private void prove(AcmeFixture acme, AcmeClient client, String url) {
        Map<?, ?> challenge = AcmeFixture.challenge(client.fetch(url).body(), "dns-01");
        acme.dns.put("_acme-challenge." + NAME, "TXT", AcmeFixture.digest(client, challenge.get("token")));
        boolean before = dead.get();
        if (challenge.get("status").equals("pending")) {
            client.postTo(challenge.get("url").toString(), Map.of());
        }
        Await.until(() -> !client.fetch(url).text("status").equals("pending") || (dead.get() && !before));
        if (dead.get() && !before) {
            throw new Fault.StorageFailed(Fault.StorageProblem.IO, "killed while it looked").asException();
        }
    }

    private void verify(PkiFixture pki) {
        List<String> keys = pki.storage.keys();
        assertEquals(
                1,
                keys.stream().filter(key -> key.startsWith("acme/certificate/")).count());
        assertEquals(
                0, keys.stream().filter(key -> key.startsWith("acme/look/")).count());
        var crl = pki.crl("crl");
        for (String serial : signed) {
            boolean kept = keys.contains("cert/" + serial);
            if (!kept) {
                assertTrue(keys.contains("abandoned/" + serial), "signed and untracked: " + serial);
                assertNotNull(crl.getRevokedCertificate(new BigInteger(serial, 16)), "abandoned and good: " + serial);
            }
        }
        assertEquals(
                1,
                signed.stream()
                        .filter(serial -> keys.contains("cert/" + serial))
                        .count());
    }

    /** The default issuer becomes one whose key notes what it signs. */
    private void watch(PkiFixture pki) {
        pki.register("ca", KeyKind.EC_P256);
        Object issuer = pki.write(
                        "root/generate/kms", "common_name", "HSM Root", "key_type", "ec", "managed_key_name", "ca")
                .get("issuer_id");
        pki.write("config/issuers", "default", issuer);
        Signer real = pki.signers.held().get("ca");
        pki.signers.held().put("ca", new Signer() {
            @Override
            public KeyKind kind() {
                return real.kind();
            }

            @Override
            public PublicKey publicKey() {
                return real.publicKey();
            }

            @Override
            public byte[] sign(String algorithm, byte[] message) {
                certificateSerial(message).ifPresent(signed::add);
                return real.sign(algorithm, message);
            }
        });
    }

    /** CRLs are signed too, and have no serial number. */
    private static java.util.Optional<String> certificateSerial(byte[] message) {
        try {
            return java.util.Optional.of(Ids.hex(
                    TBSCertificate.getInstance(message).getSerialNumber().getValue()));
        } catch (IllegalArgumentException noCertificate) {
            return java.util.Optional.empty();
        }
    }
}
