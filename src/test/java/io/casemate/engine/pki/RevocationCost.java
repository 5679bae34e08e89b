package io.casemate.engine.pki;

import com.sun.management.OperatingSystemMXBean;
import io.casemate.barrier.DiskView;
import io.casemate.barrier.View;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.SecretsEngine.Context;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Download;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

/**
 * Prints what revocation costs with so many revoked certificates as the arguments say, ending on 400 days, P-256, on the files that
 * the server has: {@code tests/bench/pki}.
 */
final class RevocationCost {
    private static final OperatingSystemMXBean MACHINE =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final View view;
    private final EndpointTable table;
    private final UUID issuer;
    private int drawn;

    private RevocationCost(View view) {
        this.view = view;
        this.table = new EndpointTable(new PkiFactory()
                .open(new Context(
                        UUID.randomUUID().toString(),
                        Map.of(),
                        () -> new Ttls(Duration.ofDays(500), Duration.ofDays(5000)),
                        view,
                        new MemorySigners(),
                        null,
                        RANDOM,
                        InstantSource.system()))
                .endpoints());
        Response root = call(
                Operation.UPDATE,
                "root/generate/internal",
                Map.of("common_name", "Cost", "key_type", "ec", "ttl", "40000h"));
        issuer = UUID.fromString((String) PkiFixture.data(root).get("issuer_id"));
        call(Operation.UPDATE, "roles/web", Map.of("allow_any_name", true, "key_type", "ec"));
    }

    public static void main(String[] arguments) throws IOException {
        System.out.printf("%-34s %10s %12s %12s%n", "what", "revoked", "ms", "cpu ms");
        for (String argument : arguments) {
            Path directory = Files.createTempDirectory("casemate-revocation");
            try (DiskView disk = new DiskView(directory)) {
                new RevocationCost(disk.view()).measure(Integer.parseInt(argument));
            } finally {
                try (var files = Files.walk(directory)) {
                    files.sorted(java.util.Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            }
        }
    }

    private void measure(int revoked) {
        int before = Math.min(revoked, 10);
        revoke(before);
        crl();
        row("revoke these, 1000 a transaction", revoked, 1, () -> revoke(revoked - before));
        row("first CRL: all are new", revoked, 1, () -> rotate());
        row("CRL again: nothing is new", revoked, 5, () -> rotate());
        row("revoke one (issue, then revoke)", revoked, 100, this::issueAndRevoke);
        row("  of which issue", revoked, 100, this::issue);
        row("CRL again: 100 are new", revoked, 1, () -> rotate());
        row("download", revoked, 5, this::crl);
        byte[] kept = question(false);
        row("OCSP, signed before", revoked, 20_000, () -> ask(kept));
        row("OCSP, signed now", revoked, 2_000, () -> ask(question(true)));
        System.gc();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        System.out.printf("%-34s %10d %12d%n", "heap in use, MiB", revoked, used >> 20);
    }

    private static void row(String what, int revoked, int times, Runnable work) {
        long cpu = MACHINE.getProcessCpuTime();
        long start = System.nanoTime();
        for (int i = 0; i < times; i++) {
            work.run();
        }
        double all = (System.nanoTime() - start) / 1e6;
        double used = (MACHINE.getProcessCpuTime() - cpu) / 1e6;
        System.out.printf("%-34s %10d %12.3f %12.3f%n", what, revoked, all / times, used / times);
    }

    private void revoke(int count) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        for (int done = 0; done < count; done += 1000) {
            int part = Math.min(1000, count - done);
            view.transact(editor -> {
                for (int i = 0; i < part; i++) {
                    drawn++;
                    String serial = Ids.hex(new BigInteger(152, RANDOM).setBit(152));
                    Instant end = now.plus(Duration.ofDays(1 + drawn % 400));
                    Revocations.add(editor, issuer, serial, new Revocation(now, end, (byte) 0));
                }
                return null;
            });
        }
    }

    private Object issue() {
        return PkiFixture.data(
                        call(Operation.UPDATE, "issue/web", Map.of("common_name", "a.example.com", "ttl", "24h")))
                .get("serial_number");
    }

    private void issueAndRevoke() {
        call(Operation.UPDATE, "revoke", Map.of("serial_number", issue()));
    }

    private void rotate() {
        call(Operation.UPDATE, "crl/rotate", Map.of());
    }

    private void crl() {
        Response response = call(Operation.READ, "crl", Map.of());
        if (response.content() instanceof Response.Content.Stream(var _, Download download)) {
            try {
                download.writeTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private void ask(byte[] request) {
        call(Operation.UPDATE, "ocsp", Map.of("body", Base64.getEncoder().encodeToString(request)));
    }

    private byte[] question(boolean nonce) {
        Issuer asked = new Issuers(view, InstantSource.system())
                .byId(issuer.toString())
                .orElseThrow();
        try {
            byte[] name = asked.certificate().getSubject().getEncoded("DER");
            byte[] key = asked.certificate()
                    .getSubjectPublicKeyInfo()
                    .getPublicKeyData()
                    .getOctets();
            CertID id = new CertID(
                    new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1),
                    new DEROctetString(sha1(name)),
                    new DEROctetString(sha1(key)),
                    new ASN1Integer(1234));
            Extensions extensions = nonce
                    ? new Extensions(new Extension(
                            OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                            false,
                            new DEROctetString(RANDOM.generateSeed(16)).getEncoded()))
                    : null;
            return new OCSPRequest(new TBSRequest(null, new DERSequence(new Request(id, null)), extensions), null)
                    .getEncoded();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] sha1(byte[] bytes) {
        return io.casemate.engine.pki.store.Fingerprints.hash("SHA-1", bytes);
    }

    private Response call(Operation operation, String path, Map<String, Object> data) {
        var request = Requests.of(operation, path, data);
        return table.find(request.path(), request.operation()).orElseThrow().dispatch(request, Caller.anonymous());
    }
}
