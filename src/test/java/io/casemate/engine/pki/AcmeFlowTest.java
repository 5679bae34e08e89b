package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.tidy.TidyPlan;
import io.casemate.json.Json;
import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ACME from the directory to the renewed certificate, names proven by DNS on loopback. */
class AcmeFlowTest {
    private final AcmeFixture acme = new AcmeFixture();

    @AfterEach
    void close() {
        acme.close();
    }

    @Test
    void theDirectoryLeadsToEverything() {
        AcmeClient client = new AcmeClient(acme.mount, "acme", "ES256");
        Answer answer = client.get("directory");
        assertEquals(200, answer.status());
        for (String name : List.of("newNonce", "newAccount", "newOrder", "revokeCert", "keyChange", "renewalInfo")) {
            assertTrue(answer.text(name).startsWith("https://pki.test:8200/v1/pki/acme/"), name);
        }
        assertEquals(Map.of("externalAccountRequired", false), answer.body().get("meta"));
        assertEquals(0, client.get("new-nonce").bytes().length);
        assertNotEquals(client.nonce(), client.nonce());
    }

    @Test
    void theDirectoryAndNoncesAreReadByPostAsGetToo() {
        AcmeClient client = acme.member("acme");
        assertEquals(
                client.get("directory").body(),
                client.fetch(client.url("directory")).body());
        assertTrue(client.fetch(client.url("new-nonce")).headers().containsKey("Replay-Nonce"));
        for (String path : List.of("directory", "new-nonce")) {
            assertEquals("malformed", client.post(path, Map.of()).problem(), "it is for reading");
        }
        AcmeClient stranger = new AcmeClient(acme.mount, "acme", "ES256");
        assertEquals("malformed", stranger.fetch(stranger.url("directory")).problem(), "no account");
    }

    @Test
    void aConfiguredAddressStandsInEveryUrl() {
        acme.mount.write("config/cluster", "path", "https://ca.example.com/v1/pki");
        AcmeClient client = new AcmeClient(acme.mount, "acme", "ES256");
        assertEquals(
                "https://ca.example.com/v1/pki/acme/new-order",
                client.get("directory").text("newOrder"));
        assertEquals("unauthorized", client.post("new-account", Map.of()).problem(), "signed for another address");
        assertTrue(acme.mount
                .refusal("config/cluster", "path", "http://ca.example.com/v1/pki")
                .contains("https"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "ES384", "ES512", "RS256", "EdDSA"})
    void everyKindOfAccountKeyGetsACertificate(String algorithm) throws GeneralSecurityException {
        AcmeClient client = new AcmeClient(acme.mount, "acme", algorithm);
        assertEquals(201, client.register().status());
        List<X509Certificate> chain = acme.certificate(client, "www.example.net", "a.example.net");
        assertEquals(2, chain.size());
        chain.getFirst().verify(chain.getLast().getPublicKey());
        assertEquals(Set.of("www.example.net", "a.example.net"), names(chain.getFirst()));
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), chain.getFirst().getExtendedKeyUsage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"roles/web/acme", "issuer/default/acme", "issuer/default/roles/web/acme"})
    void everyDirectoryServes(String directory) {
        AcmeClient client = acme.member(directory);
        X509Certificate leaf = acme.certificate(client, "shop.example.com").getFirst();
        assertEquals(Set.of("shop.example.com"), names(leaf));
        assertEquals(-1, leaf.getBasicConstraints());
    }

    /** A mail address is no host: to prove the host by DNS proves nothing of its mailboxes. */
    @Test
    void anIdentifierOfTypeDnsIsADnsName() {
        AcmeClient client = acme.member("acme");
        for (String value : List.of("ops@example.com", "ops@[192.0.2.7]", "a..example.com", "")) {
            assertEquals("rejectedIdentifier", client.order(value).problem(), value);
            assertEquals(
                    "rejectedIdentifier", client.order("ok.example.com", value).problem(), value);
        }
    }

    /** An order that an earlier release took, proven as it could be then. */
    @Test
    void anOrderOfAnEarlierReleaseForAMailAddressIsNotFinished() {
        AcmeClient client = acme.member("acme");
        Answer order = client.order("host.example.com");
        acme.prove(client, order);
        for (String key : List.copyOf(acme.mount.storage.keys())) {
            if (key.startsWith("acme/order/")) {
                String stored = new String(acme.mount.storage.get(key).orElseThrow(), StandardCharsets.ISO_8859_1);
                acme.mount.storage.put(
                        key,
                        stored.replace("host.example.com", "host@example.com").getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        String csr = AcmeClient.b64(Csrs.der(
                new X500Name(""), Csrs.extension(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature))));
        assertEquals(
                "rejectedIdentifier",
                client.postTo(order.text("finalize"), Map.of("csr", csr)).problem());
    }

    @Test
    void theRolesLimitsHold() {
        AcmeClient client = acme.member("roles/web/acme");
        Answer refused = client.order("ok.example.com", "evil.test", "192.0.2.7");
        assertEquals("rejectedIdentifier", refused.problem());
        List<?> subproblems = (List<?>) refused.body().get("subproblems");
        assertEquals(1, subproblems.size(), subproblems::toString);
        assertEquals("evil.test", ((Map<?, ?>) ((Map<?, ?>) subproblems.getFirst()).get("identifier")).get("value"));
        acme.mount.write("roles/rsa", "allow_any_name", true, "key_type", "rsa");
        AcmeClient rsa = acme.member("roles/rsa/acme");
        Answer order = rsa.order("a.example.com");
        acme.prove(rsa, order);
        assertEquals(
                "badCSR",
                rsa.postTo(order.text("finalize"), Map.of("csr", AcmeFixture.csr("", "a.example.com")))
                        .problem());
        assertEquals("ready", rsa.fetch(order.headers().get("Location")).text("status"));
    }

    @Test
    void aWildcardIsProvenByDnsOnly() {
        AcmeClient client = acme.member("acme");
        Answer order = client.order("*.wild.example.com");
        Map<String, Object> authorization = client.fetch(
                        PkiFixture.strings(order.body().get("authorizations")).getFirst())
                .body();
        assertEquals(1, ((List<?>) authorization.get("challenges")).size());
        assertEquals(true, authorization.get("wildcard"));
        assertEquals("wild.example.com", ((Map<?, ?>) authorization.get("identifier")).get("value"));
        assertEquals(
                Set.of("*.wild.example.com"),
                names(acme.certificate(client, "*.wild.example.com").getFirst()));
    }

    @Test
    void anAddressIsNotProvenByDns() {
        AcmeClient client = acme.member("acme");
        Answer order = client.order("192.0.2.7");
        String url = PkiFixture.strings(order.body().get("authorizations")).getFirst();
        String types = client.fetch(url).body().get("challenges").toString();
        assertTrue(types.contains("http-01") && types.contains("tls-alpn-01") && !types.contains("dns-01"), types);
    }

    @Test
    void aChallengeThatNobodyMeetsEndsTheOrder() {
        AcmeClient client = acme.member("acme");
        Answer order = client.order("127.0.0.1");
        String url = PkiFixture.strings(order.body().get("authorizations")).getFirst();
        Map<?, ?> challenge = AcmeFixture.challenge(client.fetch(url).body(), "http-01");
        Answer asked = client.postTo(challenge.get("url").toString(), Map.of());
        assertEquals("processing", asked.text("status"));
        assertTrue(asked.headers().get("Link").startsWith("<" + url + ">;rel=\"up\"\n"));
        Await.until(() -> client.fetch(url).text("status").equals("invalid"));
        Map<?, ?> settled = AcmeFixture.challenge(client.fetch(url).body(), "http-01");
        assertTrue(settled.get("error").toString().contains("challenge_permitted_ip_ranges"), settled::toString);
        assertEquals("invalid", client.fetch(order.headers().get("Location")).text("status"));
        assertEquals(
                "orderNotReady",
                client.postTo(order.text("finalize"), Map.of("csr", AcmeFixture.csr("", "127.0.0.1")))
                        .problem());
    }

    @Test
    void aPromisedLookIsTakenUpAfterARestart() {
        AcmeClient client = acme.member("acme");
        Answer order = client.order("later.example.com");
        String url = PkiFixture.strings(order.body().get("authorizations")).getFirst();
        Map<?, ?> challenge = AcmeFixture.challenge(client.fetch(url).body(), "dns-01");
        client.postTo(challenge.get("url").toString(), Map.of());
        Await.until(() -> acme.dns.asked() > 0);
        acme.mount.engine().close();
        acme.mount.reopen();
        acme.dns.put("_acme-challenge.later.example.com", "TXT", AcmeFixture.digest(client, challenge.get("token")));
        Await.until(() -> client.fetch(url).text("status").equals("valid"));
    }

    @Test
    void anOrderSurvivesAnHsmThatIsAway() {
        acme.mount.register("ca", KeyKind.EC_P256);
        acme.mount.write(
                "root/generate/kms", "common_name", "HSM Root", "managed_key_name", "ca", "issuer_name", "hsm");
        AcmeClient client = acme.member("issuer/hsm/acme");
        Answer order = client.order("hsm.example.com");
        acme.prove(client, order);
        Map<String, Object> csr = Map.of("csr", AcmeFixture.csr("", "hsm.example.com"));
        acme.mount.signers.away(true);
        FaultException e = assertThrows(FaultException.class, () -> client.postTo(order.text("finalize"), csr));
        assertInstanceOf(Fault.HsmFailed.class, e.fault());
        assertEquals("ready", client.fetch(order.headers().get("Location")).text("status"));
        acme.mount.signers.away(false);
        assertEquals("valid", client.postTo(order.text("finalize"), csr).text("status"));
    }

    @Test
    void ordersAreListedInPages() {
        AcmeClient client = acme.member("acme");
        for (int i = 0; i < 101; i++) {
            client.order("n" + i + ".example.com");
        }
        Answer first = client.fetch(client.url("orders"));
        assertEquals(100, ((List<?>) first.body().get("orders")).size());
        String next = first.headers().get("Link").lines().findFirst().orElseThrow();
        assertTrue(next.endsWith(";rel=\"next\""), next);
        Answer second = client.fetch(next.substring(1, next.indexOf('>')));
        assertEquals(1, ((List<?>) second.body().get("orders")).size());
    }

    @Test
    void aCertificateIsRevokedByItsAccountByItsKeyAndByWhoHoldsItsNames() {
        AcmeClient owner = acme.member("acme");
        X509Certificate first = acme.certificate(owner, "one.example.com").getFirst();
        X509Certificate second = acme.certificate(owner, "one.example.com").getFirst();
        AcmeClient other = acme.member("acme");
        assertEquals(
                "unauthorized", other.post("revoke-cert", revocation(first, 1)).problem());
        assertEquals(
                "badRevocationReason",
                owner.post("revoke-cert", revocation(first, 6)).problem());
        assertEquals(200, owner.post("revoke-cert", revocation(first, 1)).status());
        assertEquals(
                "alreadyRevoked",
                owner.post("revoke-cert", revocation(first, 1)).problem());
        assertEquals(1, acme.mount.list("certs/revoked").size());
        acme.certificate(other, "one.example.com");
        assertEquals(200, other.post("revoke-cert", revocation(second, 4)).status(), "it holds the name as well");
        X509Certificate third = acme.certificate(owner, "two.example.com").getFirst();
        AcmeClient stranger = new AcmeClient(acme.mount, "acme", "ES256");
        assertEquals(
                "unauthorized",
                stranger.post("revoke-cert", revocation(third, 1)).problem());
        stranger.use(AcmeClient.csrKey(), "ES256");
        assertEquals(200, stranger.post("revoke-cert", revocation(third, 1)).status());
    }

    @Test
    void renewalIsToldInTimeAndReplacesOnce() {
        AcmeClient client = acme.member("acme");
        X509Certificate leaf = acme.certificate(client, "ari.example.com").getFirst();
        String id = ariId(leaf);
        Map<?, ?> window = (Map<?, ?>) client.get("renewal-info/" + id).body().get("suggestedWindow");
        Instant start = Instant.parse(window.get("start").toString());
        assertTrue(start.isBefore(leaf.getNotAfter().toInstant()) && start.isAfter(acme.mount.now()));
        Map<String, Object> renewal = new LinkedHashMap<>();
        renewal.put("identifiers", List.of(Map.of("type", "dns", "value", "ari.example.com")));
        renewal.put("replaces", id);
        assertEquals(201, client.post("new-order", renewal).status());
        Answer again = client.post("new-order", renewal);
        assertEquals("alreadyReplaced", again.problem());
        assertEquals(409, again.status());
        assertEquals(
                "unauthorized", acme.member("acme").post("new-order", renewal).problem());
        client.post("revoke-cert", revocation(leaf, 1));
        Map<?, ?> now = (Map<?, ?>) client.get("renewal-info/" + id).body().get("suggestedWindow");
        assertTrue(Instant.parse(now.get("end").toString()).isBefore(acme.mount.now()));
        assertEquals(404, client.get("renewal-info/AAAA.AAAA").status());
        assertEquals(400, client.get("renewal-info/nothing").status());
    }

    @Test
    void tidyingEndsWhatIsOver() {
        AcmeClient client = acme.member("acme");
        acme.certificate(client, "old.example.com");
        client.order("never.example.com");
        assertEquals(0, tidied(Duration.ofDays(1)), "nothing is over");
        acme.mount.pass(Duration.ofDays(9));
        assertEquals(1, tidied(Duration.ofDays(1)), "the order that came to nothing");
        acme.mount.pass(Duration.ofDays(90));
        assertEquals(1, tidied(Duration.ofDays(1)), "the order whose certificate has ended");
        assertEquals(200, client.fetch(client.kid()).status());
        assertEquals(1, tidied(Duration.ofHours(1)), "the account is revoked");
        assertEquals("unauthorized", client.fetch(client.kid()).problem());
        acme.mount.pass(Duration.ofDays(2));
        assertEquals(1, tidied(Duration.ofHours(1)), "and then deleted");
        assertEquals("accountDoesNotExist", client.fetch(client.kid()).problem());
        List<String> left = acme.mount.storage.list("acme/", "", 100);
        assertFalse(left.stream().anyMatch(key -> !key.startsWith("acme/look/")), left::toString);
    }

    private long tidied(Duration accounts) {
        PkiEngine engine = (PkiEngine) acme.mount.engine();
        Map<String, Object> values = new java.util.HashMap<>(FieldValues.fallbacks(TidyPlan.FIELDS));
        values.put("safety_buffer", Duration.ofDays(1).toSeconds());
        values.put(
                "acme_account_safety_buffer",
                accounts.multipliedBy(accounts.toDays() > 0 ? 1000 : 1).toSeconds());
        Map<String, Long> counts = engine.acme()
                .tidying()
                .page(TidyPlan.of(values), "", acme.mount.now())
                .counts();
        return counts.entrySet().stream()
                .filter(count -> !count.getKey().startsWith("total"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    static Map<String, Object> revocation(X509Certificate certificate, long reason) {
        try {
            return Json.object(
                    Json.bytes(Map.of("certificate", AcmeClient.b64(certificate.getEncoded()), "reason", reason)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String ariId(X509Certificate leaf) {
        byte[] extension = leaf.getExtensionValue("2.5.29.35");
        byte[] keyId = org.bouncycastle.asn1.x509.AuthorityKeyIdentifier.getInstance(
                        org.bouncycastle.asn1.ASN1OctetString.getInstance(extension)
                                .getOctets())
                .getKeyIdentifierOctets();
        return AcmeClient.b64(keyId) + "."
                + AcmeClient.b64(leaf.getSerialNumber().toByteArray());
    }

    private static Set<String> names(X509Certificate certificate) {
        try {
            return certificate.getSubjectAlternativeNames().stream()
                    .map(each -> each.get(1).toString())
                    .collect(Collectors.toSet());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
