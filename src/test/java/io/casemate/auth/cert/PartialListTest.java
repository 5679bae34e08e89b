package io.casemate.auth.cert;

import static io.casemate.auth.MethodDriver.refusal;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.casemate.auth.MethodDriver;
import io.casemate.crypto.Pem;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of openssl that speak of some certificates only (RFC 5280 5.2): none is taken for the list of all. */
class PartialListTest {
    private static final String CLIENT = "extendedKeyUsage=clientAuth";

    private OpensslAuthority authority;
    private MethodDriver method;
    private Request.Peer good;
    private Request.Peer bad;
    private HttpServer web;
    private volatile byte[] served = {};

    @BeforeEach
    void makeCertificates(@TempDir Path folder) throws IOException {
        authority = new OpensslAuthority(folder);
        authority.root("root");
        authority.issue("root", "good", "/CN=good", CLIENT);
        authority.issue("root", "bad", "/CN=bad", CLIENT);
        good = authority.showing("good");
        bad = authority.showing("bad");
        method = new MethodDriver(new CertFactory());
        method.call(Operation.UPDATE, "certs/web", Map.of("certificate", authority.pem("root"), "token_policies", "p"));
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, served.length);
            exchange.getResponseBody().write(served);
            exchange.close();
        });
        web.start();
    }

    @AfterEach
    void stop() {
        web.stop(0);
        method.close();
    }

    private String refused(Request.Peer peer) {
        return refusal(() -> method.login(Map.of(), peer));
    }

    private void list(String field, String value) {
        method.call(Operation.UPDATE, "crls/root", Map.of(field, value));
    }

    private String url() {
        return "http://127.0.0.1:" + web.getAddress().getPort() + "/root.crl";
    }

    private void serve(String pem) {
        served = pem.getBytes(StandardCharsets.US_ASCII);
    }

    /** Lists that cannot have every revoked certificate on them, or of which that is not known. */
    private List<String> partialLists(String... options) {
        String point = "issuingDistributionPoint=critical,@point\n[point]\n";
        return List.of(
                authority.crlWith(point + "fullname=URI:http://ca.example.org/crl/shard/7", "root", options),
                authority.crlWith(point + "onlyCA=TRUE", "root", options),
                authority.crlWith(point + "onlyuser=TRUE", "root", options),
                authority.crlWith(point + "onlysomereasons=keyCompromise", "root", options),
                authority.crlWith("1.3.6.1.4.1.99999.1=critical,DER:0500", "root", options));
    }

    @Test
    void aListOfSomeCertificatesIsNotTakenForTheListOfAll() {
        for (String partial : partialLists()) {
            serve(partial);
            for (String why : List.of(refusal(() -> list("crl", partial)), refusal(() -> list("url", url())))) {
                assertTrue(why.contains("issuingDistributionPoint") || why.contains("1.3.6.1.4.1.99999.1"), why);
            }
        }
        list("crl", authority.crlWith("1.3.6.1.4.1.99999.1=DER:0500", "root"));
        method.login(Map.of(), good);
    }

    @Test
    void aRefreshIsNotAnsweredByAListOfSomeCertificates() {
        authority.revoke("bad");
        serve(authority.crl("root"));
        list("url", url());
        assertTrue(refused(bad).contains("it is revoked"));
        String complete = authority.crl("root", "-crldays", "40");
        authority.restore("bad");
        method.pass(Duration.ofDays(6));
        for (String partial : partialLists("-crldays", "40")) {
            serve(partial);
            method.pass(Duration.ofMinutes(1));
            assertTrue(refused(bad).contains("it is revoked"), "the list before this one counts on");
            assertTrue(refused(good).contains("the revocation list 'root' has expired"));
        }
        serve(complete);
        method.pass(Duration.ofMinutes(1));
        method.login(Map.of(), good);
    }

    /** Earlier releases took such lists: whoever has one is told, and can replace it. */
    @Test
    void aPartialListOfAnEarlierReleaseClosesTheDoorUntilItIsReplaced() {
        list("crl", authority.crl("root"));
        byte[] shard = Pem.decode(partialLists().getFirst()).getFirst().der();
        method.view().put("crl/root", new RevocationList.Stored("", Instant.now(), shard).encode());
        method.reopen();
        assertTrue(refused(good).contains("does not speak of all certificates of its issuer"));
        method.call(Operation.UPDATE, "config", Map.of("crl_fail_open", true));
        method.login(Map.of(), good);
        method.call(Operation.UPDATE, "config", Map.of("crl_fail_open", false));
        list("crl", authority.crl("root"));
        method.login(Map.of(), good);
    }
}
