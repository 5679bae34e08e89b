package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.HmacSha256;
import io.casemate.crypto.JwkThumbprint;
import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.engine.pki.AcmeClient.Envelope;
import io.casemate.json.Json;
import io.casemate.kernel.Operation;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that must not come in. */
class AcmeDoorTest {
    private final AcmeFixture acme = new AcmeFixture();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void nothingIsServedBeforeItIsTurnedOn() {
        acme.mount.write("config/acme", "enabled", false);
        AcmeClient client = new AcmeClient(acme.mount, "acme", "ES256");
        assertEquals(404, client.get("directory").status());
        assertEquals("malformed", client.get("new-nonce").problem());
        assertFalse(client.get("new-nonce").headers().containsKey("Replay-Nonce"));
    }

    @Test
    void aNonceIsGoodOnceAndARefusalBringsANewOne() {
        AcmeClient client = acme.member("acme");
        Map<String, Object> body = client.body(new Envelope(client.header(client.kid()), new byte[0]));
        assertEquals(200, client.send(client.kid(), body).status());
        Answer replayed = client.send(client.kid(), body);
        assertEquals("badNonce", replayed.problem());
        Map<String, Object> header = client.header(client.kid());
        header.put("nonce", replayed.headers().get("Replay-Nonce"));
        assertEquals(
                200,
                client.send(client.kid(), client.body(new Envelope(header, new byte[0])))
                        .status());
        for (Object nonce : List.of("", "x", "A".repeat(48), 7L)) {
            header.put("nonce", nonce);
            assertEquals(
                    "badNonce",
                    client.send(client.kid(), client.body(new Envelope(header, new byte[0])))
                            .problem());
        }
    }

    @Test
    void aNonceOfAnEarlierOpeningIsRefused() {
        AcmeClient client = acme.member("acme");
        Map<String, Object> body = client.body(new Envelope(client.header(client.kid()), new byte[0]));
        acme.mount.reopen();
        assertEquals("badNonce", client.send(client.kid(), body).problem());
    }

    @Test
    void aSignatureMustBeByTheAccountOverWhatWasSent() {
        AcmeClient client = acme.member("acme");
        Map<String, Object> body = client.body(new Envelope(client.header(client.kid()), new byte[0]));
        body.put("payload", AcmeClient.b64("{\"status\":\"deactivated\"}".getBytes(StandardCharsets.US_ASCII)));
        assertEquals("malformed", client.send(client.kid(), body).problem());
        assertEquals("valid", client.fetch(client.kid()).text("status"));
        AcmeClient thief = new AcmeClient(acme.mount, "acme", "ES256");
        thief.kid(client.kid());
        assertEquals("malformed", thief.fetch(client.kid()).problem());
        assertEquals(
                "malformed",
                thief.post("new-order", Map.of("identifiers", List.of())).problem());
    }

    @Test
    void aRequestForOneUrlIsNoneForAnother() {
        AcmeClient client = acme.member("acme");
        Map<String, Object> body = client.body(new Envelope(client.header(client.url("new-order")), new byte[0]));
        assertEquals("unauthorized", client.send(client.kid(), body).problem());
        Map<String, Object> header = client.header(client.kid());
        header.put("url", client.kid().replace("pki.test", "pki.evil"));
        assertEquals(
                "unauthorized",
                client.send(client.kid(), client.body(new Envelope(header, new byte[0])))
                        .problem());
    }

    @Test
    void aKidMustBeAnAccountOfThisDirectory() {
        AcmeClient client = acme.member("roles/web/acme");
        String kid = client.kid();
        AcmeClient elsewhere = new AcmeClient(acme.mount, "acme", "ES256");
        elsewhere.use(client.keyPair(), "ES256");
        for (String wrong : List.of(
                kid,
                kid.replace("roles/web/acme", "acme"),
                elsewhere.url("account/11111111-1111-4111-8111-111111111111"),
                elsewhere.url("account/../../x"),
                "x")) {
            elsewhere.kid(wrong);
            String problem = elsewhere.post("new-order", Map.of()).problem();
            assertTrue(List.of("accountDoesNotExist", "malformed").contains(problem), wrong + ": " + problem);
        }
    }

    @Test
    void headersAreTakenInOneFormOnly() {
        AcmeClient client = acme.member("acme");
        String url = client.kid();
        Map<String, Object> both = client.header(url);
        both.put("jwk", JwkThumbprint.members(client.keyPair().getPublic()));
        assertEquals(
                "malformed",
                client.send(url, client.body(new Envelope(both, new byte[0]))).problem());
        Map<String, Object> neither = client.header(url);
        neither.remove("kid");
        assertEquals(
                "malformed",
                client.send(url, client.body(new Envelope(neither, new byte[0])))
                        .problem());
        for (String algorithm : List.of("none", "HS256", "PS256", "es256", "")) {
            Map<String, Object> header = client.header(url);
            header.put("alg", algorithm);
            Answer answer = client.send(url, client.body(new Envelope(header, new byte[0])));
            assertEquals("badSignatureAlgorithm", answer.problem(), algorithm);
            assertTrue(answer.text("algorithms").contains("ES256"));
        }
        Map<String, Object> critical = client.header(url);
        critical.put("crit", List.of("exp"));
        assertEquals(
                "malformed",
                client.send(url, client.body(new Envelope(critical, new byte[0])))
                        .problem());
        Map<String, Object> unprotected = client.body(new Envelope(client.header(url), new byte[0]));
        unprotected.put("header", Map.of("kid", url));
        assertEquals("malformed", client.send(url, unprotected).problem());
        Map<String, Object> fine = client.body(new Envelope(client.header(url), new byte[0]));
        assertEquals(
                415,
                client.call(Operation.UPDATE, url, fine, "application/json").status());
    }

    @Test
    void anEndedAccountAsksNothing() {
        AcmeClient client = acme.member("acme");
        assertEquals(
                "malformed",
                client.postTo(client.kid(), Map.of("status", "revoked")).problem());
        assertEquals(
                "deactivated",
                client.postTo(client.kid(), Map.of("status", "deactivated")).text("status"));
        assertEquals("unauthorized", client.fetch(client.kid()).problem());
        assertEquals("unauthorized", client.order("a.example.com").problem());
        client.kid("");
        assertEquals("unauthorized", client.post("new-account", Map.of()).problem(), "the key stays taken");
    }

    @Test
    void whatIsAnothersIsNotFound() {
        AcmeClient owner = acme.member("acme");
        Answer order = owner.order("mine.example.com");
        String authorization =
                PkiFixture.strings(order.body().get("authorizations")).getFirst();
        AcmeClient other = acme.member("acme");
        for (String url : List.of(order.headers().get("Location"), authorization)) {
            assertEquals(404, other.fetch(url).status());
        }
        assertEquals(
                404, other.postTo(order.text("finalize"), Map.of("csr", "AAAA")).status());
        assertEquals(
                404,
                other.postTo(authorization, Map.of("status", "deactivated")).status());
        assertEquals("unauthorized", other.fetch(owner.kid()).problem());
        assertEquals("pending", owner.fetch(authorization).text("status"));
    }

    @Test
    void aCsrMustNameExactlyWhatWasOrdered() {
        AcmeClient client = acme.member("acme");
        Answer order = client.order("a.example.com", "b.example.com");
        acme.prove(client, order);
        String finalize = order.text("finalize");
        for (String csr : List.of(
                AcmeFixture.csr("", "a.example.com"),
                AcmeFixture.csr("", "a.example.com", "b.example.com", "c.example.com"),
                AcmeFixture.csr("c.example.com", "a.example.com", "b.example.com"),
                AcmeFixture.csr("", "a.example.com", "*.example.com"),
                AcmeFixture.csr("", "a.example.com", "b.example.com", "192.0.2.1"),
                AcmeFixture.csr(""),
                "AAAA")) {
            assertEquals("badCSR", client.postTo(finalize, Map.of("csr", csr)).problem());
        }
        assertEquals("malformed", client.postTo(finalize, Map.of()).problem());
        assertEquals(
                "malformed",
                client.postTo(finalize, Map.of("csr", "no=padding=")).problem());
        Answer done = client.postTo(finalize, Map.of("csr", AcmeFixture.csr("b.example.com", "a.example.com")));
        assertEquals("valid", done.text("status"));
        assertEquals(
                "CN=b.example.com",
                AcmeFixture.chain(client.fetch(done.text("certificate")))
                        .getFirst()
                        .getSubjectX500Principal()
                        .getName());
        assertEquals(
                "orderNotReady", client.postTo(finalize, Map.of("csr", "AAAA")).problem(), "once");
    }

    @Test
    void anAccountsKeyIsNoCertificatesKey() {
        AcmeClient client = new AcmeClient(acme.mount, "acme", "ES256");
        client.use(AcmeClient.csrKey(), "ES256");
        client.register();
        Answer order = client.order("a.example.com");
        acme.prove(client, order);
        assertEquals(
                "badCSR",
                client.postTo(order.text("finalize"), Map.of("csr", AcmeFixture.csr("", "a.example.com")))
                        .problem());
    }

    @Test
    void anotherKeyTakesOverTheAccount() {
        AcmeClient client = acme.member("acme");
        KeyPair old = client.keyPair();
        KeyPair fresh = AcmeClient.keys("ES384");
        AcmeClient taken = acme.member("acme");
        assertEquals(
                409, change(client, taken.keyPair(), "ES256", client.kid(), old).status());
        assertEquals(
                "malformed", change(client, fresh, "ES384", taken.kid(), old).problem());
        assertEquals(
                "malformed", change(client, fresh, "ES384", client.kid(), fresh).problem());
        assertEquals(200, change(client, fresh, "ES384", client.kid(), old).status());
        assertNotEquals(200, client.fetch(client.kid()).status(), "the old key is out");
        client.use(fresh, "ES384");
        assertEquals(200, client.fetch(client.kid()).status());
        String kid = client.kid();
        client.kid("");
        assertEquals(
                kid,
                client.post("new-account", Map.of("onlyReturnExisting", true))
                        .headers()
                        .get("Location"));
        client.use(old, "ES256");
        assertEquals(
                "accountDoesNotExist",
                client.post("new-account", Map.of("onlyReturnExisting", true)).problem());
    }

    private Answer change(AcmeClient client, KeyPair fresh, String algorithm, String account, KeyPair old) {
        AcmeClient inner = new AcmeClient(acme.mount, "acme", algorithm);
        inner.use(fresh, algorithm);
        Map<String, Object> header = inner.header(client.url("key-change"));
        header.remove("nonce");
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("account", account);
        said.put("oldKey", JwkThumbprint.members(old.getPublic()));
        return client.post("key-change", inner.body(new Envelope(header, Json.bytes(said))));
    }

    @Test
    void aBindingIsGoodOnceAtItsDirectoryAndByItsKey() {
        acme.mount.write("config/acme", "eab_policy", "new-account-required");
        AcmeClient client = new AcmeClient(acme.mount, "acme", "ES256");
        assertEquals("externalAccountRequired", client.register().problem());
        Map<String, Object> eab = acme.mount.write("acme/new-eab");
        assertEquals("acme/directory", eab.get("acme_directory"));
        assertEquals(List.of(eab.get("id")), acme.mount.list("eab"));
        String id = eab.get("id").toString();
        byte[] key = Base64.getUrlDecoder().decode(eab.get("key").toString());
        assertEquals(
                "unauthorized",
                client.register("externalAccountBinding", bound(client, id, new byte[32]))
                        .problem());
        String strange = "11111111-1111-4111-8111-111111111111";
        assertEquals(
                "unauthorized",
                client.register("externalAccountBinding", bound(client, strange, key))
                        .problem());
        AcmeClient web = new AcmeClient(acme.mount, "roles/web/acme", "ES256");
        assertEquals(
                "unauthorized",
                web.register("externalAccountBinding", bound(web, id, key)).problem());
        AcmeClient other = new AcmeClient(acme.mount, "acme", "ES256");
        assertEquals(
                "malformed",
                other.register("externalAccountBinding", bound(client, id, key)).problem());
        assertEquals(
                201,
                client.register("externalAccountBinding", bound(client, id, key))
                        .status());
        assertEquals(List.of(), acme.mount.list("eab"));
        assertEquals(
                "unauthorized",
                other.register("externalAccountBinding", bound(other, id, key)).problem());
        Map<String, Object> unused = acme.mount.write("roles/web/acme/new-eab");
        acme.mount.call(Operation.DELETE, "eab/" + unused.get("id"), Map.of());
        assertEquals(List.of(), acme.mount.list("eab"));
    }

    @Test
    void accountsFromBeforeTheBindingPolicyAreNotServedWhenAllMustBeBound() {
        AcmeClient client = acme.member("acme");
        acme.mount.write("config/acme", "eab_policy", "always-required");
        assertEquals("externalAccountRequired", client.order("a.example.com").problem());
    }

    private static Map<String, Object> bound(AcmeClient client, String id, byte[] key) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "HS256");
        header.put("kid", id);
        header.put("url", client.url("new-account"));
        String head = AcmeClient.b64(Json.bytes(header));
        String payload =
                AcmeClient.b64(Json.bytes(JwkThumbprint.members(client.keyPair().getPublic())));
        try (HmacSha256 hmac = new HmacSha256(SecretBytes.copyOf(key))) {
            byte[] code = hmac.of((head + "." + payload).getBytes(StandardCharsets.US_ASCII));
            return Map.of("protected", head, "payload", payload, "signature", AcmeClient.b64(code));
        }
    }

    @Test
    void termsAndContactsAreChecked() {
        acme.mount.write("config/acme", "terms_of_service", "https://example.com/terms");
        AcmeClient client = new AcmeClient(acme.mount, "acme", "ES256");
        assertEquals("userActionRequired", client.register().problem());
        assertEquals("unsupportedContact", refused(client, "tel:112"));
        assertEquals("invalidContact", refused(client, "mailto:a@example.com,b@example.com"));
        assertEquals("invalidContact", refused(client, "mailto:a@example.com?subject=x"));
        assertEquals(201, client.register("termsOfServiceAgreed", true).status());
    }

    private static String refused(AcmeClient client, String contact) {
        return client.register("termsOfServiceAgreed", true, "contact", List.of(contact))
                .problem();
    }

    @Test
    void onlyWhatConfigurationOpensIsServed() {
        acme.mount.write("config/acme", "allowed_roles", "other", "default_directory_policy", "forbid");
        for (String directory : List.of("acme", "issuer/default/acme", "roles/web/acme")) {
            assertEquals(
                    "unauthorized",
                    new AcmeClient(acme.mount, directory, "ES256")
                            .get("directory")
                            .problem());
        }
        acme.mount.write("config/acme", "allowed_roles", "*", "allowed_issuers", "nobody");
        assertEquals(
                "unauthorized",
                new AcmeClient(acme.mount, "roles/web/acme", "ES256")
                        .get("directory")
                        .problem());
        acme.mount.write("config/acme", "allowed_issuers", "*");
        assertEquals(
                404,
                new AcmeClient(acme.mount, "roles/none/acme", "ES256")
                        .get("directory")
                        .status());
        assertEquals(
                404,
                new AcmeClient(acme.mount, "issuer/none/roles/web/acme", "ES256")
                        .get("directory")
                        .status());
        acme.mount.write("roles/gone", "allow_any_name", true, "no_store", true);
        assertEquals(
                "unauthorized",
                new AcmeClient(acme.mount, "roles/gone/acme", "ES256")
                        .get("directory")
                        .problem());
        for (String wrong : List.of(
                "default_directory_policy=role:",
                "default_directory_policy=open",
                "eab_policy=sometimes",
                "dns_resolver=dns://x",
                "challenge_permitted_ip_ranges=10.0.0.0/99",
                "max_ttl=0",
                "terms_of_service=here")) {
            String[] pair = wrong.split("=", 2);
            assertTrue(acme.mount.refusal("config/acme", pair[0], pair[1]).contains(pair[0].split("_")[0]), wrong);
        }
    }
}
