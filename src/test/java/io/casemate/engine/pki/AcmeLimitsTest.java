package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.Paging;
import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What ACME bounds whatever the role says: names that nobody has proven, and how long certificates live. */
class AcmeLimitsTest {
    private static final String NAME = "a.attacker.example";

    private final AcmeFixture acme = new AcmeFixture("max_ttl", "1h");

    @AfterEach
    void close() {
        acme.close();
    }

    private Answer finish(String role, String commonName, Instant notAfter) {
        AcmeClient client = acme.member("roles/" + role + "/acme");
        Map<String, Object> wanted = new HashMap<>();
        wanted.put("identifiers", List.of(Map.of("type", "dns", "value", NAME)));
        if (!notAfter.equals(Instant.EPOCH)) {
            wanted.put("notAfter", notAfter.toString());
        }
        Answer order = client.post("new-order", wanted);
        if (order.status() != 201) {
            return order;
        }
        acme.prove(client, order);
        Answer done = client.postTo(order.text("finalize"), Map.of("csr", AcmeFixture.csr(commonName, NAME)));
        return done.status() == 200 ? client.fetch(done.text("certificate")) : done;
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin", "bank.example.com.", "x_y.example"})
    void a_common_name_that_nobody_has_proven_is_refused(String commonName) {
        acme.mount.write("roles/unchecked", "allow_any_name", true, "key_type", "ec", "cn_validations", "disabled");
        acme.mount.write("roles/free", "allow_any_name", true, "key_type", "ec", "enforce_hostnames", false);
        for (String role : List.of("unchecked", "free")) {
            assertEquals("badCSR", finish(role, commonName, Instant.EPOCH).problem(), role);
            X509Certificate named =
                    AcmeFixture.chain(finish(role, NAME, Instant.EPOCH)).getFirst();
            assertEquals("CN=" + NAME, named.getSubjectX500Principal().getName());
        }
    }

    @ParameterizedTest
    @CsvSource({"not_after_bound, permit", "not_after_bound, 2099-01-01T00:00:00Z", "not_after, 2099-01-01T00:00:00Z"})
    void no_role_s_time_is_later_than_the_longest_life(String field, String value) {
        acme.mount.write("roles/long", "allow_any_name", true, "key_type", "ec", field, value);
        Instant latest = acme.mount.now().plus(Duration.ofHours(1));
        assertFalse(end(finish("long", "", Instant.EPOCH)).isAfter(latest));
        assertEquals(
                "malformed",
                finish("long", "", acme.mount.now().plus(Duration.ofDays(365))).problem(),
                "refused before anything is proven");
        Instant asked = acme.mount.now().plus(Duration.ofMinutes(20));
        assertEquals(asked, end(finish("long", "", asked)), "what is earlier may be chosen");
    }

    @Test
    void an_earlier_time_of_the_role_stays() {
        Instant early = acme.mount.now().plus(Duration.ofMinutes(10));
        acme.mount.write("roles/short", "allow_any_name", true, "key_type", "ec", "not_after", early.toString());
        assertEquals(early, end(finish("short", "", Instant.EPOCH)));
        acme.mount.write("roles/tight", "allow_any_name", true, "key_type", "ec", "not_after_bound", early.toString());
        assertEquals("malformed", finish("tight", "", early.plusSeconds(60)).problem());
    }

    @Test
    void in_the_last_hours_of_a_ca_certificates_end_with_it() {
        acme.mount.write("roles/long", "allow_any_name", true, "key_type", "ec");
        acme.mount.pass(Duration.ofDays(3650).minusMinutes(40));
        Instant end = acme.mount.now().plus(Duration.ofMinutes(40));
        assertEquals(end, end(finish("long", "", Instant.EPOCH)));
        acme.mount.refusal("issue/long", "common_name", NAME, "ttl", "1h");
        acme.mount.write("issuer/default", "leaf_not_after_behavior", "always_enforce_err");
        assertEquals("badCSR", finish("long", "", Instant.EPOCH).problem());
    }

    @Test
    void bindings_are_listed_in_pages() {
        Map<String, Object> made = acme.mount.write("acme/new-eab");
        byte[] record = acme.mount.storage.get("acme/eab/" + made.get("id")).orElseThrow();
        acme.mount.storage.transact(editor -> {
            for (int i = 0; i < Paging.MOST_DETAILED; i++) {
                editor.put("acme/eab/" + new UUID(0, i), record);
            }
            return null;
        });
        FaultException many =
                assertThrows(FaultException.class, () -> acme.mount.call(Operation.LIST, "eab", Map.of()));
        assertTrue(many.getMessage().contains("after="), many::getMessage);
        Map<String, Object> page = PkiFixture.data(
                acme.mount.call(Operation.LIST, "eab", Map.of("limit", 2L, "after", new UUID(0, 1).toString())));
        assertEquals(List.of(new UUID(0, 2).toString(), new UUID(0, 3).toString()), page.get("keys"));
    }

    private static Instant end(Answer chain) {
        return AcmeFixture.chain(chain).getFirst().getNotAfter().toInstant();
    }
}
