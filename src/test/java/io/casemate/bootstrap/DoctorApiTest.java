package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.config.DoctorMode;
import io.casemate.config.ServerConfig;
import io.casemate.crypto.X509;
import io.casemate.doctor.Examination;
import io.casemate.doctor.Facts;
import io.casemate.doctor.Report;
import io.casemate.doctor.Verdict;
import io.casemate.doctor.Wire;
import io.casemate.http.TlsFixture;
import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server on a socket, examined by itself and from outside. */
class DoctorApiTest {
    private TlsFixture tls;
    private Server server;
    private String token = "";

    @Test
    void aServerIsExamined(@TempDir Path home) throws Exception {
        tls = TlsFixture.in(home);
        server = Server.start(ServerConfig.load(configuration(home), Map.of()));
        try {
            Map<?, ?> made = ask("POST", "sys/init", Map.of("secret_shares", 1L, "secret_threshold", 1L));
            ask("POST", "sys/unseal", Map.of("key", ((List<?>) made.get("keys_base64")).getFirst()));
            token = (String) made.get("root_token");
            tellsWhatItIs(home);
            seesItselfAsAStrangerDoes();
            countsRootTokens();
        } finally {
            server.close();
        }
    }

    private void tellsWhatItIs(Path home) throws Exception {
        Map<String, Object> facts = facts();
        var certificate = X509.certificates(Files.readString(tls.certificate())).getFirst();
        assertEquals(Wire.fingerprint(certificate), facts.get("certificate_sha256"));
        assertEquals(List.of(home.resolve("audit.log").toString()), facts.get("audit_files"));
        assertEquals(
                Map.of("path", "file/", "type", "file", "log_raw", false, "failing", false),
                ((List<?>) facts.get("audit_devices")).getFirst());
        Map<?, ?> seal = (Map<?, ?>) ((List<?>) facts.get("seals")).getFirst();
        assertEquals("shamir", seal.get("type"));
        assertEquals(true, seal.get("healthy"));
        assertEquals(1L, facts.get("share_threshold"));
        assertEquals(tls.key().toString(), facts.get("tls_key"));
    }

    private void seesItselfAsAStrangerDoes() throws Exception {
        Map<?, ?> told = (Map<?, ?>) ask("GET", "sys/doctor", Map.of()).get("data");
        Report outside = Examination.ofMyself()
                .with(new Facts(facts()))
                .listener("127.0.0.1", server.port())
                .look(_ -> true, InstantSource.system().instant());
        for (String id : List.of("tls.plaintext", "tls.versions", "tls.direct", "audit.devices", "files.store")) {
            assertEquals(Verdict.OK, outside.finding(id).orElseThrow().verdict(), () -> id + outside.finding(id));
            assertEquals("ok", verdict((Map<?, ?>) told.get("report"), id));
        }
        for (String id : List.of("seal.device", "seal.shares", "token.root")) {
            assertEquals("failed", verdict((Map<?, ?>) told.get("report"), id));
        }
        assertEquals(
                "[TLSv1.2, TLSv1.3]",
                evidence((Map<?, ?>) told.get("report"), "tls.versions").split("offers ")[1]);
    }

    private void countsRootTokens() throws Exception {
        assertEquals(1L, facts().get("root_tokens"));
        ask("POST", "auth/token/create", Map.of("policies", "default"));
        Map<?, ?> second =
                (Map<?, ?>) ask("POST", "auth/token/create", Map.of()).get("auth");
        assertEquals(2L, facts().get("root_tokens"));
        ask("POST", "auth/token/revoke", Map.of("token", second.get("client_token")));
        assertEquals(1L, facts().get("root_tokens"));
        assertEquals(true, facts().get("root_tokens_complete"));
    }

    /** This test's own process locks no memory, is attachable, and perhaps runs as root: something is fatal or nothing is. */
    @Test
    void aStartThatEnforcesRefusesWhatIsFatal() {
        Report report = Examination.ofMyself()
                .look(
                        check -> List.of("memory", "core", "process")
                                .contains(check.id().split("\\.")[0]),
                        InstantSource.system().instant());
        BootExamination.run(DoctorMode.OFF, InstantSource.system());
        BootExamination.run(DoctorMode.WARN, InstantSource.system());
        if (report.fatal().isEmpty()) {
            BootExamination.run(DoctorMode.ENFORCE, InstantSource.system());
        } else {
            FaultException refused = assertThrows(
                    FaultException.class, () -> BootExamination.run(DoctorMode.ENFORCE, InstantSource.system()));
            assertTrue(refused.fault() instanceof Fault.Misconfigured(List<String> problems)
                    && problems.getFirst()
                            .startsWith("doctor: "
                                    + report.fatal().getFirst().check().id() + ": "));
        }
        assertFalse(report.entries().isEmpty());
    }

    private static String verdict(Map<?, ?> report, String id) {
        return member(report, id, "verdict");
    }

    private static String evidence(Map<?, ?> report, String id) {
        return member(report, id, "evidence");
    }

    private static String member(Map<?, ?> report, String id, String name) {
        return ((List<?>) report.get("checks"))
                .stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each -> id.equals(each.get("id")))
                        .map(each -> (String) each.get(name))
                        .findFirst()
                        .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> facts() throws Exception {
        return (Map<String, Object>)
                ((Map<?, ?>) ask("GET", "sys/doctor", Map.of()).get("data")).get("facts");
    }

    private Map<String, Object> ask(String method, String path, Map<String, Object> data) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("https://127.0.0.1:" + server.port() + "/v1/" + path))
                .method(
                        method,
                        method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(Json.bytes(data)));
        if (!token.isEmpty()) {
            request.header("X-Vault-Token", token);
        }
        try (HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build()) {
            byte[] body =
                    client.send(request.build(), BodyHandlers.ofByteArray()).body();
            return body.length == 0 ? Map.of() : Json.object(body);
        }
    }

    private SSLContext trusting() throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "ca", X509.certificates(Files.readString(tls.ca())).getFirst());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private Path configuration(Path home) throws Exception {
        Path config = WiredServer.configuration(home, 0, tls.certificate(), tls.key());
        Files.setPosixFilePermissions(home.resolve("data"), PosixFilePermissions.fromString("rwx------"));
        return config;
    }
}
