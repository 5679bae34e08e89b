package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.SoftwareKeys;
import java.io.ByteArrayInputStream;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains of ML-DSA (RFC 9881), made by the JDK and judged by the JDK and BouncyCastle. OpenSSL knows it from 3.5 on. */
class PostQuantumTest {
    private final PkiFixture pki = new PkiFixture();

    @ParameterizedTest
    @ValueSource(ints = {44, 65, 87})
    void a_chain_of_three_verifies(int set) throws Exception {
        Map<String, Object> root = pki.write(
                "root/generate/internal", "common_name", "Root", "key_type", "ml-dsa", "key_bits", set, "ttl", "8760h");
        Object csr = pki.write(
                        "intermediate/generate/internal", "common_name", "Sub", "key_type", "ml-dsa", "key_bits", set)
                .get("csr");
        Map<String, Object> sub = pki.write("root/sign-intermediate", "csr", csr, "common_name", "Sub", "ttl", "800h");
        String id = pki.issuer(sub.get("certificate"));
        pki.write(
                "roles/r",
                "allow_any_name",
                true,
                "key_type",
                "ml-dsa",
                "key_bits",
                set,
                "ttl",
                "24h",
                "issuer_ref",
                id);
        Map<String, Object> leaf = pki.write("issue/r", "common_name", "a.example.com");
        assertEquals("ml-dsa", leaf.get("private_key_type"));
        assertTrue(leaf.get("private_key").toString().startsWith("-----BEGIN PRIVATE KEY-----"));
        X509Certificate top = PkiFixture.certificate(root.get("certificate"));
        X509Certificate middle = PkiFixture.certificate(sub.get("certificate"));
        X509Certificate end = PkiFixture.certificate(leaf.get("certificate"));
        assertEquals("ML-DSA-" + set, end.getSigAlgName());
        boolean[] usage = end.getKeyUsage();
        assertTrue(usage[0]);
        assertFalse(usage[2] || usage[4]);
        byBouncyCastle(top, top);
        byBouncyCastle(middle, top);
        byBouncyCastle(end, middle);
        PKIXParameters trust = new PKIXParameters(Set.of(new TrustAnchor(top, null)));
        trust.setRevocationEnabled(false);
        trust.setDate(Date.from(pki.now().plusSeconds(1)));
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(end, middle)), trust);
        pki.write("revoke", "serial_number", leaf.get("serial_number"));
        X509CRL crl = (X509CRL) CertificateFactory.getInstance("X.509")
                .generateCRL(new ByteArrayInputStream(pki.raw("issuer/" + id + "/crl/der")));
        crl.verify(middle.getPublicKey());
        assertTrue(crl.isRevoked(end));
    }

    private static void byBouncyCastle(X509Certificate certificate, X509Certificate issuer) throws Exception {
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, (MLDSAPublicKeyParameters) PublicKeyFactory.createKey(
                SubjectPublicKeyInfo.getInstance(issuer.getPublicKey().getEncoded())));
        byte[] tbs = certificate.getTBSCertificate();
        verifier.update(tbs, 0, tbs.length);
        assertTrue(verifier.verifySignature(certificate.getSignature()));
    }

    @ParameterizedTest
    @ValueSource(ints = {44, 65})
    void a_request_is_signed_and_its_size_has_to_fit_the_role(int set) throws Exception {
        pki.rootAndRole();
        var key = new SoftwareKeys(new SecureRandom())
                .generate(KeyKind.of("ml-dsa", set).orElseThrow());
        String csr = Csrs.pem(Csrs.der(
                new X500Name("CN=a.example.com"),
                null,
                key,
                "ML-DSA",
                set == 44 ? NISTObjectIdentifiers.id_ml_dsa_44 : NISTObjectIdentifiers.id_ml_dsa_65));
        pki.write("roles/pq", "allow_any_name", true, "key_type", "ml-dsa");
        if (set == 44) {
            assertTrue(pki.refusal("sign/pq", "csr", csr).contains("65"));
        } else {
            X509Certificate leaf =
                    PkiFixture.certificate(pki.write("sign/pq", "csr", csr).get("certificate"));
            assertEquals(key.publicKey(), leaf.getPublicKey());
        }
        assertTrue(pki.refusal("sign/web", "csr", csr).contains("type ec"));
    }
}
