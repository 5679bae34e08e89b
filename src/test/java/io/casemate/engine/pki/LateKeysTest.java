package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.kernel.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A CA's certificate and its key find each other, whichever came first, and when both come at once. */
class LateKeysTest {
    private final PkiFixture elsewhere = new PkiFixture();
    private final PkiFixture pki = new PkiFixture();

    private Map<String, Object> root(String name) {
        return elsewhere.write("root/generate/exported", "common_name", name, "key_type", "ec", "ttl", "87600h");
    }

    private String imported(Object certificate) {
        return PkiFixture.strings(pki.write("issuers/import/cert", "pem_bundle", certificate)
                        .get("imported_issuers"))
                .getFirst();
    }

    @Test
    void a_registered_key_is_given_to_the_issuer_that_was_waiting_for_it() {
        pki.register("ca", KeyKind.EC_P256);
        Map<String, Object> made =
                pki.write("root/generate/kms", "common_name", "R", "managed_key_name", "ca", "key_type", "ec");
        pki.call(Operation.DELETE, "issuer/" + made.get("issuer_id"), Map.of());
        pki.call(Operation.DELETE, "key/" + made.get("key_id"), Map.of());
        String id = imported(made.get("certificate"));
        assertEquals("", pki.read("issuer/" + id).get("key_id"));
        Object key = pki.write("keys/generate/kms", "managed_key_name", "ca").get("key_id");
        assertEquals(key, pki.read("issuer/" + id).get("key_id"));
        assertEquals(id, pki.read("config/issuers").get("default"));
        pki.crl("crl");
    }

    @Test
    void a_certificate_imported_again_gets_the_key_that_is_on_record() {
        Map<String, Object> root = root("R");
        String id = imported(root.get("certificate"));
        Object key =
                pki.write("keys/import", "pem_bundle", root.get("private_key")).get("key_id");
        pki.storage.transact(editor -> {
            String path = "issuer/" + id;
            String record = new String(editor.get(path).orElseThrow(), StandardCharsets.UTF_8);
            editor.put(path, record.replace((String) key, "").getBytes(StandardCharsets.UTF_8));
            return null;
        });
        assertEquals("", pki.read("issuer/" + id).get("key_id"));
        Map<String, Object> again = pki.write("issuers/import/cert", "pem_bundle", root.get("certificate"));
        assertEquals(List.of(id), again.get("existing_issuers"));
        assertEquals(Map.of(id, key), again.get("mapping"));
        assertEquals(key, pki.read("issuer/" + id).get("key_id"));
    }

    @Test
    void a_certificate_and_its_key_that_come_at_once_are_linked() throws Exception {
        for (int round = 0; round < 20; round++) {
            Map<String, Object> root = root("Round " + round);
            Object certificate = root.get("certificate");
            Object key = root.get("private_key");
            atOnce(List.of(
                    () -> pki.write("issuers/import/cert", "pem_bundle", certificate),
                    () -> pki.write("keys/import", "pem_bundle", key)));
        }
        assertEquals(20, pki.list("issuers").size());
        for (String id : pki.list("issuers")) {
            assertTrue(!pki.read("issuer/" + id).get("key_id").equals(""), id);
        }
    }

    @Test
    void a_certificate_that_is_imported_twice_at_once_is_one_issuer() throws Exception {
        for (int round = 0; round < 20; round++) {
            Map<String, Object> root = root("Round " + round);
            String bundle = root.get("certificate") + "\n" + root.get("private_key");
            atOnce(List.of(
                    () -> pki.write("config/ca", "pem_bundle", bundle),
                    () -> pki.write("config/ca", "pem_bundle", bundle),
                    () -> pki.write("issuers/import/cert", "pem_bundle", root.get("certificate"))));
        }
        assertEquals(20, pki.list("issuers").size());
        assertEquals(20, pki.list("keys").size());
    }

    @Test
    void what_another_import_brings_meanwhile_is_known() {
        Map<String, Object> root = root("R");
        Object certificate = root.get("certificate");
        pki.storage.beforeTransact(() -> imported(certificate));
        Map<String, Object> told = pki.write("issuers/import/cert", "pem_bundle", certificate);
        assertEquals(List.of(), told.get("imported_issuers"));
        assertEquals(pki.list("issuers"), told.get("existing_issuers"));
        pki.storage.beforeTransact(() -> pki.write("keys/import", "pem_bundle", root.get("private_key")));
        told = pki.write("config/ca", "pem_bundle", root.get("private_key") + "\n" + certificate);
        assertEquals(pki.list("keys"), told.get("existing_keys"));
        assertEquals(1, pki.list("issuers").size());
    }

    private static void atOnce(List<Callable<Object>> work) throws Exception {
        CyclicBarrier start = new CyclicBarrier(work.size());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Object>> running = new ArrayList<>();
            for (Callable<Object> each : work) {
                running.add(threads.submit(() -> {
                    start.await();
                    return each.call();
                }));
            }
            for (Future<Object> each : running) {
                each.get();
            }
        }
    }
}
