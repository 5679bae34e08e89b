package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.tidy.TidyPlan;
import io.casemate.kernel.Await;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the owner of a name allows, what an account may ask for in vain, and what it may prove before there is an order. */
class AcmeConsentTest {
    private final AcmeFixture acme = new AcmeFixture();

    @AfterEach
    void close() {
        acme.close();
    }

    private Answer finish(AcmeClient client, Answer order, String... names) {
        return client.postTo(order.text("finalize"), Map.of("csr", AcmeFixture.csr("", names)));
    }

    @Test
    void caa_records_are_asked_when_the_authority_has_a_name() {
        AcmeClient client = acme.member("acme");
        acme.dns.put("b.example.com", "CAA", "0 issue other.example");
        acme.certificate(client, "b.example.com");
        acme.mount.write("config/acme", "caa_identities", "ca.example.com");
        assertEquals(
                List.of("ca.example.com"),
                ((Map<?, ?>) client.get("directory").body().get("meta")).get("caaIdentities"));
        Answer order = client.order("a.example.com", "b.example.com");
        acme.prove(client, order);
        Answer refused = finish(client, order, "a.example.com", "b.example.com");
        assertEquals("caa", refused.problem());
        List<?> subproblems = (List<?>) refused.body().get("subproblems");
        assertEquals(1, subproblems.size());
        assertEquals(
                "b.example.com", ((Map<?, ?>) ((Map<?, ?>) subproblems.getFirst()).get("identifier")).get("value"));
        acme.dns.put(
                "b.example.com", "CAA", "0 issue ca.example.com; validationmethods=dns-01; accounturi=" + client.kid());
        assertEquals(
                "valid", finish(client, order, "a.example.com", "b.example.com").text("status"));
        AcmeClient other = acme.member("acme");
        Answer same = other.order("b.example.com");
        acme.prove(other, same);
        assertEquals("caa", finish(other, same, "b.example.com").problem(), "another account's");
        acme.mount.refusal("config/acme", "caa_identities", "https://ca.example.com");
    }

    @Test
    void an_account_has_so_many_orders_open() {
        acme.mount.write("config/acme", "max_open_orders", 2);
        AcmeClient client = acme.member("acme");
        Answer first = client.order("a.example.com");
        assertEquals(201, client.order("b.example.com").status());
        Answer refused = client.order("c.example.com");
        assertEquals("rateLimited", refused.problem());
        assertEquals(429, refused.status());
        assertTrue(Long.parseLong(refused.headers().get("Retry-After")) > 3600);
        assertEquals(201, acme.member("acme").order("c.example.com").status(), "another account");
        acme.prove(client, first);
        assertEquals("valid", finish(client, first, "a.example.com").text("status"));
        assertEquals(201, client.order("c.example.com").status(), "one is finished");
        assertEquals("rateLimited", client.order("d.example.com").problem());
        acme.mount.pass(Duration.ofDays(8));
        assertEquals(201, client.order("d.example.com").status(), "the others have expired");
        acme.mount.refusal("config/acme", "max_open_orders", -1);
    }

    @Test
    void a_refused_order_costs_little_and_holds_up_nobody() {
        int most = 60;
        acme.mount.write("config/acme", "max_open_orders", most);
        AcmeClient client = acme.member("acme");
        String[] names = new String[20];
        Arrays.setAll(names, i -> "h" + i + ".example.com");
        for (int i = 0; i < most; i++) {
            assertEquals(201, client.order(names).status());
        }
        int commits = acme.mount.storage.commits();
        long reads = acme.mount.storage.reads();
        assertEquals("rateLimited", client.order("a.example.com").problem());
        assertEquals(commits, acme.mount.storage.commits(), "nothing changes, and nobody waits");
        long cost = acme.mount.storage.reads() - reads;
        assertTrue(cost < most + 25 * names.length, "reads: " + cost);
    }

    @Test
    void orders_of_earlier_releases_and_lost_ones_leave_the_count() {
        acme.mount.write("config/acme", "max_open_orders", 2);
        AcmeClient client = acme.member("acme");
        Answer lost = client.order("127.0.0.1");
        client.order("b.example.com");
        MemoryView storage = acme.mount.storage;
        storage.keys().stream()
                .filter(key -> key.startsWith("acme/open/"))
                .forEach(key -> storage.put(key, JsonRecord.of(Map.of())));
        assertEquals("rateLimited", client.order("c.example.com").problem());
        String url = PkiFixture.strings(lost.body().get("authorizations")).getFirst();
        assertEquals(
                "deactivated",
                client.postTo(url, Map.of("status", "deactivated")).text("status"));
        assertEquals(201, client.order("c.example.com").status());
        assertEquals("rateLimited", client.order("d.example.com").problem());
        acme.mount.pass(Duration.ofDays(8));
        assertEquals(201, client.order("d.example.com").status());
    }

    @Test
    void an_account_fails_so_many_challenges_in_an_hour() {
        acme.mount.write("config/acme", "max_failed_challenges_per_hour", 2);
        AcmeClient client = acme.member("acme");
        acme.certificate(client, "good1.example.com", "good2.example.com", "good3.example.com");
        assertEquals("processing", fail(client).text("status"));
        assertEquals("processing", fail(client).text("status"));
        Answer refused = fail(client);
        assertEquals("rateLimited", refused.problem());
        assertTrue(Long.parseLong(refused.headers().get("Retry-After")) > 60);
        acme.mount.pass(Duration.ofHours(1));
        assertEquals("processing", fail(client).text("status"));
    }

    /** Asks to be looked at where nobody permits to look. */
    private static Answer fail(AcmeClient client) {
        String url = PkiFixture.strings(client.order("127.0.0.1").body().get("authorizations"))
                .getFirst();
        Map<?, ?> challenge = AcmeFixture.challenge(client.fetch(url).body(), "http-01");
        Answer asked = client.postTo(challenge.get("url").toString(), Map.of());
        if (asked.status() == 200) {
            Await.until(() -> client.fetch(url).text("status").equals("invalid"));
        }
        return asked;
    }

    @Test
    void what_is_proven_before_an_order_is_proven_for_it() {
        AcmeClient client = acme.member("roles/web/acme");
        String newAuthz = client.get("directory").text("newAuthz");
        Map<String, Object> wanted = Map.of("identifier", Map.of("type", "dns", "value", "a.example.com"));
        Answer made = client.postTo(newAuthz, wanted);
        assertEquals(201, made.status());
        String url = made.headers().get("Location");
        assertEquals("pending", made.text("status"));
        assertEquals(201, client.order("a.example.com").status());
        Answer again = client.postTo(newAuthz, wanted);
        assertEquals(200, again.status());
        assertEquals(url, again.headers().get("Location"));
        proveOnly(client, url);
        Answer order = client.order("a.example.com");
        assertEquals(List.of(url), order.body().get("authorizations"));
        assertEquals("ready", order.text("status"));
        assertEquals("valid", finish(client, order, "a.example.com").text("status"));
        Answer both = client.order("a.example.com", "b.example.com");
        assertEquals("pending", both.text("status"));
        assertEquals(
                "pending",
                acme.member("roles/web/acme").order("a.example.com").text("status"),
                "another account has proven nothing");
        assertEquals("rejectedIdentifier", pre(client, newAuthz, "evil.test").problem());
        assertEquals("malformed", pre(client, newAuthz, "*.a.example.com").problem());
        assertEquals("malformed", client.postTo(newAuthz, Map.of()).problem());
        client.postTo(url, Map.of("status", "deactivated"));
        assertEquals("pending", client.order("a.example.com").text("status"));
        assertEquals(201, client.postTo(newAuthz, wanted).status());
    }

    private static Answer pre(AcmeClient client, String newAuthz, String name) {
        return client.postTo(newAuthz, Map.of("identifier", Map.of("type", "dns", "value", name)));
    }

    @Test
    void authorizations_without_orders_are_as_many_as_open_orders() {
        acme.mount.write("config/acme", "max_open_orders", 2);
        AcmeClient client = acme.member("acme");
        String newAuthz = client.get("directory").text("newAuthz");
        assertEquals(201, pre(client, newAuthz, "a.example.com").status());
        assertEquals(201, pre(client, newAuthz, "b.example.com").status());
        assertEquals(200, pre(client, newAuthz, "b.example.com").status());
        assertEquals("rateLimited", pre(client, newAuthz, "c.example.com").problem());
        acme.mount.pass(Duration.ofDays(8));
        assertEquals(201, pre(client, newAuthz, "c.example.com").status(), "the others have expired");
    }

    private long records(String folder) {
        return acme.mount.storage.keys().stream()
                .filter(key -> key.startsWith(folder))
                .count();
    }

    @Test
    void an_authorization_without_an_order_takes_the_place_of_the_one_that_was_given_up() {
        AcmeClient client = acme.member("acme");
        String newAuthz = client.get("directory").text("newAuthz");
        for (int i = 0; i < 5; i++) {
            String url = pre(client, newAuthz, "a.example.com").headers().get("Location");
            client.postTo(url, Map.of("status", "deactivated"));
        }
        assertEquals(1, records("acme/authorization/"));
    }

    @Test
    void an_account_that_is_deleted_leaves_nothing() {
        AcmeClient client = acme.member("acme");
        String newAuthz = client.get("directory").text("newAuthz");
        proveOnly(client, pre(client, newAuthz, "a.example.com").headers().get("Location"));
        for (int i = 0; i < 70; i++) {
            pre(client, newAuthz, "b" + i + ".example.com");
        }
        client.postTo(client.kid(), Map.of("status", "deactivated"));
        acme.mount.pass(Duration.ofHours(2));
        tidyAccounts();
        assertEquals(0, records("acme/"));
    }

    @Test
    void tidying_finds_authorizations_without_orders_behind_those_that_live() {
        AcmeClient client = acme.member("acme");
        String newAuthz = client.get("directory").text("newAuthz");
        pre(client, newAuthz, "z.example.com");
        acme.mount.pass(Duration.ofDays(6));
        for (int i = 0; i < 70; i++) {
            pre(client, newAuthz, "b" + i + ".example.com");
        }
        acme.mount.pass(Duration.ofDays(3));
        tidyAccounts();
        assertEquals(70, records("acme/before/"));
        assertEquals(70, records("acme/authorization/"));
    }

    private void tidyAccounts() {
        Map<String, Object> values = new HashMap<>(FieldValues.fallbacks(TidyPlan.FIELDS));
        values.put("safety_buffer", Duration.ofDays(1).toSeconds());
        values.put("acme_account_safety_buffer", Duration.ofHours(1).toSeconds());
        ((PkiEngine) acme.mount.engine()).acme().tidying().page(TidyPlan.of(values), "", acme.mount.now());
    }

    private void proveOnly(AcmeClient client, String url) {
        Map<?, ?> challenge = AcmeFixture.challenge(client.fetch(url).body(), "dns-01");
        acme.dns.put("_acme-challenge.a.example.com", "TXT", AcmeFixture.digest(client, challenge.get("token")));
        client.postTo(challenge.get("url").toString(), Map.of());
        Await.until(() -> client.fetch(url).text("status").equals("valid"));
    }

    @Test
    void tidying_an_order_leaves_what_was_proven_before_it() {
        AcmeClient client = acme.member("acme");
        String newAuthz = client.get("directory").text("newAuthz");
        String url = pre(client, newAuthz, "a.example.com").headers().get("Location");
        proveOnly(client, url);
        acme.mount.write("config/acme", "max_ttl", "1h");
        Answer order = client.order("a.example.com");
        assertEquals("valid", finish(client, order, "a.example.com").text("status"));
        acme.mount.pass(Duration.ofDays(10));
        tidy();
        assertEquals(404, client.fetch(order.headers().get("Location")).status());
        assertEquals("valid", client.fetch(url).text("status"));
        acme.mount.pass(Duration.ofDays(40));
        tidy();
        assertEquals(
                0,
                acme.mount.storage.keys().stream()
                        .filter(key -> key.matches("acme/(open|before|held|authorization|order)/.*"))
                        .count());
    }

    private void tidy() {
        acme.mount.write("tidy", "tidy_acme", true);
        Await.until(() -> acme.mount.read("tidy-status").get("state").equals("Finished"));
    }
}
