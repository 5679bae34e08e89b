package io.casemate.auth.cert;

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
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Paths, purposes, names and renewals, with certificates that openssl made. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CertLoginTest {
    private static final String NO_PATH = "invalid certificate or no client certificate supplied";
    private static final String NO_MATCH =
            "no chain matching all constraints could be found for this login certificate";
    private static final String CLIENT = "extendedKeyUsage=clientAuth";

    private OpensslAuthority authority;
    private MethodDriver method;

    @BeforeAll
    void makeCertificates(@TempDir Path folder) {
        authority = new OpensslAuthority(folder);
        authority.root("root");
        authority.root("stranger");
        authority.issue(
                "root", "middle", "/CN=middle", "basicConstraints=critical,CA:TRUE", "subjectKeyIdentifier=hash");
        authority.issue(
                "middle",
                "web",
                "/OU=ops/OU=night/CN=web-1.example.test",
                CLIENT,
                "keyUsage=critical,digitalSignature",
                "authorityKeyIdentifier=keyid",
                "subjectKeyIdentifier=hash",
                "subjectAltName=DNS:Web-1.Example.test,email:ops@example.test,URI:spiffe://example.test/web",
                "1.2.3.4=ASN1:UTF8String:blue-7",
                "1.2.3.5=ASN1:INTEGER:5");
        authority.issue("root", "direct", "/CN=direct", CLIENT);
        authority.issue("stranger", "foreign", "/CN=web-1.example.test", CLIENT);
        authority.issue("root", "server", "/CN=server", "extendedKeyUsage=serverAuth");
        authority.issue("root", "cipher", "/CN=cipher", CLIENT, "keyUsage=keyEncipherment");
        authority.issue("root", "plain", "/CN=plain");
        authority.issue("root", "no-ca", "/CN=no-ca", "basicConstraints=critical,CA:FALSE", CLIENT);
        authority.issue("no-ca", "below-no-ca", "/CN=direct", CLIENT);
        authority.issue(
                "root",
                "narrow",
                "/CN=narrow",
                "basicConstraints=critical,CA:TRUE",
                "nameConstraints=critical,permitted;DNS:inside.test");
        authority.issue("narrow", "inside", "/CN=x", CLIENT, "subjectAltName=DNS:a.inside.test");
        authority.issue("narrow", "outside", "/CN=x", CLIENT, "subjectAltName=DNS:a.outside.test");
        authority.issue("root", "flat", "/CN=flat", "basicConstraints=critical,CA:TRUE,pathlen:0");
        authority.issue("flat", "shallow", "/CN=shallow", CLIENT);
        authority.issue("flat", "below-flat", "/CN=below-flat", "basicConstraints=critical,CA:TRUE");
        authority.issue("below-flat", "deep", "/CN=deep", CLIENT);
        authority.issue("narrow", "below-narrow", "/CN=below-narrow", "basicConstraints=critical,CA:TRUE");
        authority.issue("below-narrow", "far-outside", "/CN=x", CLIENT, "subjectAltName=DNS:b.outside.test");
        authority.issue(
                "root", "for-servers", "/CN=fs", "basicConstraints=critical,CA:TRUE", "extendedKeyUsage=serverAuth");
        authority.issue("for-servers", "below-for-servers", "/CN=direct", CLIENT);
        authority.issue("root", "old", "/CN=old", CLIENT);
        authority.certify("root", "old", List.of(CLIENT, "subjectKeyIdentifier=hash"), "-days", "10", "-sha1");
        authority.root("selfmade");
        authority.root("short", "-newkey", "rsa:1024");
    }

    @BeforeEach
    void open() {
        method = new MethodDriver(new CertFactory());
    }

    private Response role(String name, String certificate, Map<String, Object> more) {
        Map<String, Object> data = new HashMap<>(Map.of("certificate", certificate, "token_policies", "p"));
        data.putAll(more);
        return method.call(Operation.UPDATE, "certs/" + name, data);
    }

    private LoginGrant login(String... certificates) {
        return method.login(Map.of(), authority.showing(certificates));
    }

    private String refused(String... certificates) {
        return refusal(() -> login(certificates));
    }

    @Test
    void aPathOverAnIntermediateLeadsIn() {
        role(
                "Web",
                authority.pem("root"),
                Map.of("display_name", "the web", "allowed_metadata_extensions", "1.2.3.4,1.2.3.9"));
        LoginGrant grant = login("web", "middle");
        assertEquals("the web", grant.displayName());
        assertEquals("web-1.example.test", grant.alias().name());
        assertEquals(List.of("p"), grant.terms().policies());
        assertEquals("web", grant.metadata().get("cert_name"));
        assertEquals("web-1.example.test", grant.metadata().get("common_name"));
        assertEquals("blue-7", grant.metadata().get("1-2-3-4"));
        assertFalse(grant.metadata().containsKey("1-2-3-9"));
        assertTrue(grant.metadata().get("subject_key_id").matches("([0-9a-f]{2}:){19}[0-9a-f]{2}"));
        assertTrue(grant.metadata().get("serial_number").matches("[0-9]+"));
        assertTrue(grant.alias().metadata().isEmpty());
        method.call(Operation.UPDATE, "config", Map.of("enable_identity_alias_metadata", true));
        assertEquals("blue-7", login("web", "middle").alias().metadata().get("1-2-3-4"));
    }

    @Test
    void anIntermediateAloneIsAnAnchor() {
        role("web", authority.pem("middle"), Map.of());
        assertEquals("web-1.example.test", login("web").alias().name());
        assertEquals(NO_PATH, refused("direct"));
    }

    @Test
    void withoutATrustedPathNobodyComesIn() {
        assertEquals("client certificate must be supplied", refused());
        assertEquals(NO_PATH, refused("direct"));
        role("web", authority.pem("root"), Map.of());
        assertEquals(NO_PATH, refused("foreign"));
        assertEquals(NO_PATH, refused("foreign", "stranger"));
        assertEquals(NO_PATH, refused("web"), "the intermediate is missing");
        assertEquals(NO_PATH, refused("below-no-ca", "no-ca"), "a leaf is no authority");
        assertEquals(NO_PATH, refused("outside", "narrow"), "outside of the name constraints");
        assertEquals("x", login("inside", "narrow").alias().name());
        assertEquals("direct", login("direct").alias().name());
        assertEquals(NO_PATH, refusal(() -> method.login(Map.of("name", "other"), authority.showing("direct"))));
        assertEquals(NO_PATH, refusal(() -> method.login(Map.of("name", "../x"), authority.showing("direct"))));
    }

    @Test
    void theLimitsOfAnAnchorHoldToo() {
        role("narrow", authority.pem("narrow"), Map.of());
        assertEquals("x", login("inside").alias().name());
        assertEquals(NO_PATH, refused("outside"), "outside of the anchor's name constraints");
        assertEquals(NO_PATH, refused("far-outside", "below-narrow"));
        role("flat", authority.pem("flat"), Map.of());
        assertEquals("shallow", login("shallow").alias().name());
        assertEquals(NO_PATH, refused("deep", "below-flat"), "the anchor allows no authority below it");
        role("narrow", authority.pem("narrow") + authority.pem("below-narrow"), Map.of());
        assertEquals("x", login("far-outside", "below-narrow").alias().name(), "an anchor of its own, without limits");
    }

    @Test
    void purposesAndAlgorithmsAreLookedAt() {
        role("web", authority.pem("root"), Map.of());
        assertTrue(refused("server").contains("CN=server: its extended key usage"), () -> refused("server"));
        assertTrue(refused("cipher").contains("digitalSignature"));
        assertTrue(refused("below-for-servers", "for-servers").contains("CN=fs: its extended key usage"));
        assertTrue(refused("old").contains("SHA-1"), () -> refused("old"));
        assertEquals("plain", login("plain").alias().name());
        role("short", authority.pem("short"), Map.of());
        assertTrue(refused("short").contains("shorter than RSA 2048"));
    }

    @Test
    void timeIsLookedAtOnTheWholePath() {
        role("web", authority.pem("root"), Map.of());
        login("web", "middle");
        method.pass(Duration.ofDays(11));
        assertEquals(NO_PATH, refused("web", "middle"));
        role("self", authority.pem("selfmade"), Map.of());
        login("selfmade");
        method.pass(Duration.ofDays(30));
        assertTrue(refused("selfmade").contains("CN=selfmade: it is valid from"));
        assertTrue(role("late", authority.pem("selfmade"), Map.of())
                .warnings()
                .getFirst()
                .contains("has expired"));
    }

    @Test
    void anOwnCertificateIsComparedWhole() {
        role("pinned", authority.pem("direct"), Map.of());
        assertEquals("direct", login("direct").alias().name());
        assertEquals(NO_PATH, refused("plain"));
        assertEquals(NO_PATH, refused("foreign"));
        assertTrue(refusal(() -> role("bad", authority.pem("server"), Map.of())).contains("client authentication"));
        role("self", authority.pem("selfmade"), Map.of());
        assertEquals("selfmade", login("selfmade").alias().name(), "openssl req -x509 makes an authority");
    }

    @Test
    void constraintsHold() {
        Map<String, Object> fitting = Map.of(
                "allowed_names", "nobody,*.example.test",
                "allowed_common_names", "web-*",
                "allowed_dns_sans", "web-?.example.test,WEB-1.example.TEST",
                "allowed_email_sans", "*@example.test",
                "allowed_uri_sans", "spiffe://example.test/*",
                "allowed_organizational_units", "night",
                "required_extensions", "1.2.3.4:blue-*,hex:1.2.3.5:020105");
        role("web", authority.pem("root"), fitting);
        assertEquals("web-1.example.test", login("web", "middle").alias().name());
        Map<String, String> wrong = Map.of(
                "allowed_names", "*.example.org",
                "allowed_common_names", "WEB-*",
                "allowed_dns_sans", "*.example.org",
                "allowed_email_sans", "root@example.test",
                "allowed_uri_sans", "spiffe://example.test",
                "allowed_organizational_units", "day",
                "required_extensions", "1.2.3.4:blue-*,1.2.3.6:*");
        wrong.forEach((field, value) -> {
            role("web", authority.pem("root"), fitting);
            role("web", authority.pem("root"), Map.of(field, value));
            assertEquals(NO_MATCH, refused("web", "middle"), field);
        });
        assertTrue(refusal(() -> role("web", authority.pem("root"), Map.of("required_extensions", "blue")))
                .contains("OID:PATTERN"));
    }

    @Test
    void theFirstRoleThatFitsIsTakenOwnCertificatesFirst() {
        role("a", authority.pem("root"), Map.of("allowed_common_names", "nobody"));
        role("b", authority.pem("root"), Map.of());
        role("z", authority.pem("direct"), Map.of());
        assertEquals("z", login("direct").metadata().get("cert_name"));
        assertEquals("b", login("plain").metadata().get("cert_name"));
        Request.Peer direct = authority.showing("direct");
        assertEquals("b", method.login(Map.of("name", "B"), direct).metadata().get("cert_name"));
        assertEquals("z", login("direct").role(), "quotas count by the role that was found");
        assertEquals(NO_MATCH, refusal(() -> method.login(Map.of("name", "a"), direct)));
        method.call(Operation.DELETE, "certs/z", Map.of());
        method.reopen();
        assertEquals("b", login("direct").metadata().get("cert_name"));
        role("b", authority.pem("stranger"), Map.of());
        assertEquals(NO_MATCH, refused("direct"), "the index follows the role");
        assertEquals("b", login("foreign").metadata().get("cert_name"));
    }

    @Test
    void boundAddressesHold() {
        role("web", authority.pem("root"), Map.of("token_bound_cidrs", "192.0.2.0/24"));
        FaultException e = assertThrows(FaultException.class, () -> login("direct"));
        assertInstanceOf(Fault.PermissionDenied.class, e.fault());
    }

    @Test
    void aRenewalNeedsTheSameHolder() {
        role("web", authority.pem("root"), Map.of());
        LoginGrant grant = login("direct");
        Request.Peer direct = authority.showing("direct");
        assertEquals(List.of("p"), method.renew(grant, direct).policies());
        assertEquals("client certificate must be supplied", refusal(() -> method.renew(grant, authority.showing())));
        assertTrue(
                refusal(() -> method.renew(grant, authority.showing("plain"))).contains("client identity"));
        assertEquals(NO_PATH, refusal(() -> method.renew(grant, authority.showing("foreign"))));
        authority.certify("root", "direct", List.of(CLIENT), "-days", "5");
        method.pass(Duration.ofMinutes(1));
        method.renew(grant, authority.showing("direct"));
        method.call(Operation.UPDATE, "config", Map.of("disable_binding", true));
        method.renew(grant, authority.showing());
        role("web", authority.pem("root"), Map.of("token_policies", "q"));
        assertTrue(refusal(() -> method.renew(grant, direct)).contains("policies have changed"));
        method.call(Operation.DELETE, "certs/web", Map.of());
        assertTrue(refusal(() -> method.renew(grant, direct)).contains("no longer exists"));
    }

    @Test
    void rolesAreShownAsSet() {
        role("web", authority.pem("root"), Map.of("allowed_names", "a,b", "ttl", "1h", "ocsp_enabled", "true"));
        method.reopen();
        Map<String, Object> shown = data(method.call(Operation.READ, "certs/WEB", Map.of()));
        assertEquals(List.of("a", "b"), shown.get("allowed_names"));
        assertEquals(3600L, shown.get("token_ttl"));
        assertEquals(true, shown.get("ocsp_enabled"));
        assertEquals("web", shown.get("display_name"));
        assertEquals(authority.pem("root"), shown.get("certificate"));
        assertEquals(
                List.of("web"),
                data(method.call(Operation.LIST, "certs", Map.of())).get("keys"));
        method.call(Operation.UPDATE, "certs/web", Map.of("ttl", "2h"));
        assertEquals(
                List.of("a", "b"),
                data(method.call(Operation.READ, "certs/web", Map.of())).get("allowed_names"));
        assertTrue(refusal(() -> role("x", "no certificate", Map.of())).contains("failed to parse certificate"));
        assertTrue(refusal(() -> role("a b", authority.pem("root"), Map.of())).contains("a name is letters"));
        assertTrue(refusal(() -> method.call(Operation.UPDATE, "config", Map.of("ocsp_cache_size", 1L)))
                .contains("invalid cache size"));
    }
}
