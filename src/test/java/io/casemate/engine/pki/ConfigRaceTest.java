package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.kernel.Operation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who changes one field of a configuration undoes nothing that another changed meanwhile. */
class ConfigRaceTest {
    private final PkiFixture pki = new PkiFixture();

    private void meanwhile(String path, String field, Object value) {
        pki.storage.beforeTransact(() -> pki.write(path, field, value));
    }

    @Test
    void issuing_stays_frozen() {
        meanwhile("config/governor", "frozen", true);
        pki.write("config/governor", "per_name", 5);
        assertEquals(true, pki.read("config/governor").get("frozen"));
        assertEquals(5L, pki.read("config/governor").get("per_name"));
    }

    @Test
    void acme_stays_off() {
        pki.rootAndRole();
        pki.write("config/acme", "enabled", true);
        meanwhile("config/acme", "enabled", false);
        pki.write("config/acme", "max_open_orders", 5);
        assertEquals(false, pki.read("config/acme").get("enabled"));
    }

    @Test
    void the_default_issuer_stays() {
        pki.rootAndRole();
        Object other = pki.write("root/generate/internal", "common_name", "Other", "key_type", "ec")
                .get("issuer_id");
        meanwhile("config/issuers", "default", other);
        pki.write("config/issuers", "default_follows_latest_issuer", true);
        assertEquals(other, pki.read("config/issuers").get("default"));
        meanwhile("config/issuers", "default_follows_latest_issuer", false);
        pki.write("root/replace", "default", other);
        assertEquals(false, pki.read("config/issuers").get("default_follows_latest_issuer"));
    }

    @Test
    void a_role_stays_as_narrow_as_another_made_it() {
        pki.rootAndRole();
        meanwhile("roles/web", "allowed_domains", "example.org");
        pki.call(Operation.PATCH, "roles/web", Map.of("ttl", "1h"));
        assertEquals(List.of("example.org"), pki.read("roles/web").get("allowed_domains"));
        assertEquals(3600L, pki.read("roles/web").get("ttl"));
    }
}
