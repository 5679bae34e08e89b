package io.casemate.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.TokenSelector;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerConfigTest {
    private static final String GOOD = """
            listener:
              address: 127.0.0.1
              port: 8300
              tls_certificate: /etc/casemate/server.pem
              tls_key: /etc/casemate/server.key
              limits: {body: 1MiB, connections: 99, idle_timeout: 30s}
            storage: {path: /var/lib/casemate}
            seal:
              type: pkcs11
              library: /usr/lib/softhsm/libsofthsm2.so
              token_label: casemate
              pin: credential://hsm-pin
              key_label: casemate-root
              generate_key: true
              call_timeout: 3s
            audit: {file: {path: /var/log/casemate/audit.log}}
            log: {format: text, level: debug}
            api_address: https://secrets.example.org:8200/
            cluster_name: prod
            doctor: enforce
            telemetry: {unauthenticated_metrics_access: true}
            disable_mlock: true
            """;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void credentials() throws IOException {
        environment.put("CREDENTIALS_DIRECTORY", folder.toString());
        secret("hsm-pin", "1234\n");
    }

    @Test
    void everyKeyIsRead() {
        ServerConfig config = load(GOOD);
        assertEquals(8300, config.listener().port());
        assertEquals(1 << 20, config.listener().limits().body());
        assertEquals(99, config.listener().limits().connections());
        assertEquals(Duration.ofSeconds(30), config.listener().timeouts().idle());
        assertEquals(Path.of("/var/lib/casemate"), config.storage());
        assertEquals(Optional.of(Path.of("/var/log/casemate/audit.log")), config.auditFile());
        assertEquals("https://secrets.example.org:8200", config.apiAddress());
        assertEquals("prod", config.clusterName());
        assertTrue(config.openMetrics());
        assertEquals(DoctorMode.ENFORCE, config.doctor());
        assertEquals(
                DoctorMode.WARN, load(GOOD.replace("doctor: enforce\n", "")).doctor());
        assertFalse(load(GOOD.replace("true}", "false}")).openMetrics());
        assertTrue(config.disableMlock());
        assertFalse(load(GOOD.replace("disable_mlock: true", "")).disableMlock(), "memory is locked by default");
        assertEquals(System.Logger.Level.DEBUG, config.log().level());
        SealConfig.Pkcs11 seal =
                assertInstanceOf(SealConfig.Pkcs11.class, config.seals().getFirst());
        assertEquals("primary", seal.name());
        assertEquals(TokenSelector.label("casemate"), seal.hsm().token());
        assertEquals(Duration.ofSeconds(3), seal.hsm().callTimeout());
        assertTrue(seal.key().generate());
        try (SecretBytes pin = seal.hsm().pin().get()) {
            assertTrue(pin.matches(SecretBytes.ofText("1234")), "without the line break");
        }
    }

    /** The {@code number}th YAML block of the page, from 0. */
    private static String documented(int number) throws IOException {
        return Files.readString(Path.of("docs/configuration.md"))
                .split("```yaml\n")[number + 1]
                .split("```")[0];
    }

    @Test
    void theDocumentationSaysEveryDefault() throws IOException {
        String least = """
                listener:
                  tls_certificate: /etc/casemate/tls/server.pem
                  tls_key: /etc/casemate/tls/server.key
                  limits: {body_memory: 64MiB}
                storage: {path: /var/lib/casemate}
                seal: {type: shamir}
                audit: {file: {path: /var/log/casemate/audit.log}}
                api_address: https://secrets.example.org:8200
                """;
        assertEquals(load(least), load(documented(0)));
        String token = """
                seal:
                  type: pkcs11
                  library: /usr/lib/softhsm/libsofthsm2.so
                  token_label: casemate
                  pin: credential://hsm-pin
                  key_label: casemate-root
                  hmac_key_label: casemate-root-hmac
                """;
        String listener = least.replace("seal: {type: shamir}\n", "");
        SealConfig.Pkcs11 plain =
                (SealConfig.Pkcs11) load(listener + token).seals().getFirst();
        SealConfig.Pkcs11 full =
                (SealConfig.Pkcs11) load(listener + documented(1)).seals().getFirst();
        assertEquals(withoutPin(plain), withoutPin(full));
        assertEquals(plain.key(), full.key());
        assertEquals(plain.isolation(), full.isolation());
        assertEquals(
                List.of(plain.name(), plain.priority(), plain.disabled()),
                List.of(full.name(), full.priority(), full.disabled()));
    }

    private static HsmSettings withoutPin(SealConfig.Pkcs11 seal) {
        HsmSettings hsm = seal.hsm();
        return new HsmSettings(
                hsm.library(),
                hsm.initArguments(),
                hsm.token(),
                () -> SecretBytes.ofText(""),
                hsm.maxSessions(),
                hsm.forceReadWrite(),
                hsm.callTimeout());
    }

    @Test
    void vaultsLanguageIsNamed() {
        assertEquals(
                List.of("server.yaml: must be YAML, a mapping of keys to values; HCL is not read"),
                problems("listener \"tcp\" { address = \"0.0.0.0\" }"));
    }

    @Test
    void theLeastIsEnough() {
        ServerConfig config = load("""
                listener: {tls_certificate: /c, tls_key: /k}
                storage: {path: /s}
                seal: {type: shamir}
                """);
        assertEquals("0.0.0.0", config.listener().address());
        assertEquals(List.of(new SealConfig.Shamir("primary", false)), config.seals());
        assertEquals(Optional.empty(), config.auditFile());
    }

    @Test
    void everyProblemIsToldAtOnceWithItsLine() {
        List<String> problems = problems("""
                listner: {}
                listener:
                  port: 80000
                  tls_certificat: /c
                  tls_key: relative/key
                  limits:
                    body: lots
                    idle_timeout: [1]
                storage:
                seal:
                  type: pkcs12
                log: {level: verbose}
                api_address: secrets.example.org
                """);
        assertEquals(
                List.of(
                        "server.yaml:3: listener.port: '80000' is not a whole number between 0 and 65535",
                        "server.yaml:3: listener.tls_certificate is missing: a PEM file, the server's certificate first",
                        "server.yaml:5: listener.tls_key: 'relative/key' is not an absolute path",
                        "server.yaml:7: listener.limits.body: 'lots' is not a size between 1024 and 1073741824 bytes, such as"
                                + " 32MiB or 16KiB",
                        "server.yaml:8: listener.limits.idle_timeout: expected one value, found a list or a mapping",
                        "server.yaml:4: listener.tls_certificat is not known. Did you mean 'tls_certificate'?",
                        "server.yaml: storage.path is missing: the directory that keeps everything",
                        "server.yaml:11: seal.type: 'pkcs12' is not one of pkcs11, shamir. Did you mean 'pkcs11'?",
                        "server.yaml:12: log.level: 'verbose' is not one of trace, debug, info, warning, error.",
                        "server.yaml:13: api_address: 'secrets.example.org' is not a URL such as"
                                + " https://secrets.example.org:8200",
                        "server.yaml:1: listner is not known. Did you mean 'listener'?"),
                problems);
    }

    @Test
    void theEnvironmentWinsAndIsNamedInErrors() {
        environment.put("CASEMATE_LISTENER_PORT", "0");
        environment.put("CASEMATE_LISTENER_LIMITS_BODY", "2MiB");
        environment.put("VAULT_HSM_KEY_LABEL", "from-vault");
        environment.put("BAO_HSM_KEY_LABEL", "from-bao");
        environment.put("VAULT_HSM_TOKEN_LABEL", "other");
        ServerConfig config = load(GOOD);
        assertEquals(0, config.listener().port());
        assertEquals(2 << 20, config.listener().limits().body());
        SealConfig.Pkcs11 seal = (SealConfig.Pkcs11) config.seals().getFirst();
        assertEquals("from-bao", seal.key().keyLabel());
        assertEquals(TokenSelector.label("other"), seal.hsm().token());
        environment.put("CASEMATE_LISTENER_PORT", "x");
        assertTrue(problems(GOOD)
                .getFirst()
                .startsWith("environment variable CASEMATE_LISTENER_PORT: listener.port: 'x'"));
    }

    @ParameterizedTest
    @CsvSource({
        "1234, the secret itself does not belong here",
        "credential://../etc/shadow, takes a plain name",
        "credential://absent, cannot be read",
        "credential://empty, is empty",
        "credential://everybody, may be read by everybody",
        "env://ABSENT, is not set",
        "file://relative, the secret itself does not belong here",
    })
    void aSecretThatCannotBeHadIsNamedAndNeverQuoted(String reference, String expected) throws IOException {
        secret("empty", "");
        Files.setPosixFilePermissions(secret("everybody", "x"), PosixFilePermissions.fromString("rw-r--r--"));
        List<String> problems = problems(GOOD.replace("credential://hsm-pin", reference));
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().startsWith("server.yaml:12: seal.pin: "), problems.getFirst());
        assertTrue(problems.getFirst().contains(expected), problems.getFirst());
        assertFalse(problems.getFirst().contains("'1234'"), problems.getFirst());
    }

    @Test
    void secretsComeFromTheEnvironmentOrAFileAsWell() throws IOException {
        environment.put("PIN", "from-env");
        Path file = secret("elsewhere", "from-file\r\n");
        assertPin("from-env", "env://PIN");
        assertPin("from-file", "file://" + file);
    }

    @Test
    void aTokenIsChosenByWhatItIsOrWhereItIs() {
        assertTrue(problems(GOOD.replace("  token_label: casemate\n", ""))
                .getFirst()
                .contains("give token_label, token_serial or slot"));
        ServerConfig config = load(GOOD.replace("token_label: casemate", "slot: 2305843009213693953"));
        assertEquals(
                TokenSelector.slot("2305843009213693953"),
                ((SealConfig.Pkcs11) config.seals().getFirst()).hsm().token());
    }

    @Test
    void sealsMayBeAListWithDifferentNames() {
        String two = """
                listener: {tls_certificate: /c, tls_key: /k}
                storage: {path: /s}
                seal:
                - {type: pkcs11, name: a, library: /l, token_label: t, pin: "credential://hsm-pin", key_label: k}
                - {type: shamir, name: b, disabled: true}
                """;
        List<SealConfig> seals = load(two).seals();
        assertEquals(2, seals.size());
        assertEquals(1, ((SealConfig.Pkcs11) seals.getFirst()).priority());
        assertTrue(seals.getLast().disabled());
        assertTrue(problems(two.replace("name: b", "name: a")).getFirst().contains("same name"));
        assertTrue(problems(two.replace(", disabled: true", "")).getFirst().contains("disabled: true"));
        assertTrue(problems(two.replace("name: a,", "name: a, priority: 0,"))
                .getFirst()
                .contains("seal.0.priority"));
        assertTrue(problems(two.replace("- {type: shamir, name: b, disabled: true}", "- shamir"))
                .getFirst()
                .startsWith("server.yaml:5: seal.1: expected a mapping"));
    }

    @Test
    void whatIsNoConfigurationIsSaidSo() throws IOException {
        assertTrue(
                problems("a: [").getFirst().matches("server.yaml:[12]: is not valid YAML: .*"),
                problems("a: [").toString());
        assertTrue(problems("").getFirst().endsWith("is empty"));
        assertTrue(problems("- a").getFirst().contains("must be YAML, a mapping"));
        assertTrue(
                problems("a: !!javax.script.ScriptEngineManager []").getFirst().contains("tag is not allowed"));
        assertTrue(problems(GOOD + "log: {}\n").getFirst().contains("twice"));
        Path absent = folder.resolve("absent.yaml");
        FaultException e = assertThrows(FaultException.class, () -> ServerConfig.load(absent, environment));
        assertTrue(e.getMessage().contains("does it exist"));
        FaultException directory =
                assertThrows(FaultException.class, () -> ServerConfig.load(Path.of("/"), environment));
        assertTrue(directory.getMessage().contains("/: cannot be read"), directory.getMessage());
        FaultException answers = assertThrows(FaultException.class, () -> InstallAnswers.load(Path.of("/"), _ -> true));
        assertTrue(answers.getMessage().contains("/: cannot be read"), answers.getMessage());
        Files.write(folder.resolve("server.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThrows(FaultException.class, () -> ServerConfig.load(folder.resolve("server.yaml"), environment));
    }

    @Test
    void damagedFilesAreRefusedOrReadNeverWorse() {
        SplittableRandom random = new SplittableRandom(4);
        byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
        for (int round = 0; round < 1000; round++) {
            byte[] damaged = good.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                damaged[random.nextInt(damaged.length)] =
                        (byte) " :{}[]-&*!|>'\"#\n\t0aZ\u0000".charAt(random.nextInt(21));
            }
            try {
                load(new String(damaged, StandardCharsets.UTF_8));
            } catch (FaultException e) {
                assertInstanceOf(Fault.Misconfigured.class, e.fault());
            }
        }
    }

    @Test
    void aSecretWrittenAnewShowsWithoutBeingRead() throws IOException {
        SecretReference pin = SecretReference.of("credential://hsm-pin", environment);
        String before = pin.version();
        assertEquals(before, pin.version());
        secret("hsm-pin", "12345\n");
        assertNotEquals(before, pin.version());
        Files.delete(folder.resolve("hsm-pin"));
        assertEquals("", pin.version());
    }

    @Test
    void withoutCredentialsOfItsOwnOnlyAnotherProcessMayHoldThePin() {
        environment.remove("CREDENTIALS_DIRECTORY");
        assertTrue(String.join("\n", problems(GOOD)).contains("CREDENTIALS_DIRECTORY is not set"));
        String elsewhere = GOOD.replace(
                "pin: credential://hsm-pin",
                "pin: credential://hsm-pin\n  isolation: /run/casemate-hsm/primary/socket");
        SealConfig.Pkcs11 seal = (SealConfig.Pkcs11) load(elsewhere).seals().getFirst();
        assertEquals("", seal.pin().version());
        assertThrows(FaultException.class, () -> seal.pin().get());
    }

    private void assertPin(String expected, String reference) {
        SealConfig.Pkcs11 seal = (SealConfig.Pkcs11)
                load(GOOD.replace("credential://hsm-pin", reference)).seals().getFirst();
        try (SecretBytes pin = seal.hsm().pin().get()) {
            assertArrayEquals(expected.getBytes(StandardCharsets.UTF_8), pin.expose());
        }
    }

    private List<String> problems(String yaml) {
        FaultException refused = assertThrows(FaultException.class, () -> load(yaml));
        return ((Fault.Misconfigured) refused.fault()).problems();
    }

    private ServerConfig load(String yaml) {
        try {
            Path file = folder.resolve("server.yaml");
            Files.writeString(file, yaml);
            return ServerConfig.load(file, environment);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Path secret(String name, String content) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
