package io.casemate.auth.cert;

import static io.casemate.auth.MethodDriver.data;
import static io.casemate.auth.MethodDriver.refusal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.auth.cert.OpensslAuthority.Responder;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Revocation lists and OCSP answers by openssl, over real sockets. */
class RevocationTest extends RevocationFixture {
    @Test
    void anUploadedListRevokesUntilItIsDeleted() {
        LoginGrant before = method.login(Map.of(), bad);
        authority.revoke("bad");
        list("crl", authority.crl("root"));
        assertTrue(refused(bad).contains("CN=bad: it is revoked"));
        assertTrue(refusal(() -> method.renew(before, bad)).contains("it is revoked"), "a renewal looks too");
        method.login(Map.of(), good);
        method.reopen();
        assertTrue(refused(bad).contains("it is revoked"), "after a restart");
        method.pass(Duration.ofDays(6));
        assertTrue(refused(bad).contains("it is revoked"), "its end does not end it");
        method.login(Map.of(), good);
        Map<String, Object> shown = data(method.call(Operation.READ, "crls/ROOT", Map.of()));
        assertEquals(1, ((Map<?, ?>) shown.get("serials")).size());
        assertEquals("CN=root", shown.get("issuer"));
        assertEquals(
                List.of("root"),
                data(method.call(Operation.LIST, "crls", Map.of())).get("keys"));
        method.call(Operation.DELETE, "crls/root", Map.of());
        method.login(Map.of(), bad);
        assertThrows(FaultException.class, () -> method.call(Operation.DELETE, "crls/root", Map.of()));
    }

    @Test
    void aListSpeaksOfItsIssuerAlone() {
        authority.root("other");
        authority.revoke("bad");
        list("crl", authority.crl("other"));
        method.login(Map.of(), bad);
    }

    @Test
    void aRevokedIntermediateRevokesWhatIsBelow() {
        authority.issue("root", "middle", "/CN=middle", "basicConstraints=critical,CA:TRUE");
        authority.issue("middle", "leaf", "/CN=leaf", CLIENT);
        method.pass(Duration.ofMinutes(1));
        method.login(Map.of(), authority.showing("leaf", "middle"));
        authority.revoke("middle");
        list("crl", authority.crl("root"));
        assertTrue(refused(authority.showing("leaf", "middle")).contains("CN=middle: it is revoked"));
    }

    @Test
    void whatIsNoCompleteListIsNotTaken() {
        assertTrue(refusal(() -> list("crl", "nonsense")).contains("not an X.509 revocation list"));
        assertTrue(refusal(() -> list("crl", authority.pem("root"))).contains("holds no X509 CRL"));
        assertTrue(refusal(() -> list("url", "ftp://x/y")).contains("expected an address"));
        assertTrue(refusal(() -> method.call(Operation.UPDATE, "crls/root", Map.of()))
                .contains("one of"));
        status = 404;
        assertTrue(refusal(() -> list("url", url())).contains("status 404"));
        status = 200;
        served = new byte[RevocationList.LONGEST + 1];
        assertTrue(refusal(() -> list("url", url())).contains("more than"));
    }

    @Test
    void aFollowedListIsFetchedAgainWhenItHasExpired() {
        serve(authority.crl("root"));
        list("url", url());
        method.login(Map.of(), bad);
        authority.revoke("bad");
        serve(authority.crl("root", "-crldays", "20"));
        method.login(Map.of(), bad);
        assertEquals(1, fetches.get());
        method.pass(Duration.ofDays(6));
        assertTrue(refused(bad).contains("it is revoked"));
        method.login(Map.of(), good);
        assertEquals(2, fetches.get());
    }

    @Test
    void aClockThatIsSetBackMakesNoListYounger() throws InterruptedException {
        method.pass(Duration.ofDays(1));
        serve(authority.crl("root"));
        list("url", url());
        authority.revoke("bad");
        serve(authority.crl("root", "-crldays", "20"));
        method.pass(Duration.ofHours(-20));
        refusedSoon(bad, "it is revoked");
    }

    @Test
    void anIssuerThatIsAwayClosesTheDoorOnlyWhenTheListHasExpired() {
        serve(authority.crl("root"));
        list("url", url());
        status = 503;
        method.pass(Duration.ofDays(2));
        method.login(Map.of(), good);
        method.pass(Duration.ofDays(4));
        assertTrue(refused(good).contains("the revocation list 'root' has expired"));
        int asked = fetches.get();
        assertTrue(refused(good).contains("has expired"));
        assertEquals(asked, fetches.get(), "not asked again at once");
        method.call(Operation.UPDATE, "config", Map.of("crl_fail_open", true));
        method.login(Map.of(), good);
    }

    @Test
    void aFetchedListThatTheIssuerDidNotSignIsNotBelieved() throws IOException {
        serve(authority.crl("root"));
        list("url", url());
        authority.revoke("bad");
        list("crl", authority.crl("root"));
        String genuine = authority.crl("root", "-crldays", "20");
        authority.root("imposter", "-subj", "/CN=root");
        serve(authority.crl("imposter", "-crldays", "20"));
        list("url", url());
        assertTrue(refused(good).contains("is not signed by the certificate's issuer"));
        serve(genuine);
        list("url", url());
        method.login(Map.of(), good);
        serve(authority.crl("imposter", "-crldays", "60"));
        method.pass(Duration.ofDays(21));
        role(Map.of());
        assertTrue(refused(bad).contains("certificate"), "whatever is served, the revoked one stays out");
    }

    /** A role that trusts one client's own certificate, and knows who issued it or does not. */
    private void pinned(String name, String issuer) {
        method.call(Operation.DELETE, "certs/web", Map.of());
        role(Map.of("certificate", authority.pem(name), "ocsp_ca_certificates", issuer));
    }

    /** A list that is due is fetched beside the logins, so it counts soon and not at once. */
    private void refusedSoon(Request.Peer peer, String why) throws InterruptedException {
        String said = "";
        for (int i = 0; i < 200 && !said.contains(why); i++) {
            try {
                said = refused(peer);
            } catch (AssertionError let) {
                Thread.sleep(25);
            }
        }
        assertTrue(said.contains(why), said);
    }

    @Test
    void aFollowedListIsFollowedForAnOwnCertificateToo() throws InterruptedException {
        pinned("bad", authority.pem("root"));
        serve(authority.crl("root"));
        list("url", url());
        method.login(Map.of(), bad);
        authority.revoke("bad");
        serve(authority.crl("root"));
        method.pass(Duration.ofHours(2));
        refusedSoon(bad, "CN=bad: it is revoked");
        pinned("good", authority.pem("root"));
        method.login(Map.of(), good);
        status = 503;
        method.pass(Duration.ofDays(6));
        assertTrue(refused(good).contains("the revocation list 'root' has expired"));
    }

    @Test
    void aFollowedListIsFollowedForAnIntermediateAnchor() throws InterruptedException {
        authority.issue("root", "middle", "/CN=middle", "basicConstraints=critical,CA:TRUE");
        authority.issue("middle", "leaf", "/CN=leaf", CLIENT);
        method.pass(Duration.ofMinutes(1));
        role(Map.of("certificate", authority.pem("middle"), "ocsp_ca_certificates", authority.pem("root")));
        Request.Peer leaf = authority.showing("leaf");
        serve(authority.crl("root"));
        list("url", url());
        method.login(Map.of(), leaf);
        authority.revoke("middle");
        serve(authority.crl("root"));
        method.pass(Duration.ofHours(2));
        refusedSoon(leaf, "CN=middle: it is revoked");
    }

    @Test
    void aFollowedListOfAnIssuerThatNobodyKnowsClosesTheDoor() {
        pinned("bad", "");
        serve(authority.crl("root"));
        list("url", url());
        assertTrue(refused(bad).contains("add it to the role's ocsp_ca_certificates"));
        method.call(Operation.UPDATE, "config", Map.of("crl_fail_open", true));
        method.login(Map.of(), bad);
        authority.revoke("bad");
        serve(authority.crl("root", "-crldays", "20"));
        method.pass(Duration.ofDays(6));
        assertTrue(refused(bad).contains("CN=bad: it is revoked"), "fetched again and asked all the same");
        list("crl", authority.crl("root"));
        pinned("good", "");
        method.call(Operation.UPDATE, "config", Map.of("crl_fail_open", false));
        method.login(Map.of(), good);
    }

    @Test
    void ocspTellsGoodFromRevoked() {
        authority.revoke("bad");
        try (Responder responder = authority.ocsp("root", "root", "-nmin", "60")) {
            role(Map.of("ocsp_enabled", true, "ocsp_servers_override", responder.url()));
            LoginGrant grant = method.login(Map.of(), good);
            method.renew(grant, good);
            assertTrue(refused(bad).contains("CN=bad: it is revoked (OCSP)"));
        }
        method.login(Map.of(), good);
        assertTrue(refused(bad).contains("it is revoked (OCSP)"), "answers are kept while they hold");
        method.pass(Duration.ofMinutes(70));
        assertTrue(refused(good).contains("OCSP does not say that it is good"));
        role(Map.of("ocsp_fail_open", true));
        method.login(Map.of(), good);
    }

    @Test
    void theCertificateNamesItsResponder() {
        try (Responder responder = authority.ocsp("root", "root", "-nmin", "60")) {
            authority.issue("root", "aia", "/CN=aia", CLIENT, "authorityInfoAccess=OCSP;URI:" + responder.url());
            role(Map.of("ocsp_enabled", true));
            assertTrue(refused(good).contains("names no OCSP server"));
            method.pass(Duration.ofMinutes(1));
            assertTrue(refused(authority.showing("aia")).contains("does not know it"), "issued after it was started");
        }
        try (Responder responder = authority.ocsp("root", "root", "-nmin", "60")) {
            role(Map.of("ocsp_servers_override", responder.url()));
            method.login(Map.of(), authority.showing("aia"));
        }
    }

    @Test
    void aDelegatedResponderNeedsThePurpose() {
        authority.issue("root", "delegate", "/CN=delegate", "extendedKeyUsage=OCSPSigning");
        authority.issue("root", "nobody", "/CN=nobody", CLIENT);
        authority.root("elsewhere");
        method.pass(Duration.ofMinutes(1));
        try (Responder responder = authority.ocsp("root", "delegate", "-nmin", "60")) {
            role(Map.of("ocsp_enabled", true, "ocsp_servers_override", responder.url()));
            method.login(Map.of(), good);
        }
        for (String signer : List.of("nobody", "elsewhere")) {
            try (Responder responder = authority.ocsp("root", signer, "-nmin", "60")) {
                role(Map.of("ocsp_enabled", true, "ocsp_servers_override", responder.url()));
                assertTrue(refused(good).contains("may not answer for this issuer"), () -> refused(good));
                if (signer.equals("elsewhere")) {
                    role(Map.of("ocsp_ca_certificates", authority.pem("elsewhere")));
                    method.login(Map.of(), good);
                }
            }
        }
    }

    @Test
    void serversAreAskedInTurnOrAll() {
        status = 500;
        try (Responder responder = authority.ocsp("root", "root", "-nmin", "60")) {
            role(Map.of("ocsp_enabled", true, "ocsp_servers_override", url() + "," + responder.url()));
            method.login(Map.of(), good);
            assertEquals(5, fetches.get(), "once and four more tries");
            role(Map.of("ocsp_query_all_servers", true, "ocsp_max_retries", 0L));
            assertTrue(refused(good).contains("status 500"));
            assertEquals(6, fetches.get());
            status = 200;
            serve("no OCSP answer");
            assertTrue(refused(good).contains("malformed"));
        }
    }

    @Test
    void anAnswerMayBeTooOldForARole() throws InterruptedException {
        try (Responder responder = authority.ocsp("root", "root", "-nmin", "600")) {
            role(Map.of("ocsp_enabled", true, "ocsp_servers_override", responder.url()));
            method.login(Map.of(), good);
            method.pass(Duration.ofMinutes(30));
            method.login(Map.of(), good);
            role(Map.of("ocsp_this_update_max_age", "20m"));
            assertTrue(refused(good).contains("older than ocsp_this_update_max_age"));
        }
    }

    @Test
    void anOldAnswerWithoutAnEndIsNotToldAgain() {
        served = authority.ocspAnswer("root", "bad");
        role(Map.of("ocsp_enabled", true, "ocsp_servers_override", url()));
        method.login(Map.of(), bad);
        authority.revoke("bad");
        method.pass(Duration.ofMinutes(10));
        assertTrue(refused(bad).contains("says neither how long it holds nor our nonce"), () -> refused(bad));
        role(Map.of("ocsp_this_update_max_age", "20m"));
        method.login(Map.of(), bad);
        method.pass(Duration.ofMinutes(15));
        assertTrue(refused(bad).contains("says neither"));
        role(Map.of("ocsp_this_update_max_age", "0s"));
        try (Responder responder = authority.ocsp("root", "root")) {
            role(Map.of("ocsp_servers_override", responder.url()));
            method.login(Map.of(), good);
            assertTrue(refused(bad).contains("it is revoked (OCSP)"), "our nonce shows that it is new");
        }
    }

    @Test
    void anOwnCertificateIsAskedAboutWhenItsIssuerIsKnown() {
        authority.revoke("bad");
        try (Responder responder = authority.ocsp("root", "root", "-nmin", "60")) {
            method.call(Operation.DELETE, "certs/web", Map.of());
            role(Map.of(
                    "certificate", authority.pem("bad"),
                    "ocsp_enabled", true,
                    "ocsp_servers_override", responder.url()));
            assertTrue(refused(bad).contains("add it to the role's ocsp_ca_certificates"));
            role(Map.of("certificate", authority.pem("bad"), "ocsp_ca_certificates", authority.pem("root")));
            assertTrue(refused(bad).contains("it is revoked (OCSP)"));
        }
    }
}
