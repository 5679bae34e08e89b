package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.SecretsEngine.Leased;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CertificateLeasesTest {
    private final PkiFixture pki = new PkiFixture();

    @BeforeEach
    void authority() {
        pki.rootAndRole();
        pki.write("roles/leased", "allow_any_name", true, "key_type", "ec", "ttl", "24h", "generate_lease", true);
    }

    @Test
    void only_roles_that_say_so_lease_and_the_lease_is_as_long_as_the_certificate() {
        assertEquals(Lease.NONE, issue("issue/web").lease());
        Lease.Terms terms =
                assertInstanceOf(Lease.Terms.class, issue("issue/leased").lease());
        assertEquals(Duration.ofHours(24), terms.ttl());
        assertFalse(terms.renewable());
        Leased lease = new Leased("issue/leased", terms.kept());
        assertThrows(FaultException.class, () -> pki.engine().renew(lease, Duration.ZERO));
    }

    @Test
    void the_end_of_the_lease_revokes_the_certificate_once() throws Exception {
        Response answer = issue("issue/leased");
        Leased lease = lease(answer);
        pki.engine().revoke(lease);
        X509CRL first = crl();
        assertTrue(
                first.isRevoked(PkiFixture.certificate(PkiFixture.data(answer).get("certificate"))));
        pki.pass(Duration.ofHours(1));
        pki.engine().revoke(lease);
        assertEquals(first.getRevokedCertificates(), crl().getRevokedCertificates());
    }

    @Test
    void a_certificate_that_was_not_kept_is_revoked_by_its_lease_too() throws Exception {
        pki.write("roles/quick", "allow_any_name", true, "key_type", "ec", "no_store", true, "generate_lease", true);
        Response answer = issue("issue/quick");
        pki.engine().revoke(lease(answer));
        assertTrue(
                crl().isRevoked(PkiFixture.certificate(PkiFixture.data(answer).get("certificate"))));
    }

    @Test
    void a_certificate_that_has_ended_by_itself_needs_no_revocation() throws Exception {
        Leased lease = lease(issue("issue/leased"));
        pki.pass(Duration.ofHours(24));
        int before = pki.storage.commits();
        pki.engine().revoke(lease);
        assertEquals(before, pki.storage.commits());
        assertNull(crl().getRevokedCertificates());
    }

    private Response issue(String path) {
        return pki.call(Operation.UPDATE, path, Map.of("common_name", "a.example.com"));
    }

    private static Leased lease(Response answer) {
        return new Leased(
                "issue/leased",
                assertInstanceOf(Lease.Terms.class, answer.lease()).kept());
    }

    private X509CRL crl() throws Exception {
        return (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(pki.raw("crl")));
    }
}
