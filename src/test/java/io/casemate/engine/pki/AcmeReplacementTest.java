package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.barrier.DiskView;
import io.casemate.engine.pki.AcmeClient.Answer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One order replaces a certificate (RFC 9773 section 5), on the storage that a server has: it commits several requests as one. */
class AcmeReplacementTest {
    private static final int CLIENTS = 16;

    @TempDir
    Path folder;

    @Test
    void of_many_orders_at_once_one_replaces_the_certificate() throws Exception {
        try (DiskView disk = new DiskView(folder);
                AcmeFixture acme = new AcmeFixture(new PkiFixture(disk.view()))) {
            AcmeClient client = acme.member("acme");
            X509Certificate old = acme.certificate(client, "a.example.com").getFirst();
            Map<String, Object> renewal = Map.of(
                    "identifiers", List.of(Map.of("type", "dns", "value", "a.example.com")), "replaces", id(old));
            Callable<Answer> order = () -> client.post("new-order", renewal);
            List<Integer> statuses = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<Answer> each : threads.invokeAll(Collections.nCopies(CLIENTS, order))) {
                    statuses.add(each.get().status());
                }
            }
            assertEquals(1, Collections.frequency(statuses, 201), statuses::toString);
            assertEquals(CLIENTS - 1, Collections.frequency(statuses, 409), statuses::toString);
        }
    }

    private static String id(X509Certificate certificate) throws Exception {
        byte[] issuer = AuthorityKeyIdentifier.fromExtensions(Certificate.getInstance(certificate.getEncoded())
                        .getTBSCertificate()
                        .getExtensions())
                .getKeyIdentifierOctets();
        return AcmeClient.b64(issuer) + "."
                + AcmeClient.b64(certificate.getSerialNumber().toByteArray());
    }
}
