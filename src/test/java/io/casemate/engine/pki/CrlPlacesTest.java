package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CRLs in shards, and where certificates and CRLs say that CRLs and deltas are; judged by OpenSSL, GnuTLS and the JDK. */
class CrlPlacesTest {
    private static final int SHARDS = 4;
    private static final String POINT = "2.5.29.28";
    private static final String FRESHEST = "2.5.29.46";

    @TempDir
    Path folder;

    private final PkiFixture pki = new PkiFixture();
    private Map<String, Object> root;

    private void sharded() throws IOException {
        root = pki.rootAndRole();
        pki.write("config/crl", "shards", SHARDS);
        pki.write("config/cluster", "path", "https://ca.example.com/v1/pki");
        at("{{cluster_path}}/issuer/{{issuer_id}}/crl/shard/{{crl_shard}}/der");
        Files.writeString(folder.resolve("ca.pem"), root.get("certificate") + "\n");
    }

    private void at(String address) {
        pki.write("config/urls", "enable_templating", true, "crl_distribution_points", address);
    }

    private Map<String, Object> leaf() {
        return pki.write("issue/web", "common_name", "a.example.com");
    }

    private static int shard(Map<String, Object> leaf) {
        return serial(leaf).mod(BigInteger.valueOf(SHARDS)).intValue();
    }

    private static BigInteger serial(Map<String, Object> leaf) {
        return new BigInteger(leaf.get("serial_number").toString().replace(":", ""), 16);
    }

    private static String path(int shard) {
        return "issuer/default/crl/shard/" + shard + "/der";
    }

    @Test
    void each_certificate_is_on_the_shard_that_it_names_and_on_the_whole_crl() throws Exception {
        sharded();
        List<Map<String, Object>> leaves =
                IntStream.range(0, 24).mapToObj(_ -> leaf()).toList();
        for (Map<String, Object> leaf : leaves) {
            Files.writeString(folder.resolve("leaf.pem"), leaf.get("certificate") + "\n");
            assertTrue(Tools.run(folder, 0, "openssl x509 -in leaf.pem -noout -ext crlDistributionPoints")
                    .contains("URI:https://ca.example.com/v1/pki/issuer/" + root.get("issuer_id") + "/crl/shard/"
                            + shard(leaf) + "/der"));
        }
        leaves.subList(0, 12).forEach(leaf -> pki.write("revoke", "serial_number", leaf.get("serial_number")));
        assertEquals(12, pki.crl("crl").getRevokedCertificates().size());
        assertNull(pki.crl("crl").getExtensionValue(POINT), "the complete CRL is for everybody");
        for (Map<String, Object> leaf : leaves) {
            boolean revoked = leaves.indexOf(leaf) < 12;
            for (int shard = 0; shard < SHARDS; shard++) {
                X509CRL crl = pki.crl(path(shard));
                assertTrue(crl.getCriticalExtensionOIDs().contains(POINT));
                assertEquals(
                        revoked && shard == shard(leaf), crl.getRevokedCertificate(serial(leaf)) != null, "" + shard);
            }
        }
        judge(leaves.getFirst(), true);
        judge(leaves.getLast(), false);
    }

    private void judge(Map<String, Object> leaf, boolean revoked) throws Exception {
        Files.writeString(folder.resolve("leaf.pem"), leaf.get("certificate") + "\n");
        int own = shard(leaf);
        for (int shard = 0; shard < SHARDS; shard++) {
            Files.write(folder.resolve("shard.der"), pki.raw(path(shard)));
            Files.writeString(
                    folder.resolve("shard.pem"),
                    new String(pki.raw("issuer/default/crl/shard/" + shard + "/pem"), StandardCharsets.US_ASCII));
            Tools.run(folder, 0, "openssl crl -in shard.der -inform DER -CAfile ca.pem -noout -verify");
            Tools.run(folder, 0, "certtool --verify-crl --load-ca-certificate ca.pem --infile shard.pem");
            boolean good = shard == own && !revoked;
            String said = Tools.run(
                    folder, good ? 0 : 2, "openssl verify -crl_check -CRLfile shard.pem -CAfile ca.pem leaf.pem");
            if (shard == own) {
                assertTrue(said.contains(revoked ? "certificate revoked" : "OK"), said);
            } else {
                assertTrue(said.contains("scope") || said.contains("unable to get certificate CRL"), said);
            }
            String jdk = jdk(leaf, pki.crl(path(shard)));
            assertEquals(good, jdk.equals("OK"), jdk);
            assertEquals(revoked && shard == own, jdk.contains("revoked"), jdk);
        }
    }

    private String jdk(Map<String, Object> leaf, X509CRL crl) throws Exception {
        X509Certificate anchor = PkiFixture.certificate(root.get("certificate"));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
        parameters.setDate(Date.from(pki.now().plusSeconds(1)));
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(crl))));
        var path = CertificateFactory.getInstance("X.509")
                .generateCertPath(List.of(PkiFixture.certificate(leaf.get("certificate"))));
        try {
            CertPathValidator.getInstance("PKIX").validate(path, parameters);
            return "OK";
        } catch (CertPathValidatorException e) {
            return e.getMessage();
        }
    }

    @Test
    void a_revocation_makes_one_shard_anew_and_leaves_the_others() throws IOException {
        sharded();
        Map<String, Object> leaf = leaf();
        List<byte[]> before = shards();
        pki.write("revoke", "serial_number", leaf.get("serial_number"));
        List<byte[]> after = shards();
        for (int shard = 0; shard < SHARDS; shard++) {
            assertEquals(shard != shard(leaf), java.util.Arrays.equals(before.get(shard), after.get(shard)));
        }
        pki.reopen();
        assertNotNull(pki.crl(path(shard(leaf))).getRevokedCertificate(serial(leaf)));
    }

    @Test
    void with_auto_rebuild_a_rotation_tells_the_shards_too() throws IOException {
        sharded();
        pki.write("config/crl", "auto_rebuild", true);
        Map<String, Object> leaf = leaf();
        shards();
        pki.write("revoke", "serial_number", leaf.get("serial_number"));
        assertNull(pki.crl(path(shard(leaf))).getRevokedCertificate(serial(leaf)), "not before its time");
        pki.call(Operation.READ, "crl/rotate", Map.of());
        assertNotNull(pki.crl(path(shard(leaf))).getRevokedCertificate(serial(leaf)));
    }

    private List<byte[]> shards() {
        List<byte[]> all = new ArrayList<>();
        for (int shard = 0; shard < SHARDS; shard++) {
            all.add(pki.raw(path(shard)));
        }
        return all;
    }

    @Test
    void an_address_that_a_certificate_names_is_never_forgotten() throws Exception {
        sharded();
        Map<String, Object> old = leaf();
        shards();
        at("http://new.example.com/{{crl_shard}}.crl");
        Map<String, Object> young = leaf();
        for (Map<String, Object> leaf : List.of(old, young)) {
            assertEquals("OK", jdk(leaf, pki.crl(path(shard(leaf)))));
        }
        Files.write(folder.resolve("0.crl"), pki.raw(path(0)));
        String text = Tools.run(folder, 0, "openssl crl -in 0.crl -inform DER -noout -text");
        assertTrue(text.contains("URI:http://new.example.com/0.crl"), text);
        assertTrue(text.contains("/crl/shard/0/der"), text);
        pki.write("config/crl", "shards", 16);
        leaf();
        assertThrows(FaultException.class, () -> pki.raw(path(SHARDS)), "certificates name four");
    }

    @Test
    void what_cannot_be_told_is_refused() {
        pki.rootAndRole();
        at("http://pki.example.com/{{crl_shard}}.crl");
        assertTrue(pki.refusal("issue/web", "common_name", "a.example.com").contains("shards"));
        pki.refusal("config/crl", "shards", 1);
        pki.refusal("config/crl", "shards", 1025);
        pki.refusal("config/urls", "ocsp_servers", "http://pki.example.com/{{crl_shard}}");
        assertThrows(FaultException.class, () -> pki.raw(path(0)));
        assertThrows(FaultException.class, () -> pki.raw("issuer/default/crl/shard/x/der"));
    }

    @Test
    void the_complete_crl_tells_where_its_delta_is() throws Exception {
        root = pki.rootAndRole();
        Files.writeString(folder.resolve("ca.pem"), root.get("certificate") + "\n");
        pki.write("config/urls", "delta_crl_distribution_points", "http://pki.example.com/delta.crl");
        assertNull(pki.crl("crl").getExtensionValue(FRESHEST), "there are no deltas");
        pki.write("config/crl", "auto_rebuild", true, "enable_delta", true);
        pki.call(Operation.READ, "crl/rotate", Map.of());
        Map<String, Object> leaf = leaf();
        pki.write("revoke", "serial_number", leaf.get("serial_number"));
        pki.call(Operation.READ, "crl/rotate-delta", Map.of());
        X509CRL base = pki.crl("crl");
        assertNotNull(base.getExtensionValue(FRESHEST));
        assertFalse(base.getCriticalExtensionOIDs().contains(FRESHEST));
        assertNull(pki.crl("crl/delta").getExtensionValue(FRESHEST), "RFC 5280 5.2.6");
        Files.writeString(folder.resolve("leaf.pem"), leaf.get("certificate") + "\n");
        Files.write(folder.resolve("base.pem"), pki.raw("crl/pem"));
        Files.write(folder.resolve("delta.pem"), pki.raw("crl/delta/pem"));
        String verify = "openssl verify -crl_check -CAfile ca.pem -CRLfile base.pem ";
        assertTrue(Tools.run(folder, 0, verify + "leaf.pem").contains("OK"));
        String said = Tools.run(folder, 2, verify + "-use_deltas -CRLfile delta.pem leaf.pem");
        assertTrue(said.contains("certificate revoked"), said);
        Tools.run(folder, 0, "certtool --verify-crl --load-ca-certificate ca.pem --infile base.pem");
    }
}
