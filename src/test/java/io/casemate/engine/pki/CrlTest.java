package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.Pem;
import io.casemate.engine.pki.crl.Crl;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What CRLs are served, when and in which form; and that others read them. */
class CrlTest {
    @TempDir
    Path folder;

    private final PkiFixture pki = new PkiFixture();

    private void revoke(Object issuer, int from, int count) {
        UUID id = UUID.fromString((String) issuer);
        pki.storage.transact(editor -> {
            for (int i = from; i < from + count; i++) {
                String serial = Ids.hex(BigInteger.ONE.shiftLeft(152).add(BigInteger.valueOf(i)));
                Instant end = pki.now().plus(Duration.ofDays(30 + i % 3));
                Revocations.add(editor, id, serial, new Revocation(pki.now(), end, (byte) 1));
            }
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "rsa", "ed25519"})
    void a_long_crl_is_streamed_and_read_by_others(String type) throws Exception {
        Map<String, Object> root =
                pki.write("root/generate/internal", "common_name", "Long", "key_type", type, "ttl", "87600h");
        revoke(root.get("issuer_id"), 0, 12_000);
        Response response = pki.call(Operation.READ, "crl", Map.of());
        assertInstanceOf(Response.Content.Stream.class, response.content());
        byte[] der = PkiFixture.bytes(response);
        assertTrue(der.length > Crl.SHORT);
        assertEquals(Pem.encode("X509 CRL", der), new String(pki.raw("crl/pem"), StandardCharsets.US_ASCII));
        FaultException e = assertThrows(FaultException.class, () -> pki.read("cert/crl"));
        assertInstanceOf(Fault.BadRequest.class, e.fault());
        Files.write(folder.resolve("long.crl"), der);
        Files.writeString(folder.resolve("ca.pem"), (String) root.get("certificate"));
        String text =
                Tools.run(folder, 0, "openssl crl -in long.crl -inform DER -CAfile ca.pem -noout -verify -crlnumber");
        assertTrue(text.contains("verify OK"), text);
        Tools.run(folder, 0, "certtool --crl-info --inder --infile long.crl --outfile info.txt");
        assertTrue(Files.readString(folder.resolve("info.txt")).contains("Revoked certificates (12000)"));
        assertTrue(pki.storage.keys().stream()
                .noneMatch(key -> pki.storage.get(key).orElseThrow().length > 17_000));
    }

    @Test
    void a_crl_costs_what_is_new_and_one_write() {
        Object issuer = pki.rootAndRole().get("issuer_id");
        revoke(issuer, 0, 3000);
        pki.raw("crl");
        revoke(issuer, 3000, 1);
        int before = pki.storage.commits();
        assertEquals(3001, pki.crl("crl").getRevokedCertificates().size());
        assertEquals(before + 2, pki.storage.commits(), "one that folds, one that publishes");
    }

    @Test
    void a_twin_signs_the_crl_of_an_issuer_that_may_not() throws Exception {
        Map<String, Object> first = pki.rootAndRole();
        Object id = first.get("issuer_id");
        Object key = first.get("key_id");
        Map<String, Object> twin =
                pki.write("root/generate/existing", "common_name", "Test Root", "key_ref", key, "ttl", "87600h");
        Object serial = pki.write("issue/web", "common_name", "a.example.com").get("serial_number");
        pki.write("issuer/" + id, "usage", "issuing-certificates");
        pki.write("revoke", "serial_number", serial);
        X509CRL crl = pki.crl("issuer/" + id + "/crl/der");
        crl.verify(PkiFixture.certificate(first.get("certificate")).getPublicKey());
        assertEquals(1, crl.getRevokedCertificates().size());
        pki.write("issuer/" + twin.get("issuer_id"), "usage", "issuing-certificates");
        pki.write("config/crl", "expiry", "24h");
        pki.pass(Duration.ofHours(70));
        FaultException none = assertThrows(FaultException.class, () -> pki.raw("issuer/" + id + "/crl/der"));
        assertInstanceOf(Fault.BadRequest.class, none.fault());
    }

    @Test
    void with_auto_rebuild_time_alone_makes_crls_and_deltas_tell_the_rest() throws Exception {
        Object issuer = pki.rootAndRole().get("issuer_id");
        assertNull(pki.crl("crl").getRevokedCertificates());
        assertEquals(0, silent("crl/delta"));
        FaultException none = assertThrows(FaultException.class, () -> pki.read("issuer/default/crl/delta"));
        assertTrue(
                assertInstanceOf(Fault.NotFound.class, none.fault())
                        .details()
                        .getFirst()
                        .startsWith("unable to find such a CRL"),
                none::getMessage);
        pki.write("config/crl", "auto_rebuild", true, "enable_delta", true, "delta_rebuild_interval", "10m");
        revoke(issuer, 0, 2);
        assertNull(pki.crl("crl").getRevokedCertificates(), "not before its time");
        X509CRL delta = pki.crl("crl/delta");
        assertEquals(2, delta.getRevokedCertificates().size());
        assertTrue(delta.getCriticalExtensionOIDs().contains("2.5.29.27"));
        assertEquals(
                pki.now().plus(Duration.ofMinutes(20)), delta.getNextUpdate().toInstant());
        revoke(issuer, 2, 1);
        assertEquals(
                2,
                pki.crl("issuer/default/crl/delta/der").getRevokedCertificates().size());
        pki.call(Operation.READ, "crl/rotate-delta", Map.of());
        assertEquals(3, pki.crl("crl/delta").getRevokedCertificates().size());
        pki.pass(Duration.ofHours(61));
        assertEquals(3, pki.crl("crl").getRevokedCertificates().size());
        assertNull(pki.crl("crl/delta").getRevokedCertificates());
        String pem = new String(pki.raw("crl/delta/pem"), StandardCharsets.US_ASCII);
        assertEquals(pem, pki.read("issuer/default/crl/delta").get("crl"));
        assertEquals(pem, pki.read("cert/delta-crl").get("certificate"));
        pki.write("config/crl", "enable_delta", false);
        assertThrows(FaultException.class, () -> pki.call(Operation.READ, "crl/rotate-delta", Map.of()));
    }

    private int silent(String path) {
        Response response = pki.call(Operation.READ, path, Map.of());
        assertTrue(response.silent(), path);
        return response.status();
    }

    @Test
    void disabled_crls_are_not_there_rather_than_empty() {
        pki.rootAndRole();
        pki.write("config/crl", "disable", true);
        assertEquals(0, silent("crl"));
        assertThrows(FaultException.class, () -> pki.read("issuer/default/crl"));
        assertThrows(FaultException.class, () -> pki.call(Operation.READ, "crl/rotate", Map.of()));
    }

    @Test
    void an_unchanged_crl_is_not_sent_again() {
        pki.rootAndRole();
        Response first = pki.get("crl", Map.of());
        String modified = first.headers().get("Last-Modified");
        Response again = pki.get("crl", Map.of("if-modified-since", modified));
        assertEquals(304, again.status());
        assertTrue(again.silent());
        assertEquals(0, pki.get("crl", Map.of("if-modified-since", "yesterday")).status());
        pki.pass(Duration.ofHours(70));
        assertEquals(0, pki.get("crl", Map.of("if-modified-since", modified)).status());
    }

    @Test
    void a_renewed_ca_speaks_for_what_it_issued_before() {
        Map<String, Object> root = pki.rootAndRole();
        String serial =
                (String) pki.write("issue/web", "common_name", "a.example.com").get("serial_number");
        pki.write("revoke", "serial_number", serial);
        Map<String, Object> renewed = pki.write(
                "root/generate/existing", "common_name", "Test Root", "key_ref", root.get("key_id"), "ttl", "87600h");
        String crl = "issuer/" + renewed.get("issuer_id") + "/crl/der";
        assertEquals(1, pki.crl(crl).getRevokedCertificates().size());
        String other =
                (String) pki.write("issue/web", "common_name", "b.example.com").get("serial_number");
        pki.write("revoke", "serial_number", other);
        pki.call(Operation.DELETE, "issuer/" + root.get("issuer_id"), Map.of());
        assertEquals(2, pki.crl(crl).getRevokedCertificates().size());
    }

    /** Two issuers of one name and key, and what the older of them has issued. */
    private record Twins(Object older, String crl, List<Object> serials) {}

    private Twins twins() {
        Map<String, Object> root = pki.rootAndRole();
        List<Object> serials = Stream.of("a", "b", "c")
                .map(name -> pki.write("issue/web", "common_name", name + ".example.com")
                        .get("serial_number"))
                .toList();
        Object twin = pki.write("root/generate/existing", "common_name", "Test Root", "key_ref", root.get("key_id"))
                .get("issuer_id");
        return new Twins(root.get("issuer_id"), "issuer/" + twin + "/crl/der", serials);
    }

    @Test
    void what_a_deleted_issuer_issued_is_revoked_on_its_twin_s_crl() {
        Twins twins = twins();
        assertNull(pki.crl(twins.crl()).getRevokedCertificates());
        pki.call(Operation.DELETE, "issuer/" + twins.older(), Map.of());
        pki.write("revoke", "serial_number", twins.serials().get(0));
        assertEquals(1, pki.crl(twins.crl()).getRevokedCertificates().size());
        pki.reopen();
        pki.write("revoke", "serial_number", twins.serials().get(1));
        assertEquals(2, pki.crl(twins.crl()).getRevokedCertificates().size());
    }

    @Test
    void a_revocation_while_its_issuer_is_deleted_reaches_the_twin_s_crl() {
        Twins twins = twins();
        Deque<Object> left = new ArrayDeque<>(twins.serials());
        revokeBeforeTransactions(left);
        pki.call(Operation.DELETE, "issuer/" + twins.older(), Map.of());
        left.clear();
        twins.serials().forEach(serial -> pki.write("revoke", "serial_number", serial));
        assertEquals(3, pki.crl(twins.crl()).getRevokedCertificates().size());
    }

    /** Whatever is done from now on, one of {@code serials} is revoked before each of its transactions. */
    private void revokeBeforeTransactions(Deque<Object> serials) {
        pki.storage.beforeTransact(() -> {
            if (!serials.isEmpty()) {
                pki.write("revoke", "serial_number", serials.pop());
                revokeBeforeTransactions(serials);
            }
        });
    }

    @Test
    void a_ca_that_comes_back_lists_what_was_revoked_while_it_was_away() {
        Map<String, Object> root = pki.rootAndRole();
        Object serial = pki.write("issue/web", "common_name", "a.example.com").get("serial_number");
        pki.call(Operation.DELETE, "issuer/" + root.get("issuer_id"), Map.of());
        pki.write("revoke", "serial_number", serial);
        pki.write("issuers/import/cert", "pem_bundle", root.get("certificate"));
        pki.write("config/issuers", "default", pki.list("issuers").getFirst());
        assertEquals(1, pki.crl("crl").getRevokedCertificates().size());
    }

    @Test
    void the_limit_on_entries_is_kept_for_those_who_send_it_and_stops_no_crl() {
        pki.rootAndRole();
        assertEquals(100_000L, pki.read("config/crl").get("max_crl_entries"));
        pki.write("config/crl", "max_crl_entries", 1);
        assertEquals(1L, pki.read("config/crl").get("max_crl_entries"));
        for (int i = 0; i < 2; i++) {
            pki.write(
                    "revoke",
                    "serial_number",
                    pki.write("issue/web", "common_name", "a.example.com").get("serial_number"));
        }
        assertEquals(2, pki.crl("crl").getRevokedCertificates().size());
        assertEquals(-1L, pki.write("config/crl", "max_crl_entries", -1).get("max_crl_entries"));
        assertEquals(100_000L, pki.write("config/crl", "max_crl_entries", 0).get("max_crl_entries"));
        pki.refusal("config/crl", "max_crl_entries", -2);
    }

    @Test
    void lists_of_revoked_ones_come_in_pages() {
        Object issuer = pki.rootAndRole().get("issuer_id");
        revoke(issuer, 0, 10);
        List<String> all = pki.list("certs/revoked");
        assertEquals(10, all.size());
        Map<String, Object> page =
                PkiFixture.data(pki.call(Operation.LIST, "certs/revoked", Map.of("after", all.get(3), "limit", 4L)));
        assertEquals(all.subList(4, 8), page.get("keys"));
    }

    @Test
    void crls_of_given_content() throws Exception {
        Map<String, Object> root = pki.rootAndRole();
        String path = "issuer/default/sign-revocation-list";
        Map<String, Object> signed = pki.write(
                path,
                "crl_number",
                7,
                "delta_crl_base_number",
                5,
                "next_update",
                "24h",
                "revoked_certs",
                List.of(
                        Map.of("serial_number", "0a:0b", "revocation_time", "2026-01-31T12:00:00Z"),
                        Map.of(
                                "serial_number",
                                "0c",
                                "revocation_time",
                                "2026-01-31T12:00:00+01:00",
                                "extensions",
                                List.of(Map.of("id", "2.5.29.21", "critical", false, "value", "CgEB")))),
                "extensions",
                List.of(Map.of("id", "1.2.3.4", "value", "BQA=")));
        Files.writeString(folder.resolve("a.crl"), (String) signed.get("crl"));
        Files.writeString(folder.resolve("ca.pem"), (String) root.get("certificate"));
        String text = Tools.run(folder, 0, "openssl crl -in a.crl -CAfile ca.pem -noout -text");
        for (String part :
                List.of("Serial Number: 0A0B", "Key Compromise", "Delta CRL Indicator: critical", "1.2.3.4")) {
            assertTrue(text.contains(part), part + " in " + text);
        }
        Object second = pki.write(
                        path,
                        "crl_number",
                        8,
                        "revoked_certs",
                        List.of(Map.of("serial_number", "0c", "revocation_time", "2026-01-01T00:00:00Z")))
                .get("crl");
        Object both = pki.write(
                        "issuer/default/resign-crls", "crl_number", 9, "crls", List.of(signed.get("crl"), second))
                .get("crl");
        Files.writeString(folder.resolve("b.crl"), (String) both);
        String merged = Tools.run(folder, 0, "openssl crl -in b.crl -CAfile ca.pem -noout -text");
        assertTrue(merged.contains("Jan  1 00:00:00 2026") && merged.contains("0A0B"), merged);
        pki.refusal(path, "crl_number", 0);
        pki.refusal(path, "crl_number", 1, "revoked_certs", "x");
        pki.refusal(path, "crl_number", 1, "revoked_certs", List.of(Map.of("serial_number", "01")));
        pki.refusal(path, "crl_number", 1, "extensions", List.of(Map.of("id", "2.5.29.20", "value", "AgEB")));
        pki.refusal(path, "crl_number", 1, "extensions", List.of(Map.of("id", "x", "value", "AgEB")));
        PkiFixture other = new PkiFixture();
        other.rootAndRole();
        Object foreign = Pem.encode("X509 CRL", other.raw("crl"));
        pki.refusal("issuer/default/resign-crls", "crl_number", 9, "crls", List.of(foreign));
    }
}
