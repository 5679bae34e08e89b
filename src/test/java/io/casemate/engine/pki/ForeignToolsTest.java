package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What others make of our certificates: OpenSSL, GnuTLS and the JDK's path validation. */
class ForeignToolsTest {
    @TempDir
    Path folder;

    private final PkiFixture pki = new PkiFixture();

    @BeforeEach
    void urls() {
        pki.write(
                "config/urls",
                "issuing_certificates",
                "http://pki.example.com/ca",
                "crl_distribution_points",
                "http://pki.example.com/crl",
                "ocsp_servers",
                "http://pki.example.com/ocsp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa", "ed25519"})
    void a_chain_verifies_and_a_revoked_one_does_not(String type) throws Exception {
        Map<String, Object> root = pki.post(
                "root/generate/internal",
                "common_name=Test Root|permitted_dns_domains=example.com|max_path_length=0|key_type=" + type);
        pki.post("roles/web", "allowed_domains=example.com|allow_subdomains=true|key_type=" + type);
        Map<String, Object> good = pki.post("issue/web", "common_name=a.example.com|alt_names=*.b.example.com");
        Map<String, Object> bad = pki.post("issue/web", "common_name=c.example.com");
        pki.write("revoke", "serial_number", bad.get("serial_number"));
        put("ca.pem", root.get("certificate"));
        put("good.pem", good.get("certificate"));
        put("bad.pem", bad.get("certificate"));
        put("key.pem", good.get("private_key"));
        Files.write(folder.resolve("crl.pem"), pki.raw("crl/pem"));
        Files.write(folder.resolve("crl.der"), pki.raw("crl"));
        openssl();
        gnutls();
        assertEquals("OK", jdk(root, good));
        assertTrue(jdk(root, bad).contains("revoked"));
    }

    private void openssl() throws Exception {
        String crl = " -crl_check -CRLfile crl.pem -CAfile ca.pem ";
        String strict = "openssl verify -x509_strict -purpose sslserver -verify_hostname x.b.example.com";
        assertTrue(run(0, strict + crl + "good.pem").contains("good.pem: OK"));
        assertTrue(run(2, "openssl verify" + crl + "bad.pem").contains("certificate revoked"));
        String text = run(0, "openssl x509 -in good.pem -noout -text");
        for (String part : List.of(
                "CA Issuers - URI:http://pki.example.com/ca",
                "OCSP - URI:http://pki.example.com/ocsp",
                "URI:http://pki.example.com/crl",
                "DNS:a.example.com, DNS:*.b.example.com",
                "TLS Web Server Authentication")) {
            assertTrue(text.contains(part), part + " in " + text);
        }
        assertTrue(run(0, "openssl crl -in crl.der -inform DER -CAfile ca.pem -noout -text")
                .contains("X509v3 CRL Number"));
        run(0, "openssl pkey -in key.pem -check -noout");
    }

    private void gnutls() throws Exception {
        String verify = "certtool --verify --load-ca-certificate ca.pem --load-crl crl.pem";
        run(0, verify + " --verify-hostname a.example.com --infile good.pem");
        assertTrue(run(1, verify + " --infile bad.pem").contains("revoked"));
    }

    @Test
    void requests_made_by_others_are_signed() throws Exception {
        pki.rootAndRole();
        pki.write("roles/any", "allowed_domains", "example.com", "allow_subdomains", true, "key_type", "any");
        for (String newKey :
                List.of("-newkey ec -pkeyopt ec_paramgen_curve:P-384", "-newkey rsa:2048", "-newkey ed25519")) {
            run(
                    0,
                    "openssl req -new -nodes -keyout own.pem -subj /O=Ignored/CN=a.example.com"
                            + " -addext subjectAltName=DNS:b.example.com -out own.csr " + newKey);
            String csr = Files.readString(folder.resolve("own.csr"));
            Map<String, Object> leaf =
                    pki.write("sign/any", "csr", csr, "common_name", "", "alt_names", "b.example.com");
            put("leaf.pem", leaf.get("certificate"));
            String subject = run(0, "openssl x509 -in leaf.pem -noout -subject -ext subjectAltName");
            assertTrue(subject.contains("subject=CN = a.example.com"), subject);
            assertTrue(subject.contains("DNS:a.example.com, DNS:b.example.com"), subject);
            Map<String, Object> verbatim = pki.write("sign-verbatim/any", "csr", csr);
            put("leaf.pem", verbatim.get("certificate"));
            assertTrue(run(0, "openssl x509 -in leaf.pem -noout -subject").contains("O = Ignored"));
        }
    }

    @Test
    void weak_requests_made_by_others_are_not() throws Exception {
        pki.rootAndRole();
        pki.post("roles/any", "allow_any_name=true|key_type=any");
        String request = "openssl req -new -nodes -keyout k -subj /CN=a.example.com -out x.csr -newkey ";
        run(0, request + "ed25519 -x509");
        assertTrue(pki.refusal("sign/any", "csr", Files.readString(folder.resolve("x.csr")))
                .contains("CERTIFICATE REQUEST"));
        run(0, request + "rsa:1024");
        assertTrue(pki.refusal("sign/any", "csr", Files.readString(folder.resolve("x.csr")))
                .contains("2048"));
        run(0, request + "rsa:2048 -sha1");
        assertTrue(pki.refusal("sign/any", "csr", Files.readString(folder.resolve("x.csr")))
                .contains("weak"));
    }

    @Test
    void verbatim_carries_every_extension_that_is_the_subject_s() throws Exception {
        Map<String, Object> root = pki.rootAndRole();
        put("ca.pem", root.get("certificate"));
        run(
                0,
                "openssl req -new -nodes -newkey ed25519 -keyout k -subj /CN=a.example.com -out v.csr"
                        + " -addext tlsfeature=status_request -addext certificatePolicies=1.2.3.4"
                        + " -addext 1.2.3.4.5=critical,ASN1:UTF8String:carried -addext 1.2.3.4.6=DER:0101ff");
        Map<String, Object> leaf =
                pki.write("sign-verbatim", "csr", Files.readString(folder.resolve("v.csr")), "ttl", "1h");
        put("leaf.pem", leaf.get("certificate"));
        String text = run(0, "openssl x509 -in leaf.pem -noout -text");
        for (String part :
                List.of("status_request", "Policy: 1.2.3.4", "1.2.3.4.5: critical", "..carried", "1.2.3.4.6")) {
            assertTrue(text.contains(part), part + " in " + text);
        }
        assertTrue(run(0, "openssl verify -ignore_critical -CAfile ca.pem leaf.pem")
                .contains("OK"));
        run(0, "certtool --certificate-info --infile leaf.pem --outfile info.txt");
        String info = Files.readString(folder.resolve("info.txt"));
        assertTrue(info.contains("1.2.3.4.5") && info.contains("Policies"), info);
    }

    @Test
    void verbatim_refuses_what_it_cannot_sign() throws Exception {
        pki.rootAndRole();
        for (String extension : List.of(
                "basicConstraints=CA:TRUE",
                "keyUsage=keyCertSign",
                "nameConstraints=permitted;DNS:a",
                "noCheck=ignored",
                "nsCertType=sslCA",
                "1.3.6.1.5.5.7.1.14=critical,DER:300c300a06082b06010505071501",
                "extendedKeyUsage=clientAuth,OCSPSigning",
                "inhibitAnyPolicy=0",
                "crlDistributionPoints=URI:http://evil.example.com/empty.crl",
                "1.3.6.1.4.1.11129.2.4.3=critical,DER:0500")) {
            run(0, "openssl req -new -nodes -newkey ed25519 -keyout k -subj /CN=a -out v.csr -addext " + extension);
            String csr = Files.readString(folder.resolve("v.csr"));
            assertTrue(pki.refusal("sign-verbatim", "csr", csr).contains("csr"), extension);
        }
        String csr = Csrs.pem("CN=a");
        for (String field : List.of("ext_key_usage", "ext_key_usage_oids")) {
            String ocsp = field.endsWith("oids") ? "1.3.6.1.5.5.7.3.9" : "OCSPSigning";
            assertTrue(pki.refusal("sign-verbatim", "csr", csr, field, ocsp).contains("ocsp-delegate"), field);
        }
    }

    @Test
    void a_verbatim_leaf_always_says_that_it_is_no_ca() throws Exception {
        pki.rootAndRole();
        String csr = Csrs.pem("CN=a");
        X509Certificate plain =
                PkiFixture.certificate(pki.write("sign-verbatim", "csr", csr).get("certificate"));
        assertFalse(plain.getKeyUsage()[5]);
        put("leaf.pem", pki.write("sign-verbatim", "csr", csr, "key_usage", "").get("certificate"));
        String text = run(0, "openssl x509 -in leaf.pem -noout -text -purpose");
        assertTrue(text.contains("CA:FALSE") && text.contains("SSL client CA : No"), text);
    }

    private String jdk(Map<String, Object> root, Map<String, Object> leaf) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate anchor = PkiFixture.certificate(root.get("certificate"));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setDate(Date.from(pki.now().plusSeconds(1)));
        parameters.addCertStore(CertStore.getInstance(
                "Collection",
                new CollectionCertStoreParameters(
                        List.of(factory.generateCRL(new ByteArrayInputStream(pki.raw("crl")))))));
        try {
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            factory.generateCertPath(List.of(PkiFixture.certificate(leaf.get("certificate")))),
                            parameters);
            return "OK";
        } catch (java.security.cert.CertPathValidatorException e) {
            return e.getMessage();
        }
    }

    private void put(String name, Object text) throws IOException {
        Files.writeString(folder.resolve(name), text + "\n");
    }

    private String run(int expected, String commandLine) throws Exception {
        Process process = new ProcessBuilder(commandLine.split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(expected, process.waitFor(), () -> commandLine + "\n" + out);
        return out;
    }
}
