package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.Pem;
import io.casemate.engine.pki.issue.Csr;
import io.casemate.engine.pki.issue.Presented;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.OtherName;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.junit.jupiter.api.Test;

/** Damaged ASN.1 is refused as a bad request, always, and quickly. */
class CsrFuzzTest {
    private static final int ROUNDS = Integer.getInteger("casemate.pki.rounds", 4000);

    private final SplittableRandom random = new SplittableRandom(7);

    @Test
    void damaged_requests_are_bad_requests() {
        byte[] good = Csrs.der(
                new X500Name("C=CH,O=Example,CN=a.example.com"),
                Csrs.extension(
                        Extension.subjectAlternativeName,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, "a.example.com"))));
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = mutate(good);
            try {
                Csr csr = Csr.parse(Csrs.pem(damaged));
                // Only what the signature does not cover can differ: then the key and names are the good ones.
                assertArrayEquals(
                        Csrs.KEY.publicKey().getEncoded(), csr.publicKey().getEncoded());
                csr.commonName();
                csr.altNames(DnsName.Syntax.HOST);
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
            }
        }
        assertTrue(System.nanoTime() - start < 60_000_000_000L);
    }

    @Test
    void damaged_certificates_are_bad_requests() {
        PkiFixture pki = new PkiFixture();
        byte[] good = pki.rootAndRole() == null ? null : pki.raw("ca");
        for (int round = 0; round < ROUNDS; round++) {
            try {
                Presented.parse(mutate(good));
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault());
            }
        }
    }

    @Test
    void requests_with_a_good_signature_over_nonsense_are_bad_requests_or_harmless() throws Exception {
        PkiFixture pki = new PkiFixture();
        pki.rootAndRole();
        pki.write("roles/any", "allow_any_name", true, "key_type", "any", "no_store", true, "allowed_other_sans", "*");
        List<ASN1ObjectIdentifier> oids = List.of(
                Extension.subjectAlternativeName,
                Extension.keyUsage,
                Extension.extendedKeyUsage,
                Extension.basicConstraints);
        byte[] names = new GeneralNames(new GeneralName[] {
                    new GeneralName(GeneralName.dNSName, "a.example.com"),
                    new GeneralName(
                            GeneralName.otherName,
                            OtherName.parse("1.2.3;UTF8:x").encoded()),
                    new GeneralName(GeneralName.iPAddress, "10.0.0.1")
                })
                .getEncoded();
        for (int round = 0; round < ROUNDS / 40; round++) {
            byte[] value = random.nextInt(3) == 0 ? random(random.nextInt(40)) : mutate(names);
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            extensions.addExtension(oids.get(random.nextInt(oids.size())), random.nextBoolean(), value);
            String csr = Csrs.pem(Csrs.der(new X500Name("CN=a.example.com"), extensions));
            for (String path : List.of("sign/any", "sign-verbatim/any", "root/sign-intermediate")) {
                try {
                    pki.write(path, "csr", csr, "use_csr_values", true);
                } catch (FaultException e) {
                    assertInstanceOf(Fault.BadRequest.class, e.fault(), () -> path + " " + csr);
                }
            }
        }
    }

    @Test
    void damaged_bundles_are_bad_requests_and_bring_nothing_half() {
        PkiFixture from = new PkiFixture();
        Map<String, Object> root = from.write(
                "root/generate/exported", "common_name", "R", "key_type", "ec", "private_key_format", "pkcs8");
        byte[] certificate =
                Pem.decode((String) root.get("certificate")).getFirst().der();
        byte[] key = Pem.decode((String) root.get("private_key")).getFirst().der();
        for (int round = 0; round < ROUNDS / 40; round++) {
            PkiFixture to = new PkiFixture();
            boolean first = random.nextBoolean();
            String bundle = Pem.encode("CERTIFICATE", first ? mutate(certificate) : certificate) + "\n"
                    + Pem.encode("PRIVATE KEY", first ? key : mutate(key));
            try {
                to.write("config/ca", "pem_bundle", bundle);
            } catch (FaultException e) {
                assertInstanceOf(Fault.BadRequest.class, e.fault(), () -> bundle);
                assertTrue(to.storage.keys().isEmpty());
            }
        }
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    void texts_that_are_no_requests() {
        PkiFixture pki = new PkiFixture();
        pki.rootAndRole();
        String good = Csrs.pem("CN=a.example.com");
        for (String bad : List.of(
                "",
                "x",
                "-----BEGIN CERTIFICATE REQUEST-----",
                good + "\n" + good,
                good.replace("REQUEST", "X"),
                "A".repeat(Csr.MAX_LENGTH + 1))) {
            pki.refusal("sign/web", "csr", bad);
        }
        byte[] other = Csrs.der(new X500Name("CN=a.example.com"), null);
        byte[] key = Csrs.der(new X500Name("CN=b.example.com"), null);
        System.arraycopy(key, key.length - 60, other, other.length - 60, 60);
        assertTrue(pki.refusal("sign/web", "csr", Csrs.pem(other)).contains("csr"));
    }

    private byte[] mutate(byte[] good) {
        byte[] bytes = good.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                case 3 -> bytes = insert(bytes, at);
                case 4 -> bytes[at] = (byte) (random.nextBoolean() ? 0x80 : 0xFF);
                default -> System.arraycopy(bytes, 0, bytes, at, Math.min(at, bytes.length - at));
            }
        }
        return bytes;
    }

    private byte[] insert(byte[] bytes, int at) {
        int count = 1 + random.nextInt(20);
        byte[] longer = new byte[bytes.length + count];
        System.arraycopy(bytes, 0, longer, 0, at);
        Arrays.fill(longer, at, at + count, (byte) (random.nextBoolean() ? 0x30 : random.nextInt(256)));
        System.arraycopy(bytes, at, longer, at + count, bytes.length - at);
        return longer;
    }
}
