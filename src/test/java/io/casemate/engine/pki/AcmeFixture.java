package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.engine.pki.AcmeClient.Answer;
import io.casemate.kernel.Await;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** A mount with ACME turned on, whose clients prove names by DNS on loopback. */
final class AcmeFixture implements AutoCloseable {
    final PkiFixture mount;
    final DnsServer dns = new DnsServer();

    AcmeFixture(Object... more) {
        this(new PkiFixture(), more);
    }

    /** On a mount that is empty yet. */
    AcmeFixture(PkiFixture mount, Object... more) {
        this.mount = mount;
        mount.rootAndRole();
        mount.write("config/acme", "enabled", true, "dns_resolver", dns.address());
        if (more.length > 0) {
            mount.write("config/acme", more);
        }
    }

    /** A client with an account. */
    AcmeClient member(String directory) {
        AcmeClient client = new AcmeClient(mount, directory, "ES256");
        assertEquals(
                201,
                client.register("contact", List.of("mailto:ops@example.com")).status());
        return client;
    }

    /** Proves every name of an order by DNS. */
    void prove(AcmeClient client, Answer order) {
        for (String url : PkiFixture.strings(order.body().get("authorizations"))) {
            Map<String, Object> authorization = client.fetch(url).body();
            Map<?, ?> challenge = challenge(authorization, "dns-01");
            String name =
                    ((Map<?, ?>) authorization.get("identifier")).get("value").toString();
            dns.put("_acme-challenge." + name, "TXT", digest(client, challenge.get("token")));
            client.postTo(challenge.get("url").toString(), Map.of());
            Await.until(() -> !client.fetch(url).text("status").equals("pending"));
            assertEquals("valid", client.fetch(url).text("status"));
        }
    }

    static Map<?, ?> challenge(Map<String, Object> authorization, String type) {
        return ((List<?>) authorization.get("challenges"))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each -> each.get("type").equals(type))
                        .findFirst()
                        .orElseThrow();
    }

    static String digest(AcmeClient client, Object token) {
        try {
            return AcmeClient.b64(MessageDigest.getInstance("SHA-256")
                    .digest((token + "." + client.thumbprint()).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Orders, proves, sends a CSR for exactly these names, and fetches the chain. */
    List<X509Certificate> certificate(AcmeClient client, String... names) {
        Answer order = client.order(names);
        assertEquals(201, order.status());
        prove(client, order);
        Answer done = client.postTo(order.text("finalize"), Map.of("csr", csr("", names)));
        assertEquals(
                "valid", done.text("status"), () -> new String(done.bytes(), java.nio.charset.StandardCharsets.UTF_8));
        return chain(client.fetch(done.text("certificate")));
    }

    static List<X509Certificate> chain(Answer answer) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(answer.bytes()))
                    .stream()
                    .map(each -> (X509Certificate) each)
                    .toList();
        } catch (CertificateException e) {
            throw new AssertionError(e);
        }
    }

    /** A CSR in base64url. */
    static String csr(String commonName, String... names) {
        GeneralName[] sans = Arrays.stream(names).map(AcmeFixture::san).toArray(GeneralName[]::new);
        return AcmeClient.b64(Csrs.der(
                new X500Name(commonName.isEmpty() ? "" : "CN=" + commonName),
                Csrs.extension(Extension.subjectAlternativeName, new GeneralNames(sans))));
    }

    private static GeneralName san(String name) {
        return name.matches("[0-9.]+|.*:.*")
                ? new GeneralName(
                        GeneralName.iPAddress,
                        new DEROctetString(java.net.InetAddress.ofLiteral(name).getAddress()))
                : new GeneralName(GeneralName.dNSName, name);
    }

    @Override
    public void close() {
        dns.close();
        mount.engine().close();
    }
}
