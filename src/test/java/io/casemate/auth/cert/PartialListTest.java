package io.casemate.auth.cert;

import static io.casemate.auth.MethodDriver.refusal;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.Pem;
import io.casemate.kernel.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lists of openssl that speak of some certificates only (RFC 5280 5.2): none is taken for the list of all. */
class PartialListTest extends RevocationFixture {
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
