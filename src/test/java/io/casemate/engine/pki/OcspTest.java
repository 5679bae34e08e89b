package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The responder, asked and judged by OpenSSL and the JDK. */
class OcspTest {
    private static final int ROUNDS = Integer.getInteger("casemate.pki.rounds", 4000);

    @TempDir
    Path folder;

    private final PkiFixture pki = new PkiFixture();
    private Map<String, Object> root;

    private void authority(String type, boolean hsm) throws Exception {
        root = hsm
                ? pki.write("root/generate/kms", "common_name", "Test Root", "key_type", type)
                : pki.write("root/generate/internal", "common_name", "Test Root", "key_type", type, "ttl", "87600h");
        pki.write("roles/web", "allow_any_name", true, "key_type", "ec", "ttl", "24h");
        Files.writeString(folder.resolve("ca.pem"), (String) root.get("certificate"));
    }

    private Map<String, Object> leaf(String file) throws Exception {
        Map<String, Object> leaf = pki.write("issue/web", "common_name", "a.example.com");
        Files.writeString(folder.resolve(file), (String) leaf.get("certificate"));
        return leaf;
    }

    private byte[] question(String options) throws Exception {
        Tools.run(folder, 0, "openssl ocsp -issuer ca.pem " + options + " -reqout req.der");
        return Files.readAllBytes(folder.resolve("req.der"));
    }

    private byte[] post(byte[] request) {
        return PkiFixture.bytes(pki.call(
                Operation.UPDATE, "ocsp", Map.of("body", Base64.getEncoder().encodeToString(request))));
    }

    private Response get(byte[] request) {
        return pki.get("ocsp/" + Base64.getUrlEncoder().encodeToString(request), Map.of());
    }

    private static int status(byte[] der) {
        return OCSPResponse.getInstance(der).getResponseStatus().getIntValue();
    }

    /** What OpenSSL makes of an answer to the question in {@code req.der}. */
    private String judged(byte[] answer, String options) throws Exception {
        Files.write(folder.resolve("resp.der"), answer);
        return Tools.run(
                folder, 0, "openssl ocsp -issuer ca.pem " + options + " -respin resp.der -CAfile ca.pem -text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa", "ed25519", "kms ec", "kms rsa"})
    void openssl_and_the_jdk_believe_it(String keys) throws Exception {
        authority(keys.replace("kms ", ""), keys.startsWith("kms"));
        Map<String, Object> good = leaf("good.pem");
        Map<String, Object> bad = leaf("bad.pem");
        pki.write("revoke", "serial_number", bad.get("serial_number"));
        for (String hash : List.of("", "-sha256 ", "-sha512 ")) {
            String one = hash + "-cert good.pem -no_nonce";
            String said = judged(post(question(one)), one);
            assertTrue(said.contains("Response verify OK") && said.contains("good.pem: good"), said);
            String two = hash + "-cert good.pem " + hash + "-cert bad.pem";
            String both = judged(post(question(two)), "-reqin req.der");
            assertTrue(both.contains("Response verify OK") && !both.contains("no nonce"), both);
            assertTrue(both.contains("Cert Status: revoked") && both.contains("Cert Status: good"), both);
        }
        assertEquals("OK", jdk(good, post(question("-cert good.pem -no_nonce"))));
        assertTrue(jdk(bad, post(question("-cert bad.pem -no_nonce"))).contains("revoked"));
    }

    private String jdk(Map<String, Object> leaf, byte[] answer) throws Exception {
        X509Certificate certificate = PkiFixture.certificate(leaf.get("certificate"));
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(Set.of(PKIXRevocationChecker.Option.NO_FALLBACK));
        checker.setOcspResponses(Map.of(certificate, answer));
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(PkiFixture.certificate(root.get("certificate")), null)));
        parameters.setDate(Date.from(pki.now().plusSeconds(1)));
        parameters.addCertPathChecker(checker);
        try {
            validator.validate(
                    CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
            return "OK";
        } catch (CertPathValidatorException e) {
            return e.getMessage();
        }
    }

    @Test
    void an_answer_is_kept_while_it_is_true() throws Exception {
        authority("ec", false);
        Map<String, Object> leaf = leaf("leaf.pem");
        byte[] question = question("-cert leaf.pem -no_nonce");
        Response first = get(question);
        assertEquals(
                "max-age=43200, public, no-transform, must-revalidate",
                first.headers().get("Cache-Control"));
        assertTrue(first.headers().keySet().containsAll(Set.of("ETag", "Expires", "Last-Modified")));
        pki.pass(Duration.ofHours(5));
        assertArrayEquals(PkiFixture.bytes(first), PkiFixture.bytes(get(question)));
        assertArrayEquals(PkiFixture.bytes(first), post(question));
        pki.pass(Duration.ofHours(2));
        byte[] renewed = PkiFixture.bytes(get(question));
        assertFalse(Arrays.equals(PkiFixture.bytes(first), renewed), "half of its life has passed");
        pki.write("revoke", "serial_number", leaf.get("serial_number"));
        assertTrue(judged(PkiFixture.bytes(get(question)), "-cert leaf.pem -no_nonce")
                .contains("Cert Status: revoked"));
        assertEquals(Map.of(), get(question("-cert leaf.pem")).headers(), "with a nonce nothing is kept");
        pki.write("config/crl", "ocsp_expiry", "0s");
        assertEquals(Map.of(), get(question).headers());
    }

    @Test
    void without_the_hsm_signed_answers_go_on() throws Exception {
        authority("ec", true);
        leaf("leaf.pem");
        leaf("other.pem");
        byte[] question = question("-cert leaf.pem -no_nonce");
        byte[] answer = post(question);
        pki.signers.away(true);
        assertArrayEquals(answer, post(question));
        assertEquals(3, status(post(question("-cert other.pem -no_nonce"))), "tryLater");
        pki.pass(Duration.ofHours(11));
        assertArrayEquals(answer, post(question), "to the end of its life");
        pki.pass(Duration.ofHours(2));
        assertEquals(3, status(post(question)));
        pki.signers.away(false);
        assertEquals(0, status(post(question("-cert other.pem -no_nonce"))));
    }

    @Test
    void a_delegate_answers_while_it_may() throws Exception {
        authority("ec", true);
        Map<String, Object> leaf = leaf("leaf.pem");
        leaf("other.pem");
        byte[] question = question("-cert leaf.pem -no_nonce");
        Map<String, Object> delegate = pki.write("issuer/default/ocsp-delegate", "ttl", "24h", "key_type", "rsa");
        assertEquals(delegate, pki.read("issuer/default/ocsp-delegate"));
        pki.signers.away(true);
        byte[] answer = post(question);
        String said = judged(answer, "-cert leaf.pem -no_nonce");
        assertTrue(said.contains("Response verify OK") && said.contains("OCSP Responder"), said);
        assertEquals("OK", jdk(leaf, answer));
        pki.reopen();
        assertTrue(judged(post(question), "-cert leaf.pem -no_nonce").contains("leaf.pem: good"));
        pki.pass(Duration.ofHours(13));
        assertEquals(3, status(post(question("-cert other.pem -no_nonce"))), "its answer would outlive it");
        pki.signers.away(false);
        assertEquals(0, status(post(question("-cert other.pem -no_nonce"))));
        pki.call(Operation.DELETE, "issuer/default/ocsp-delegate", Map.of());
        assertEquals(
                0,
                pki.storage.keys().stream()
                        .filter(key -> key.contains("delegate"))
                        .count());
        pki.refusal("issuer/default/ocsp-delegate", "ttl", "1000000h");
        pki.refusal("issuer/default/ocsp-delegate", "key_type", "dsa");
        Files.writeString(folder.resolve("delegate.pem"), (String) delegate.get("certificate"));
        String text = Tools.run(folder, 0, "openssl x509 -in delegate.pem -noout -text");
        assertTrue(text.contains("OCSP Signing") && text.contains("OCSP No Check"), text);
    }

    @Test
    void a_delegate_that_was_taken_away_or_revoked_answers_no_more_and_its_answers_are_not_given_again()
            throws Exception {
        authority("ec", false);
        leaf("leaf.pem");
        byte[] question = question("-cert leaf.pem -no_nonce");
        for (boolean revoked : new boolean[] {true, false}) {
            Map<String, Object> delegate = pki.write("issuer/default/ocsp-delegate", "ttl", "24h");
            byte[] answer = post(question);
            assertTrue(judged(answer, "-cert leaf.pem -no_nonce").contains("OCSP Responder"));
            assertArrayEquals(answer, post(question));
            if (revoked) {
                pki.write("revoke", "serial_number", delegate.get("serial_number"));
            } else {
                pki.call(Operation.DELETE, "issuer/default/ocsp-delegate", Map.of());
            }
            for (String ask : List.of("-cert leaf.pem -no_nonce", "-cert leaf.pem")) {
                String said = judged(post(question(ask)), "-cert leaf.pem -no_nonce");
                assertTrue(said.contains("Response verify OK") && !said.contains("OCSP Responder"), said);
            }
        }
    }

    @Test
    void the_delegate_of_a_renewed_ca_answers_for_both() throws Exception {
        authority("ec", true);
        leaf("leaf.pem");
        Map<String, Object> twin =
                pki.write("root/generate/existing", "common_name", "Test Root", "key_ref", root.get("key_id"));
        List<Object> ids = List.of(root.get("issuer_id"), twin.get("issuer_id"));
        byte[] question = question("-cert leaf.pem -no_nonce");
        for (Object id : ids) {
            pki.write("issuer/" + id + "/ocsp-delegate", "ttl", "24h");
            pki.reopen();
            pki.signers.away(true);
            String said = judged(post(question), "-cert leaf.pem -no_nonce");
            assertTrue(said.contains("Response verify OK") && said.contains("leaf.pem: good"), said);
            pki.signers.away(false);
            pki.call(Operation.DELETE, "issuer/" + id + "/ocsp-delegate", Map.of());
        }
    }

    @Test
    void a_delegate_that_is_replaced_meanwhile_signs_nothing_for_the_old_one() throws Exception {
        authority("ec", false);
        leaf("leaf.pem");
        byte[] question = question("-cert leaf.pem -no_nonce");
        pki.write("issuer/default/ocsp-delegate", "ttl", "24h");
        pki.reopen();
        AtomicBoolean replaced = new AtomicBoolean();
        pki.storage.beforeGet(key -> {
            if (key.startsWith("ocsp-delegate-key/") && replaced.compareAndSet(false, true)) {
                pki.write("issuer/default/ocsp-delegate", "ttl", "24h");
            }
        });
        String said = judged(post(question), "-cert leaf.pem -no_nonce");
        assertTrue(replaced.get() && said.contains("Response verify OK"), said);
    }

    @Test
    void who_is_not_known_is_told_so() throws Exception {
        authority("ec", false);
        leaf("leaf.pem");
        byte[] question = question("-cert leaf.pem -no_nonce");
        byte[] unkept = question("-serial 0x1234567890 -no_nonce");
        assertTrue(judged(post(unkept), "-serial 0x1234567890 -no_nonce").contains(": good"));
        pki.write("config/crl", "ocsp_unkept_status", "unknown");
        assertTrue(judged(post(unkept), "-serial 0x1234567890 -no_nonce").contains(": unknown"));
        assertEquals(0, status(post(question)));
        PkiFixture other = new PkiFixture();
        Map<String, Object> foreign = other.rootAndRole();
        Files.writeString(folder.resolve("foreign.pem"), (String) foreign.get("certificate"));
        Tools.run(
                folder,
                0,
                "openssl ocsp -issuer ca.pem -cert leaf.pem -issuer foreign.pem -serial 1 -no_nonce -reqout two.der");
        assertEquals(
                6, status(post(Files.readAllBytes(folder.resolve("two.der")))), "one answer speaks for one issuer");
        pki.write("issuer/default", "usage", "crl-signing,issuing-certificates");
        assertEquals(6, status(post(question)));
        pki.write("issuer/default", "usage", "ocsp-signing");
        assertEquals(0, status(post(question)));
        pki.write("config/crl", "ocsp_disable", true);
        assertEquals(6, status(post(question)));
    }

    @Test
    void a_renewed_ca_answers_for_what_it_issued_before() throws Exception {
        authority("ec", false);
        Map<String, Object> leaf = leaf("leaf.pem");
        pki.write("revoke", "serial_number", leaf.get("serial_number"));
        pki.write("root/generate/existing", "common_name", "Test Root", "key_ref", root.get("key_id"), "ttl", "87600h");
        byte[] question = question("-cert leaf.pem -no_nonce");
        assertTrue(judged(post(question), "-cert leaf.pem -no_nonce").contains("leaf.pem: revoked"));
        pki.call(Operation.DELETE, "issuer/" + root.get("issuer_id"), Map.of());
        assertTrue(judged(post(question), "-cert leaf.pem -no_nonce").contains("leaf.pem: revoked"));
    }

    @Test
    void a_revoked_issuer_certifies_no_delegate() throws Exception {
        authority("ec", false);
        pki.write("issuer/default/revoke");
        assertTrue(pki.refusal("issuer/default/ocsp-delegate", "ttl", "24h").contains("is revoked"));
    }

    @Test
    void damaged_questions_get_an_answer() throws Exception {
        authority("ec", false);
        leaf("leaf.pem");
        byte[] good = question("-cert leaf.pem -sha256 -cert leaf.pem");
        byte[] nested = new byte[8192];
        for (int i = 0; i + 1 < nested.length; i += 2) {
            nested[i] = 0x30;
            nested[i + 1] = (byte) 0x80;
        }
        assertEquals(1, status(post(nested)));
        assertEquals(1, status(post(new byte[8193])));
        assertEquals(1, status(post(new byte[0])));
        assertEquals(1, status(PkiFixture.bytes(pki.get("ocsp/this is no base64", Map.of()))));
        SplittableRandom random = new SplittableRandom(9);
        Set<Integer> seen = new java.util.TreeSet<>();
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            seen.add(status(post(random.nextInt(5) == 0 ? Arrays.copyOf(damaged, random.nextInt(400)) : damaged)));
        }
        assertEquals(Set.of(0, 1, 6), seen);
        assertTrue(System.nanoTime() - start < 60_000_000_000L);
    }

    @Test
    void a_megabyte_of_padding_is_answered_at_once() throws Exception {
        authority("ec", false);
        Map<String, Object> body = Map.of("body", "=".repeat(1 << 20) + "x");
        assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertEquals(1, status(PkiFixture.bytes(pki.call(Operation.UPDATE, "ocsp", body)))));
    }

    @Test
    void text_in_the_path_in_every_alphabet() throws Exception {
        authority("ec", false);
        leaf("leaf.pem");
        byte[] question = question("-cert leaf.pem -no_nonce");
        String plain = Base64.getEncoder().encodeToString(question);
        byte[] answer = post(question);
        for (String form : List.of(
                plain, plain.replaceAll("=", ""), plain.replace('+', '-').replace('/', '_'))) {
            if (!form.contains("//")) {
                assertArrayEquals(answer, pki.raw("ocsp/" + form));
            }
        }
        assertEquals(
                "application/ocsp-response",
                ((Response.Content.Raw) get(question).content()).mediaType());
        assertTrue(new String(answer, StandardCharsets.ISO_8859_1).length() > 200);
    }
}
