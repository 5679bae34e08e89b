package io.casemate.engine.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.KeyKind;
import io.casemate.hsm.SoftHsmFixture;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.mount.ManagedKeyRecord;
import io.casemate.mount.ManagedKeyRecord.Permissions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CA keys on a real token, registered and allowed; what they sign is verified by OpenSSL and GnuTLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HsmIssuerTest {
    @TempDir
    Path folder;

    private SoftHsmFixture token;
    private PkiFixture pki;

    @BeforeAll
    void open() {
        token = SoftHsmFixture.create();
        pki = new PkiFixture(token.hsm().signers());
    }

    @AfterAll
    void close() {
        token.close();
    }

    private void register(String name, Optional<KeyKind> kind, boolean generate, boolean any, List<String> usages) {
        pki.managed.put(new ManagedKeyRecord(
                "id-" + name, name, "", name, "", 1, kind, new Permissions(generate, false, false, any, usages)));
    }

    @ParameterizedTest
    @CsvSource({
        "EC_P256, false",
        "EC_P384, false",
        "EC_P521, false",
        "ED25519, false",
        "RSA_2048, false",
        "RSA_2048, true"
    })
    void a_chain_of_the_hsm_verifies(KeyKind kind, boolean pss) throws Exception {
        String name = (kind + (pss ? "-pss" : "")).toLowerCase(java.util.Locale.ROOT);
        register(name, Optional.of(kind), true, true, ManagedKeyRecord.USAGES);
        Map<String, Object> root = pki.write(
                "root/generate/kms", "common_name", "R", "managed_key_name", name, "use_pss", pss, "issuer_name", name);
        pki.write("roles/" + name, "allow_any_name", true, "key_type", "ec", "issuer_ref", name, "use_pss", pss);
        Map<String, Object> leaf = pki.write("issue/" + name, "common_name", "a.example.com");
        Files.writeString(folder.resolve("ca.pem"), root.get("certificate") + "\n");
        Files.writeString(folder.resolve("leaf.pem"), leaf.get("certificate") + "\n");
        assertTrue(run("openssl verify -x509_strict -CAfile ca.pem leaf.pem").contains("leaf.pem: OK"));
        run("certtool --verify --load-ca-certificate ca.pem --infile leaf.pem");
        String text = run("openssl x509 -in leaf.pem -noout -text");
        assertEquals(pss, text.contains("rsassaPss"), text);
        Map<String, Object> key = pki.read("key/" + root.get("key_id"));
        assertEquals("id-" + name, key.get("managed_key_id"));
        assertEquals(name, key.get("managed_key_name"));
    }

    @Test
    void a_key_is_a_mount_s_only_when_an_operator_of_the_server_says_so() {
        token.hsm().signers().generate("other-mounts", KeyKind.EC_P256);
        assertTrue(kms("other-mounts").contains("allowed_managed_keys"));
        register("other-mounts", Optional.empty(), false, false, ManagedKeyRecord.USAGES);
        assertTrue(kms("other-mounts").contains("allowed_managed_keys"));
        assertTrue(kms("id-other-mounts").contains("allowed_managed_keys"));
        pki.allow("other-mounts");
        pki.write("root/generate/kms", "common_name", "R", "managed_key_id", "id-other-mounts", "issuer_name", "o");
        pki.write("roles/o", "allow_any_name", true, "key_type", "ec", "issuer_ref", "o", "no_store", true);
        pki.write("issue/o", "common_name", "a.b");
        pki.allow();
        assertTrue(unsigned().contains("allowed_managed_keys"));
        pki.allow("other-mounts");
        register("other-mounts", Optional.empty(), false, false, List.of("verify"));
        assertTrue(unsigned().contains("usage sign"));
        pki.managed.delete("other-mounts");
        assertTrue(unsigned().contains("no managed key"));
    }

    private String unsigned() {
        FaultException e = assertThrows(FaultException.class, () -> pki.write("issue/o", "common_name", "a.b"));
        return assertInstanceOf(Fault.HsmFailed.class, e.fault()).advice();
    }

    private String kms(String ref) {
        return pki.refusal("root/generate/kms", "common_name", "R", "managed_key_name", ref);
    }

    @Test
    void a_missing_key_is_made_only_where_that_is_allowed() {
        register("missing", Optional.of(KeyKind.EC_P256), false, true, ManagedKeyRecord.USAGES);
        FaultException e = assertThrows(
                FaultException.class,
                () -> pki.write("root/generate/kms", "common_name", "R", "managed_key_name", "missing"));
        assertInstanceOf(Fault.HsmFailed.class, e.fault());
        assertThrows(FaultException.class, () -> token.hsm().signers().named("missing"));
    }

    @Test
    void several_certificates_are_signed_at_once() throws Exception {
        register("busy", Optional.of(KeyKind.RSA_2048), true, true, ManagedKeyRecord.USAGES);
        pki.write("root/generate/kms", "common_name", "Busy", "managed_key_name", "busy", "issuer_name", "busy");
        pki.write("roles/busy", "allow_any_name", true, "key_type", "ec", "issuer_ref", "busy");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Object>> work = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                String name = "h" + i + ".example.com";
                work.add(() -> pki.write("issue/busy", "common_name", name).get("serial_number"));
            }
            List<Object> serials = new ArrayList<>();
            for (Future<Object> each : threads.invokeAll(work)) {
                serials.add(each.get());
            }
            assertEquals(24, serials.stream().distinct().count());
        }
    }

    private String run(String commandLine) throws Exception {
        Process process = new ProcessBuilder(commandLine.split(" "))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> commandLine + "\n" + out);
        return out;
    }
}
