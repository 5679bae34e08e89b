package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.engine.pki.AcmeClient.Envelope;
import io.casemate.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

/** Whatever is sent, the answer is a problem document with a new nonce, and nothing changes. The seeds are fixed. */
class AcmeFuzzTest {
    private static final List<Object> ODD = Arrays.asList(
            null,
            "",
            0L,
            -1L,
            true,
            List.of(),
            Map.of(),
            List.of(List.of()),
            "\u0000",
            "A".repeat(5000),
            "../..",
            "*",
            "*.*",
            "a..b",
            "xn--a",
            "-",
            "::1%lo",
            "1.2.3.4.5",
            "*.1.2.3.4",
            "999.1.1.1",
            Map.of("type", "dns"),
            Map.of("type", "dns", "value", 7L),
            Map.of("type", "ip", "value", "localhost"),
            List.of(Map.of()));

    @Test
    void brokenSignaturesAndHeaders() {
        try (AcmeFixture acme = new AcmeFixture()) {
            AcmeClient client = acme.member("acme");
            Random random = new Random(20250717);
            for (int i = 0; i < 1500; i++) {
                Map<String, Object> header = client.header(client.url("new-order"));
                List<String> names = new ArrayList<>(header.keySet());
                names.addAll(List.of("jwk", "crit", "b64"));
                header.put(names.get(random.nextInt(names.size())), ODD.get(random.nextInt(ODD.size())));
                Map<String, Object> body = client.body(new Envelope(header, Json.bytes(Map.of())));
                if (random.nextBoolean()) {
                    List<String> members = List.of("protected", "payload", "signature", "header");
                    body.put(members.get(random.nextInt(members.size())), mutated(body, random));
                }
                refused(client.send(client.url("new-order"), body));
            }
            assertEquals(List.of(), client.fetch(client.url("orders")).body().get("orders"));
        }
    }

    @Test
    void brokenPayloads() {
        try (AcmeFixture acme = new AcmeFixture()) {
            AcmeClient client = acme.member("acme");
            Random random = new Random(8555);
            Map<String, List<String>> fields = Map.of(
                    "new-order", List.of("identifiers", "notBefore", "notAfter", "replaces"),
                    "revoke-cert", List.of("certificate", "reason"),
                    "key-change", List.of("protected", "payload", "signature"),
                    "new-account", List.of("contact", "externalAccountBinding", "onlyReturnExisting"));
            List<String> paths = fields.keySet().stream().sorted().toList();
            String kid = client.kid();
            for (int i = 0; i < 1500; i++) {
                String path = paths.get(random.nextInt(paths.size()));
                Map<String, Object> payload = new LinkedHashMap<>();
                for (String field : fields.get(path)) {
                    Object value = ODD.get(random.nextInt(ODD.size()));
                    payload.put(field, random.nextBoolean() ? value : Arrays.asList(value, value));
                }
                client.kid(path.equals("new-account") ? "" : kid);
                Answer answer = client.post(path, payload);
                assertTrue(answer.status() < 500, () -> path + payload.keySet());
                assertTrue(answer.headers().containsKey("Replay-Nonce"));
            }
            client.kid(kid);
            assertEquals("valid", client.fetch(kid).text("status"));
        }
    }

    @Test
    void brokenCsrsAndCertificates() {
        try (AcmeFixture acme = new AcmeFixture()) {
            AcmeClient client = acme.member("acme");
            Answer order = client.order("a.example.com");
            acme.prove(client, order);
            Random random = new Random(2986);
            byte[] good = Base64.getUrlDecoder().decode(AcmeFixture.csr("", "a.example.com"));
            for (int i = 0; i < 500; i++) {
                byte[] bad = good.clone();
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                }
                byte[] sent = random.nextInt(4) == 0 ? Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
                if (!signed(sent)) {
                    refused(client.postTo(order.text("finalize"), Map.of("csr", AcmeClient.b64(sent))));
                    refused(client.post("revoke-cert", Map.of("certificate", AcmeClient.b64(sent))));
                }
            }
            assertEquals("ready", client.fetch(order.headers().get("Location")).text("status"));
        }
    }

    /** Some bits of an encoding mean nothing, as how many of a signature's last byte are unused: such a CSR is not broken. */
    private static boolean signed(byte[] csr) {
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(csr);
            return request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(request.getPublicKey()));
        } catch (Exception e) {
            return false;
        }
    }

    private static void refused(Answer answer) {
        assertTrue(
                answer.status() >= 400 && answer.status() < 500, () -> answer.status() + " " + answer.text("detail"));
        assertTrue(!answer.problem().isEmpty() && answer.headers().containsKey("Replay-Nonce"));
    }

    private static Object mutated(Map<String, Object> body, Random random) {
        if (random.nextBoolean()) {
            return ODD.get(random.nextInt(ODD.size()));
        }
        byte[] text = body.get("protected").toString().getBytes(StandardCharsets.US_ASCII);
        text[random.nextInt(text.length)] ^= (byte) (1 << random.nextInt(7));
        return new String(text, StandardCharsets.US_ASCII);
    }
}
