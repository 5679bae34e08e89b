package io.casemate.auth.jwt;

import static io.casemate.auth.MethodDriver.data;
import static io.casemate.auth.MethodDriver.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.auth.MethodDriver;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that openssl signed, against given keys: algorithms, times, bounds, names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JwtLoginTest {
    private OpensslTokens tokens;
    private MethodDriver method;
    private String key;

    @BeforeAll
    void makeKeys(@TempDir Path folder) {
        tokens = new OpensslTokens(folder);
        key = tokens.key("mine", "ES256");
        tokens.key("other", "ES256");
    }

    @BeforeEach
    void open() {
        method = new MethodDriver(new JwtFactory("jwt"));
        configure(Map.of("jwt_validation_pubkeys", key));
        role(Map.of());
    }

    private void configure(Map<String, Object> config) {
        method.call(Operation.UPDATE, "config", config);
    }

    private Response role(Map<String, Object> more) {
        Map<String, Object> data =
                new HashMap<>(Map.of("user_claim", "sub", "bound_audiences", "here", "token_policies", "p"));
        data.putAll(more);
        return method.call(Operation.UPDATE, "role/app", data);
    }

    private Map<String, Object> claims(Map<String, Object> more) {
        long now = method.instant().getEpochSecond();
        Map<String, Object> claims = new HashMap<>(Map.of("sub", "ann", "aud", "here", "iat", now, "exp", now + 300));
        claims.putAll(more);
        claims.values().removeIf("absent"::equals);
        return claims;
    }

    private LoginGrant login(String token) {
        return method.login(Map.of("role", "app", "jwt", token), MethodDriver.peer(List.of()));
    }

    private LoginGrant login(Map<String, Object> more) {
        return login(tokens.token("mine", "ES256", claims(more)));
    }

    private String refused(Map<String, Object> more) {
        return refusal(() -> login(more));
    }

    private void refusedBecause(String why, Map<String, Object> more) {
        String said = refused(more);
        assertTrue(said.contains(why), () -> said + " for " + more);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
    void everyAlgorithmVerifiesAndNoOtherKeyDoes(String algorithm) {
        String name = "key-" + algorithm;
        configure(Map.of("jwt_validation_pubkeys", List.of(key, tokens.key(name, algorithm))));
        String token = tokens.token(name, algorithm, claims(Map.of()));
        assertEquals("ann", login(token).alias().name());
        String body = token.substring(0, token.lastIndexOf('.') + 1);
        String signature = token.substring(body.length());
        char first = signature.charAt(3) == 'A' ? 'B' : 'A';
        String forged = body + signature.substring(0, 3) + first + signature.substring(4);
        assertTrue(refusal(() -> login(forged)).contains("no known key"));
        configure(Map.of("jwt_validation_pubkeys", key, "jwt_supported_algs", "RS256,ES384"));
        assertTrue(refusal(() -> login(token)).startsWith("error validating token: "));
        configure(Map.of("jwt_validation_pubkeys", List.of(key, tokens.key(name, algorithm))));
        assertTrue(refusal(() -> login(token)).contains("no known key"), "a new key of that name");
    }

    @Test
    void theKeyDecidesTheAlgorithm() {
        String rsa = tokens.key("rsa", "RS256");
        configure(Map.of("jwt_validation_pubkeys", List.of(key, rsa)));
        Map<String, Object> claims = claims(Map.of());
        for (String named : List.of("ES256", "EdDSA", "PS256", "RS512")) {
            String token = tokens.token("rsa", "RS256", Map.of("alg", named), claims);
            assertTrue(refusal(() -> login(token)).contains("no known key"), named);
        }
        for (String named : List.of("none", "None", "HS256", "", "es256", "RS1")) {
            String token = tokens.token("mine", "ES256", Map.of("alg", named), claims);
            assertTrue(refusal(() -> login(token)).contains("not one with a public key"), named);
            String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
            assertTrue(refusal(() -> login(unsigned)).contains("not one with a public key"), named);
        }
        String critical =
                tokens.token("mine", "ES256", Map.of("alg", "ES256", "crit", List.of("b64"), "b64", false), claims);
        assertTrue(refusal(() -> login(critical)).contains("'crit'"));
        assertTrue(refusal(() -> login("a.b.c.d.e")).contains("JWE"));
        assertTrue(refusal(() -> login("x".repeat(70_000))).contains("longer than"));
        assertTrue(refusal(() -> login("")).contains("missing token"));
        configure(Map.of("jwt_validation_pubkeys", key, "jwt_supported_algs", "ES384"));
        assertTrue(refused(Map.of()).contains("not one of jwt_supported_algs"));
    }

    @Test
    void weakKeysAreNotTaken() {
        String weak = tokens.keyOf("weak", List.of("RSA", "-pkeyopt", "rsa_keygen_bits:1024"));
        String foreign = tokens.keyOf("foreign", List.of("EC", "-pkeyopt", "ec_paramgen_curve:secp256k1"));
        for (String given :
                List.of(weak, foreign, "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")) {
            assertTrue(refusal(() -> configure(Map.of("jwt_validation_pubkeys", List.of(given))))
                    .contains("error parsing public key"));
        }
        assertTrue(refusal(() -> configure(Map.of())).contains("exactly one of"));
        assertTrue(refusal(() -> configure(Map.of("jwt_validation_pubkeys", key, "jwks_url", "https://x/y")))
                .contains("exactly one of"));
        assertTrue(refusal(() -> configure(Map.of("jwks_url", "http://example.test/keys")))
                .contains("https://"));
        assertTrue(refusal(() -> configure(Map.of("jwt_validation_pubkeys", key, "jwt_supported_algs", "HS256")))
                .contains("Invalid supported algorithm"));
    }

    @Test
    void timesAreLookedAt() {
        long now = method.instant().getEpochSecond();
        login(Map.of("exp", now - 58));
        refusedBecause("is expired since", Map.of("exp", now - 61));
        login(Map.of("nbf", now + 58));
        refusedBecause("is not valid before", Map.of("nbf", now + 62));
        login(Map.of("iat", now + 58));
        refusedBecause("before", Map.of("iat", now + 62));
        refusedBecause("issued in the future", Map.of("iat", now + 62, "nbf", now));
        refusedBecause("no issued at (iat), not before (nbf), or expiration", Map.of("exp", "absent", "iat", "absent"));
        login(Map.of("exp", "absent", "iat", now - 209));
        refusedBecause("is expired", Map.of("exp", "absent", "iat", now - 211));
        refusedBecause("is not valid before", Map.of("exp", now + 300, "iat", "absent"));
        login(Map.of("exp", now + 200, "iat", "absent"));
        login(Map.of("exp", new BigDecimal(now + 30 + ".75")));
        refusedBecause("not a time in seconds", Map.of("exp", "soon"));
        refusedBecause("not a time in seconds", Map.of("exp", new BigDecimal("1e300")));
        refusedBecause("not a time in seconds", Map.of("exp", now + 30, "nbf", -1L));
        role(Map.of("clock_skew_leeway", -1L, "expiration_leeway", "10s"));
        refusedBecause("is expired", Map.of("exp", now - 1, "iat", now - 10));
        login(Map.of("exp", "absent", "iat", now - 9));
        refusedBecause("is expired", Map.of("exp", "absent", "iat", now - 11));
    }

    @Test
    void theUserMustHaveAuthenticatedLately() {
        role(Map.of("max_age", "10m"));
        long now = method.instant().getEpochSecond();
        refusedBecause("no auth_time", Map.of("iat", now));
        login(Map.of("iat", now, "auth_time", now - 650));
        refusedBecause("longer ago", Map.of("iat", now, "auth_time", now - 661));
    }

    @Test
    void boundsHold() {
        long now = method.instant().getEpochSecond();
        Map<String, Object> base = Map.of("iat", now);
        refusedBecause("aud claim does not match", with(base, "aud", "there"));
        refusedBecause("aud claim does not match", with(base, "aud", "absent"));
        login(with(base, "aud", List.of("there", "here")));
        refusedBecause("not a string or a list", with(base, "aud", Map.of()));
        role(Map.of("bound_audiences", "", "bound_subject", "ann"));
        refusedBecause("audience claim found in JWT but no audiences bound", base);
        login(with(base, "aud", "absent"));
        refusedBecause("bound_subject", with(with(base, "aud", "absent"), "sub", "bob"));
        role(Map.of(
                "bound_claims",
                Map.of(
                        "/org/team",
                        List.of("red", "blue"),
                        "level",
                        3L,
                        "on",
                        true,
                        "groups",
                        "admin",
                        "/list/1",
                        "x")));
        Map<String, Object> fitting = new HashMap<>(base);
        fitting.putAll(Map.of(
                "org", Map.of("team", "blue"),
                "level", new BigDecimal("3.0"),
                "on", true,
                "groups", List.of("staff", "admin"),
                "list", List.of("y", "x")));
        login(fitting);
        refusedBecause("\"/org/team\" does not match", with(fitting, "org", Map.of("team", "blu")));
        refusedBecause("\"/org/team\" is missing", with(fitting, "org", "blue"));
        refusedBecause("\"level\" does not match", with(fitting, "level", "3"));
        refusedBecause("\"on\" does not match", with(fitting, "on", "true"));
        refusedBecause("\"groups\" does not match", with(fitting, "groups", List.of()));
        refusedBecause("\"groups\" is not a string", with(fitting, "groups", Map.of("admin", true)));
        role(Map.of("bound_claims_type", "glob", "bound_claims", Map.of("ref", List.of("refs/tags/*", "main"))));
        login(with(base, "ref", "refs/tags/v1"));
        refusedBecause("does not match", with(base, "ref", "refs/heads/main"));
        refusedBecause("does not match", with(base, "ref", 5L));
        assertTrue(refusal(() -> role(Map.of("bound_claims", Map.of("n", 5L)))).contains("must be strings"));
        configure(Map.of("jwt_validation_pubkeys", key, "bound_issuer", "https://issuer.test"));
        refusedBecause("'iss' is not the issuer", with(base, "ref", "main"));
        login(with(with(base, "ref", "main"), "iss", "https://issuer.test"));
    }

    @Test
    void claimsBecomeNamesGroupsAndMetadata() {
        role(Map.of(
                "user_claim",
                "/user/id",
                "user_claim_json_pointer",
                true,
                "groups_claim",
                "/user/groups",
                "claim_mappings",
                Map.of("/user/mail", "mail", "level", "level", "nowhere", "n")));
        long now = method.instant().getEpochSecond();
        Map<String, Object> user = Map.of("id", "u1", "groups", List.of("a", "", "b"), "mail", "u@example.test");
        LoginGrant grant = login(Map.of("iat", now, "user", user, "level", 7L));
        assertEquals("u1", grant.alias().name());
        assertEquals("u1", grant.displayName());
        assertEquals(List.of("a", "b"), grant.groups());
        assertEquals(Map.of("role", "app", "mail", "u@example.test", "level", "7"), grant.metadata());
        assertEquals(grant.metadata(), grant.alias().metadata());
        assertEquals(
                List.of("one"),
                login(Map.of("iat", now, "user", Map.of("id", "u", "groups", "one")))
                        .groups());
        refusedBecause("not found in token", Map.of("iat", now));
        refusedBecause("could not be converted to string", Map.of("iat", now, "user", Map.of("id", 5L)));
        refusedBecause("could not be converted to string", Map.of("iat", now, "user", Map.of("id", "")));
        refusedBecause("claim not found", Map.of("iat", now, "user", Map.of("id", "u")));
        refusedBecause("could not be parsed", Map.of("iat", now, "user", Map.of("id", "u", "groups", List.of(1L))));
        assertTrue(refusal(() -> role(Map.of("claim_mappings", Map.of("a", "role"))))
                .contains("reserved"));
        assertTrue(refusal(() -> role(Map.of("claim_mappings", Map.of("a", "x", "b", "x"))))
                .contains("multiple keys"));
    }

    private boolean inState() {
        return (boolean) data(method.call(Operation.READ, "config", Map.of())).get("namespace_in_state");
    }

    @Test
    void rolesAreCheckedShownAndAskedAtRenewal() {
        long now = method.instant().getEpochSecond();
        LoginGrant grant = login(Map.of("iat", now));
        assertEquals(
                List.of("p"), method.renew(grant, MethodDriver.peer(List.of())).policies());
        assertTrue(refusal(() -> method.login(Map.of("jwt", "x"), MethodDriver.peer(List.of())))
                .contains("missing role"));
        assertTrue(refusal(() -> method.login(Map.of("jwt", "x", "role", "../x"), MethodDriver.peer(List.of())))
                .contains("could not be found"));
        String endless = "x".repeat(100_000);
        assertFalse(refusal(() -> method.login(Map.of("jwt", "x", "role", endless), MethodDriver.peer(List.of())))
                .contains("xx"));
        configure(Map.of("jwt_validation_pubkeys", key, "default_role", "APP"));
        String token = tokens.token("mine", "ES256", claims(Map.of("iat", now)));
        method.login(Map.of("jwt", token), MethodDriver.peer(List.of()));
        assertEquals(
                List.of("nobody can log in by this role: role_type is oidc, for the login by browser, which is not"
                        + " available on this server; set role_type=jwt"),
                role(Map.of("role_type", "oidc", "allowed_redirect_uris", "http://localhost"))
                        .warnings());
        assertTrue(refusal(() -> login(token)).contains("oidc role_type is not allowed"));
        assertTrue(role(Map.of("role_type", "jwt", "verbose_oidc_logging", true))
                .warnings()
                .getFirst()
                .contains("ignored"));
        role(Map.of("token_bound_cidrs", "192.0.2.0/24"));
        FaultException e = assertThrows(FaultException.class, () -> login(token));
        assertInstanceOf(Fault.PermissionDenied.class, e.fault());
        method.reopen();
        Map<String, Object> shown = data(method.call(Operation.READ, "role/APP", Map.of()));
        assertEquals(List.of("here"), shown.get("bound_audiences"));
        assertEquals("jwt", shown.get("role_type"));
        assertEquals(0L, shown.get("clock_skew_leeway"));
        assertEquals(
                List.of("app"),
                data(method.call(Operation.LIST, "role", Map.of())).get("keys"));
        assertEquals(
                "app", data(method.call(Operation.READ, "config", Map.of())).get("default_role"));
        assertTrue(inState());
        configure(Map.of("jwt_validation_pubkeys", key, "namespace_in_state", false));
        assertFalse(inState());
        configure(Map.of("jwt_validation_pubkeys", key));
        method.reopen();
        assertFalse(inState());
        method.call(Operation.DELETE, "role/app", Map.of());
        assertTrue(
                refusal(() -> method.renew(grant, MethodDriver.peer(List.of()))).contains("does not exist"));
        Map<String, Object> unbound = Map.of("user_claim", "sub");
        assertTrue(
                refusal(() -> method.call(Operation.UPDATE, "role/x", unbound)).contains("at least one bound"));
        assertTrue(refusal(() -> method.call(Operation.UPDATE, "role/x", Map.of("bound_subject", "a")))
                .contains("user claim"));
    }

    @Test
    void theBrowsersLoginSaysWhatIsMissing() {
        Stream.of(Operation.UPDATE, Operation.READ).forEach(operation -> {
            String path = operation == Operation.READ ? "oidc/callback" : "oidc/auth_url";
            String said = refusal(() -> method.call(operation, path, Map.of("role", "app", "redirect_uri", "x")));
            assertTrue(said.contains("authorization code flow") && said.contains("-method=jwt"), said);
        });
    }

    @Test
    void timePasses() {
        String token = tokens.token(
                "mine", "ES256", claims(Map.of("iat", method.instant().getEpochSecond())));
        login(token);
        method.pass(Duration.ofMinutes(7));
        assertTrue(refusal(() -> login(token)).contains("is expired"));
    }

    private static Map<String, Object> with(Map<String, Object> base, String name, Object value) {
        Map<String, Object> more = new HashMap<>(base);
        more.put(name, value);
        return more;
    }
}
