package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.http.NeededPolicy;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.json.Json;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.mount.MountTypes;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every endpoint of the server as it is wired, with every operation, asked by everybody who may not: refused, and on record.
 * Made from the endpoint data, so that no new endpoint can be forgotten; what is open to strangers is listed here by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AuthorisationMatrixTest {
    /** Below {@code sys/}, answered also while sealed: documented as open by the API. */
    private static final Set<String> AT_THE_DOOR =
            Set.of("health", "init", "leader", "seal-backend-status", "seal-status", "unseal");

    /** What needs no token: certificates and revocation lists, and what looks at the token, if there is one, by itself. */
    private static final Set<String> PUBLIC = Set.of(
            "pki/ca",
            "pki/ca/pem",
            "pki/ca_chain",
            "pki/cert/ca",
            "pki/cert/ca/raw",
            "pki/cert/ca/raw/pem",
            "pki/cert/ca_chain",
            "pki/cert/crl",
            "pki/cert/crl/raw",
            "pki/cert/crl/raw/pem",
            "pki/cert/delta-crl",
            "pki/cert/delta-crl/raw",
            "pki/cert/delta-crl/raw/pem",
            "pki/cert/{serial}",
            "pki/cert/{serial}/raw",
            "pki/cert/{serial}/raw/pem",
            "pki/crl",
            "pki/crl/pem",
            "pki/crl/delta",
            "pki/crl/delta/pem",
            "pki/issuer/{issuer_ref}/crl",
            "pki/issuer/{issuer_ref}/crl/der",
            "pki/issuer/{issuer_ref}/crl/delta",
            "pki/issuer/{issuer_ref}/crl/delta/der",
            "pki/issuer/{issuer_ref}/crl/delta/pem",
            "pki/issuer/{issuer_ref}/crl/pem",
            "pki/issuer/{issuer_ref}/crl/shard/{shard}/der",
            "pki/issuer/{issuer_ref}/crl/shard/{shard}/pem",
            "pki/issuer/{issuer_ref}/der",
            "pki/issuer/{issuer_ref}/json",
            "pki/issuer/{issuer_ref}/pem",
            "pki/issuers",
            "pki/ocsp",
            "pki/ocsp/{request...}",
            "auth/approle/login",
            "auth/cert/login",
            "auth/jwt/login",
            "auth/jwt/oidc/auth_url",
            "auth/jwt/oidc/callback",
            "auth/oidc/login",
            "auth/oidc/oidc/auth_url",
            "auth/oidc/oidc/callback",
            "auth/userpass/login/{username}",
            "sys/decode-token",
            "sys/internal/specs/openapi",
            "sys/internal/ui/feature-flags",
            "sys/internal/ui/mounts",
            "sys/internal/ui/namespaces",
            "sys/internal/ui/mounts/{path...}",
            "sys/mfa/validate",
            "sys/replication/dr/status",
            "sys/replication/performance/status",
            "sys/replication/status",
            "sys/wrapping/lookup",
            "sys/wrapping/pubkey");

    /** ACME's clients have no token: every request is signed by an account's key (RFC 8555 section 6.2). */
    private static final List<String> ACME = List.of(
            "acme/account/{kid}",
            "acme/authorization/{id}",
            "acme/challenge/{id}/{type}",
            "acme/directory",
            "acme/key-change",
            "acme/new-account",
            "acme/new-authz",
            "acme/new-nonce",
            "acme/new-order",
            "acme/order/{id}",
            "acme/order/{id}/cert",
            "acme/order/{id}/finalize",
            "acme/orders",
            "acme/orders/{after}",
            "acme/renewal-info/{certificate}",
            "acme/revoke-cert");

    private static final List<String> ACME_PREFIXES =
            List.of("pki/", "pki/issuer/{issuer_ref}/", "pki/roles/{role}/", "pki/issuer/{issuer_ref}/roles/{role}/");

    private record Probe(String path, String pattern, Operation operation, Endpoint endpoint) {
        boolean open() {
            return endpoint.access() == Access.PUBLIC;
        }
    }

    private WiredServer server;
    private final Map<String, String> strangers = new LinkedHashMap<>();

    @BeforeAll
    void start(@TempDir Path home) throws Exception {
        server = new WiredServer(home);
        MountTypes types = server.wiring().mounts().types();
        for (String type : types.engines().keySet()) {
            server.post("sys/mounts/" + type, Map.of("type", type));
        }
        for (String type : types.methods().keySet()) {
            server.post("sys/auth/" + type, Map.of("type", type));
        }
        server.post("sys/policies/acl/nothing", Map.of("policy", "path \"none/of/it\" { capabilities = [\"read\"] }"));
        server.post("sys/policies/acl/no-sudo", Map.of("policy", """
                path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "scan"] }
                path "+/*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "scan"] }
                """));
        strangers.put("no token", "");
        strangers.put("a forged token", "hvs." + "A".repeat(24));
        strangers.put("text that is no token", "\u00e4 b");
        strangers.put("an ended token", token(Map.of("ttl", "1s")));
        strangers.put("a revoked token", token(Map.of()));
        server.post("auth/token/revoke", Map.of("token", strangers.get("a revoked token")));
        server.post("auth/token/roles/elsewhere", Map.of("token_bound_cidrs", "192.0.2.0/24"));
        strangers.put("a token bound to another address", token("auth/token/create/elsewhere", Map.of()));
        strangers.put("a token without rights", token(Map.of("policies", "nothing", "no_default_policy", true)));
        Thread.sleep(1200); // the ended token's life
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void nobodyWhoMayNotComesInAndEveryTryIsOnRecord() {
        Map<String, String> asked = new HashMap<>();
        List<Probe> probes = probes(probe -> !probe.open());
        assertTrue(probes.size() > 100, () -> "only " + probes.size());
        for (Probe probe : probes) {
            strangers.forEach((who, token) -> {
                String what = probe.operation() + " " + probe.path() + " by " + who;
                asked.put(refused(token, probe, what), what);
            });
        }
        assertAllOnRecord(asked);
    }

    @Test
    void whatNeedsSudoNeedsSudo() {
        String everything = token(Map.of("policies", "no-sudo"));
        Map<String, String> asked = new HashMap<>();
        List<Probe> probes = probes(probe -> probe.endpoint().access() == Access.SUDO);
        assertTrue(probes.stream().anyMatch(probe -> probe.path().equals("auth/token/accessors")), "the plan has sudo");
        for (Probe probe : probes) {
            String what = probe.operation() + " " + probe.path() + " without sudo";
            asked.put(refused(everything, probe, what), what);
        }
        assertAllOnRecord(asked);
    }

    /** Where nothing else is known of the rest of the path: rules for {@code x} say nothing of {@code x/}. */
    @Test
    void aSlashAtTheEndLeadsToNothingThatHasANameOfItsOwn() {
        for (Probe probe : probes(probe -> !probe.operation().lists())) {
            ApiPath path = new ApiPath(probe.path() + "/");
            Mounted mounted = server.wiring().mounts().at(path).orElseThrow();
            mounted.endpoints()
                    .find(path.below(mounted.entry().path()), probe.operation())
                    .ifPresent(match -> assertTrue(
                            match.endpoint().pattern().endsWith("...}"), probe.operation() + " " + path.value()));
        }
    }

    @Test
    void theClientKnowsWhatNeedsSudo() {
        Set<String> wanted = new TreeSet<>();
        Set<String> known = new TreeSet<>();
        for (Probe probe : probes(Predicate.not(Probe::open))) {
            (probe.endpoint().access() == Access.SUDO ? wanted : new TreeSet<String>()).add(probe.path());
            (NeededPolicy.needsSudo(probe.path()) ? known : new TreeSet<String>()).add(probe.path());
        }
        assertEquals(wanted, known);
    }

    @Test
    void whatIsOpenToStrangersIsOnTheList() {
        Set<String> open = new TreeSet<>();
        probes(Probe::open).forEach(probe -> open.add(probe.pattern()));
        Set<String> listed = new TreeSet<>(PUBLIC);
        ACME_PREFIXES.forEach(prefix -> ACME.forEach(path -> listed.add(prefix + path)));
        assertEquals(listed, open);
        Set<String> atTheDoor = new TreeSet<>();
        server.wiring().whileSealed().forEach(endpoint -> atTheDoor.add(endpoint.pattern()));
        assertEquals(new TreeSet<>(AT_THE_DOOR), atTheDoor);
    }

    @Test
    void aPathThatLeadsNowhereIsRefusedLikeAnyOther() {
        for (String path : List.of("nothing/here", "sys/nothing", "kv/../sys/seal", "auth/nothing/login")) {
            for (String token : strangers.values()) {
                FaultException e = assertThrows(
                        FaultException.class, () -> server.call(token, Operation.READ, path, Map.of()), path);
                assertTrue(
                        e.fault() instanceof Fault.PermissionDenied || e.fault() instanceof Fault.BadRequest,
                        e::toString);
            }
        }
    }

    /** Asks, and gives the request's id. A token that is itself what the request is about may be told that it is none. */
    private String refused(String token, Probe probe, String what) {
        Request request = WiredServer.request(token, probe.operation(), probe.path(), Map.of());
        Fault fault = assertThrows(FaultException.class, () -> server.call(request), what)
                .fault();
        if (probe.endpoint().endedToken().isEmpty()) {
            assertInstanceOf(Fault.PermissionDenied.class, fault, what);
        } else {
            assertTrue(
                    fault instanceof Fault.PermissionDenied || fault instanceof Fault.BadRequest, what + ": " + fault);
        }
        return request.id();
    }

    private void assertAllOnRecord(Map<String, String> asked) {
        Map<String, String> missing = new HashMap<>(asked);
        server.audited().stream()
                .map(line -> Json.object(line.getBytes(StandardCharsets.UTF_8)))
                .filter(entry -> entry.get("error") != null)
                .forEach(entry -> missing.remove((String) ((Map<?, ?>) entry.get("request")).get("id")));
        assertEquals(Set.of(), new TreeSet<>(missing.values()), "refused, and not on record");
    }

    private List<Probe> probes(Predicate<Probe> wanted) {
        List<Probe> probes = new ArrayList<>();
        Mounts mounts = server.wiring().mounts();
        mounts.entries().forEach(entry -> {
            Mounted mounted = mounts.existing(entry.path());
            for (Endpoint endpoint : mounted.endpoints().endpoints()) {
                for (Operation operation : endpoint.handlers().keySet()) {
                    String pattern = entry.path() + endpoint.pattern();
                    String path = pattern.replaceAll("\\{[^}]*}", "x");
                    probes.add(new Probe(path, pattern, operation, endpoint));
                }
            }
        });
        return probes.stream().filter(wanted).toList();
    }

    private String token(Map<String, Object> wishes) {
        return token("auth/token/create", wishes);
    }

    private String token(String path, Map<String, Object> wishes) {
        return WiredServer.token(server.post(path, wishes));
    }
}
