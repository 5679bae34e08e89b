package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.engine.pki.AcmeClient.Answer;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
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
        assertEquals(201, order.status());
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
}
