package io.casemate.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.HsmSettings;
import io.casemate.hsm.TokenSelector;
import io.casemate.hsm.WrappingKeySettings;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealReaderTest {
    private static final String REST = """
            listener: {tls_certificate: /c, tls_key: /k}
            storage: {path: /s}
            """;
    private static final String SEAL = """
            seal:
              type: pkcs11
              library: /hsm.so
              token_label: casemate
              pin: env://PIN
              key_label: root
            """;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>(Map.of("PIN", "1234", "PIN2", "5678"));

    @Test
    void everyParameterIsRead() {
        SealConfig.Pkcs11 seal = only(SEAL + """
                  name: left
                  priority: 7
                  init_args: "configdir='sql:/n' flags=readOnly"
                  token_serial: ab12
                  slot: 0xFFFFFFFFFFFFFFFE
                  key_id: 0xA0
                  hmac_key_label: mac
                  hmac_key_id: b1
                  default_key_label: old
                  default_hmac_key_label: old-mac
                  mechanism: CKM_AES_CBC
                  hmac_mechanism: 0x0251
                  rsa_oaep_hash: sha384
                  rsa_encrypt_local: true
                  generate_key: true
                  force_rw_session: true
                  max_sessions: 3
                  call_timeout: 4s
                """);
        assertEquals("left", seal.name());
        assertEquals(7, seal.priority());
        HsmSettings hsm = seal.hsm();
        assertEquals("configdir='sql:/n' flags=readOnly", hsm.initArguments());
        assertEquals(
                new TokenSelector.All(List.of(
                        TokenSelector.label("casemate"), TokenSelector.serial("ab12"), new TokenSelector.Slot(-2))),
                hsm.token());
        assertEquals(3, hsm.maxSessions());
        assertTrue(hsm.forceReadWrite());
        assertEquals(4, hsm.callTimeout().toSeconds());
        assertEquals(
                new WrappingKeySettings(
                        "root", "a0", "mac", "b1", "old", "old-mac", "CKM_AES_CBC", "sha384", true, true),
                seal.key());
    }

    @Test
    void otherServersNamesAreTaken() {
        SealConfig.Pkcs11 seal = only("""
                seal:
                  type: pkcs11
                  lib: /hsm.so
                  token: casemate
                  serial: ab12
                  pin: env://PIN
                  label: root
                  max_parallel: 1
                  disable_software_encryption: false
                """);
        assertEquals(Path.of("/hsm.so"), seal.hsm().library());
        assertEquals("root", seal.key().keyLabel());
        assertEquals(1, seal.hsm().maxSessions());
        assertTrue(seal.key().rsaEncryptLocal());
        assertEquals(1, seal.priority());
        assertFalse(seal.disabled());
    }

    @ParameterizedTest
    @CsvSource({
        "auto, auto",
        "CKM_AES_GCM, AES_GCM",
        "0x1087, 4231",
        "AES_CBC_PAD, 0x1085",
        "aes_cbc, 0X1082",
        "RSA_OAEP, 0x0009",
        "CKM_RSA_PKCS_OAEP, 9",
    })
    void aMechanismHasANameAndANumber(String one, String other) {
        only(SEAL + "  mechanism: " + one + "\n");
        only(SEAL + "  mechanism: '" + other + "'\n");
    }

    @ParameterizedTest
    @CsvSource({
        "mechanism: CKM_RSA_PKCS, padding",
        "mechanism: 0x1, use CKM_RSA_PKCS_OAEP",
        "mechanism: 0x1081, is not supported; use auto",
        "mechanism: AES, is not supported",
        "mechanism: 99999999999999999999, is not supported",
        "hmac_mechanism: CKM_SHA_1_HMAC, CKM_SHA256_HMAC (0x0251) is the only one",
        "rsa_oaep_hash: md5, is not known; use auto",
        "key_id: 0x1, is not an even number of hex digits",
        "hmac_key_id: zz, hmac_key_id: 'zz' is not an even number of hex digits",
        "slot: 0x1ffffffffffffffff, is no slot number",
        "max_parallel: 0, between 1 and 1024",
        "priority: 0, between 1 and 1000",
        "disabled: maybe, is not true or false",
        "lib: /other.so, seal.lib says the same as seal.library",
        "mechanizm: auto, Did you mean 'mechanism'?",
    })
    void whatIsWrongIsToldWithTheRemedy(String line, String expected) {
        List<String> problems = problems(SEAL + "  " + line + "\n");
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().contains(expected), problems.toString());
    }

    @Test
    void oppositesAreRefused() {
        List<String> problems = problems(SEAL + "  rsa_encrypt_local: true\n  disable_software_encryption: true\n");
        assertTrue(problems.getFirst().contains("is the opposite of"), problems.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CASEMATE", "BAO", "VAULT"})
    void theEnvironmentAloneMakesASeal(String server) {
        environment.put(server + "_SEAL_TYPE", "pkcs11");
        environment.putAll(Map.of(
                server + "_HSM_LIB", "/hsm.so",
                server + "_HSM_SLOT", "2305843009213693953",
                server + "_HSM_PIN", "env://PIN",
                server + "_HSM_KEY_LABEL", "root",
                server + "_HSM_KEY_ID", "0x01",
                server + "_HSM_HMAC_DEFAULT_KEY_LABEL", "old-mac",
                server + "_HSM_DEFAULT_KEY_LABEL", "old",
                server + "_HSM_FORCE_RW_SESSION", "true",
                server + "_HSM_RSA_ENCRYPT_LOCAL", "true"));
        SealConfig.Pkcs11 seal = only("");
        assertEquals("primary", seal.name());
        assertEquals(new TokenSelector.Slot(2305843009213693953L), seal.hsm().token());
        assertEquals("old", seal.key().defaultKeyLabel());
        assertEquals("old-mac", seal.key().defaultHmacKeyLabel());
        assertTrue(seal.hsm().forceReadWrite() && seal.key().rsaEncryptLocal());
    }

    @Test
    void aVariableMayNameItsSealAndHasToWithSeveral() {
        environment.put("VAULT_HSM_KEY_LABEL_east_1", "from-vault");
        environment.put("CASEMATE_HSM_MAX_PARALLEL_EAST_1", "5");
        environment.put("CASEMATE_HSM_PIN_west", "env://PIN2");
        String two = """
                seal:
                - {type: pkcs11, name: east-1, lib: /a.so, slot: 1, pin: 'env://PIN', key_label: k}
                - {type: pkcs11, name: west, lib: /a.so, slot: 2, pin: 'env://PIN', key_label: k}
                - {type: shamir, name: people, disabled: true}
                """;
        List<SealConfig> seals = load(two).seals();
        SealConfig.Pkcs11 east = (SealConfig.Pkcs11) seals.get(0);
        SealConfig.Pkcs11 west = (SealConfig.Pkcs11) seals.get(1);
        assertEquals(1, east.priority());
        assertEquals(2, west.priority());
        assertEquals("from-vault", east.key().keyLabel());
        assertEquals(5, east.hsm().maxSessions());
        assertEquals("k", west.key().keyLabel());
        try (SecretBytes pin = west.hsm().pin().get()) {
            assertTrue(pin.matches(SecretBytes.ofText("5678")));
        }

        environment.put("BAO_HSM_PIN", "env://PIN2");
        environment.put("VAULT_SEAL_TYPE", "pkcs11");
        List<String> problems = problems(two);
        assertTrue(
                problems.contains("environment variable BAO_HSM_PIN: with several seals, say which one it is for:"
                        + " BAO_HSM_PIN_east-1"),
                problems.toString());
        assertTrue(
                problems.contains(
                        "environment variable VAULT_SEAL_TYPE: tells the type of one seal, and the file has 3"),
                problems.toString());
    }

    @Test
    void oneTokenBesidePeopleTakesVariablesWithoutAName() {
        environment.put("VAULT_HSM_PIN", "env://PIN2");
        List<SealConfig> seals = load("""
                seal:
                - {type: shamir, name: people, disabled: true}
                - {type: pkcs11, name: hsm, lib: /a.so, slot: 1, pin: 'env://PIN', key_label: k}
                """).seals();
        assertTrue(seals.getFirst().disabled());
        try (SecretBytes pin = ((SealConfig.Pkcs11) seals.getLast()).hsm().pin().get()) {
            assertTrue(pin.matches(SecretBytes.ofText("5678")));
        }
    }

    @Test
    void entropyNeedsAToken() {
        assertEquals(EntropyMode.OFF, load(SEAL).entropy());
        assertEquals(EntropyMode.ON, load(SEAL + "entropy: {hsm: on}\n").entropy());
        assertEquals(
                EntropyMode.REQUIRED, load(SEAL + "entropy: {hsm: required}\n").entropy());
        assertTrue(problems(SEAL + "entropy: {hsm: yes}\n").getFirst().contains("not one of off, on, required"));
        assertTrue(problems("seal: {type: shamir}\nentropy: {hsm: on}\n")
                .getFirst()
                .contains("no HSM without a seal of type pkcs11"));
    }

    @Test
    void aQuorumNeedsAsManyDifferentTokens() {
        String two = """
                seal:
                - {type: pkcs11, name: a, lib: /a.so, token_label: x, pin: 'env://PIN', key_label: k}
                - {type: pkcs11, name: b, lib: /a.so, token_label: y, pin: 'env://PIN', key_label: k}
                """;
        assertEquals(1, load(two).sealQuorum());
        assertEquals(1, load(SEAL + "seal_quorum: 1\n").sealQuorum());
        assertEquals(2, load(two + "seal_quorum: 2\n").sealQuorum());
        assertQuorumRefused(
                two + "seal_quorum: 3\n", "3 HSMs cannot be needed together, as 2 seals of type pkcs11 are in use");
        assertQuorumRefused(two + "seal_quorum: 0\n", "seal_quorum");
        assertQuorumRefused(SEAL + "seal_quorum: 2\n", "as 1 seal of type pkcs11 is in use");
        assertQuorumRefused("seal: {type: shamir}\nseal_quorum: 2\n", "as 0 seals of type pkcs11 are in use");
        assertQuorumRefused(
                two.replace("key_label: k}\n- {", "key_label: k, disabled: true}\n- {") + "seal_quorum: 2\n",
                "as 1 seal of type");
        assertQuorumRefused(
                two.replace("label: y", "label: x") + "seal_quorum: 2\n", "seals 'a' and 'b' are the same token");
        environment.put("CASEMATE_SEAL_QUORUM", "2");
        assertEquals(2, load(two).sealQuorum());
    }

    @Test
    void anEmptyListIsAProblemInItsLine() {
        assertEquals(List.of("server.yaml:3: seal: the list is empty, at least one is needed"), problems("seal: []\n"));
        assertTrue(problems("seal: []\nseal_quorum: 2\n").getFirst().startsWith("server.yaml:3: seal: "));
    }

    private void assertQuorumRefused(String seals, String problem) {
        List<String> problems = problems(seals);
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().contains(problem), problems.toString());
    }

    private SealConfig.Pkcs11 only(String seal) {
        return assertInstanceOf(SealConfig.Pkcs11.class, load(seal).seals().getFirst());
    }

    private List<String> problems(String seal) {
        FaultException refused = assertThrows(FaultException.class, () -> load(seal));
        return ((Fault.Misconfigured) refused.fault()).problems();
    }

    private ServerConfig load(String seal) {
        try {
            Path file = folder.resolve("server.yaml");
            Files.writeString(file, REST + seal);
            return ServerConfig.load(file, environment);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
