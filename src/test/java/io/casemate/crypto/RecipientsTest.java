package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encrypted by us, opened by gpg, age and openssl; and every key that must not be used is refused. */
class RecipientsTest {
    private static final String SECRET = "5ca1ab1e".repeat(8) + "01";
    private static final int ROUNDS = Integer.getInteger("casemate.recipients.rounds", 600);

    @TempDir(cleanup = CleanupMode.ALWAYS)
    private static Path folder;

    private static Tools tools;
    private static String signingKey;

    private final Recipients recipients = at(Duration.ZERO);

    @BeforeAll
    static void start() throws Exception {
        tools = new Tools(folder);
        signingKey = tools.gpgKey("signer@example.test", "ed25519", "sign", "1y");
    }

    @AfterAll
    static void stop() throws Exception {
        tools.close();
    }

    private static Recipients at(Duration later) {
        return new Recipients(new SecureRandom(), () -> Instant.now().plus(later));
    }

    private static byte[] encrypted(Recipient recipient) {
        try (SecretBytes secret = SecretBytes.ofText(SECRET)) {
            byte[] message = recipient.encrypt(secret);
            assertFalse(new String(message, StandardCharsets.ISO_8859_1).contains(SECRET));
            return message;
        }
    }

    private static String refused(Recipients recipients, String key) {
        FaultException e = assertThrows(FaultException.class, () -> recipients.parse(key));
        return assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa2048", "future-default", "nistp256"})
    void gpgOpensWhatWasEncryptedToAnyOfItsKeys(String algorithm) throws Exception {
        String name = algorithm + "@example.test";
        String fingerprint =
                tools.gpgKey(name, algorithm, algorithm.equals("future-default") ? "default" : "sign,cert", "1y");
        if (!algorithm.equals("future-default")) {
            tools.gpg("--quick-add-key", fingerprint, algorithm, "encrypt", "1y");
        }
        String exported = tools.gpgExport(fingerprint);
        Recipient recipient = recipients.parsePgp(exported);
        assertEquals(fingerprint.toLowerCase(Locale.ROOT), recipient.fingerprint());
        assertEquals(SECRET, tools.gpgDecrypt(encrypted(recipient)));
        String armor = tools.gpg("--armor", "--export", fingerprint);
        assertEquals(SECRET, tools.gpgDecrypt(encrypted(recipients.parse(armor))));
        String wrapped = Base64.getEncoder().encodeToString(armor.getBytes(StandardCharsets.UTF_8));
        assertEquals(SECRET, tools.gpgDecrypt(encrypted(recipients.parsePgp(wrapped))));
        assertTrue(refused(recipients, tools.gpg("--armor", "--export-secret-keys", fingerprint))
                .contains("private key"));
    }

    @Test
    void theNewestOfSeveralSubkeysIsUsedAndARevokedOneIsNot() throws Exception {
        String fingerprint = tools.gpgKey("subkeys@example.test", "rsa2048", "sign,cert", "1y");
        assertTrue(refused(recipients, tools.gpgExport(fingerprint)).contains("no subkey for encryption"));
        tools.gpg("--quick-add-key", fingerprint, "rsa2048", "encrypt", "seconds=7200");
        String exported = tools.gpgExport(fingerprint);
        assertEquals(SECRET, tools.gpgDecrypt(encrypted(recipients.parse(exported))));
        assertTrue(refused(at(Duration.ofHours(3)), exported).contains("subkey for encryption has ended"));
        assertTrue(refused(at(Duration.ofDays(400)), exported).contains("it has ended"));
        String revocation =
                folder.resolve("openpgp-revocs.d/" + fingerprint + ".rev").toString();
        Files.writeString(
                Path.of(revocation), Files.readString(Path.of(revocation)).replace(":-----BEGIN", "-----BEGIN"));
        tools.gpg("--import", revocation);
        assertTrue(refused(recipients, tools.gpgExport(fingerprint)).contains("revoked"));
    }

    @Test
    void weakAndSignOnlyKeysAreRefused() throws Exception {
        assertTrue(refused(recipients, tools.gpgExport(signingKey)).contains("no subkey for encryption"));
        String weak = tools.gpgKey("weak@example.test", "rsa1024", "sign,cert,encrypt", "1y");
        assertTrue(refused(recipients, tools.gpgExport(weak)).contains("weak"));
        assertTrue(refused(recipients, tools.gpg("--armor", "--export")).contains("needs one OpenPGP public key"));
    }

    @Test
    void aSubkeyThatTheOwnerDidNotBindIsNotUsed() throws Exception {
        String mine = tools.gpgKey("mine@example.test", "rsa2048", "sign,cert", "1y");
        String other = tools.gpgKey("other@example.test", "rsa2048", "sign,cert", "1y");
        tools.gpg("--quick-add-key", other, "rsa2048", "encrypt", "1y");
        byte[] victim = Base64.getDecoder().decode(tools.gpgExport(mine));
        byte[] foreign = Base64.getDecoder().decode(tools.gpgExport(other));
        byte[] subkey = Arrays.copyOfRange(foreign, startOfSubkey(foreign), foreign.length);
        byte[] grafted = Arrays.copyOf(victim, victim.length + subkey.length);
        System.arraycopy(subkey, 0, grafted, victim.length, subkey.length);
        assertTrue(
                refused(recipients, Base64.getEncoder().encodeToString(grafted)).contains("no subkey for encryption"));
    }

    /** Old packet format, two bytes of length, as gpg 2 writes keys. */
    private static int startOfSubkey(byte[] ring) {
        int at = 0;
        while (ring[at] != (byte) 0xb9) {
            at += switch (ring[at] & 3) {
                case 0 -> 2 + (ring[at + 1] & 255);
                case 1 -> 3 + ((ring[at + 1] & 255) << 8) + (ring[at + 2] & 255);
                default -> throw new AssertionError("no packet of gpg 2");
            };
        }
        return at;
    }

    @Test
    void ageOpensWhatWasEncryptedToItsRecipient() throws Exception {
        String recipient = tools.ageKey("age.key");
        assertEquals(recipient, recipients.parse(recipient).fingerprint());
        assertEquals(SECRET, tools.ageDecrypt("age.key", encrypted(recipients.parse(recipient))));
        assertEquals(
                SECRET,
                tools.ageDecrypt("age.key", encrypted(recipients.parse(recipient.toUpperCase(Locale.ROOT) + "\n"))));
        String typo = recipient.substring(0, 20) + (recipient.charAt(20) == 'q' ? 'p' : 'q') + recipient.substring(21);
        assertTrue(refused(recipients, typo).contains("not an age recipient"));
        assertTrue(refused(
                        recipients,
                        Files.readAllLines(folder.resolve("age.key")).getLast())
                .contains("private key"));
        assertTrue(refused(recipients, "age1yubikey1qwe").contains("plug-in"));
    }

    /** The point of order 1, bech32-encoded: everybody could read what was encrypted to it. */
    @Test
    void anAgeRecipientOfSmallOrderIsRefused() {
        String zero = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z";
        assertTrue(refused(recipients, zero).contains("not an age recipient"));
    }

    @ParameterizedTest
    @CsvSource({
        "rsa2048, rsa:2048, ",
        "p256, ec, P-256",
        "p384, ec, P-384",
        "p521, ec, P-521",
    })
    void opensslOpensWhatWasEncryptedToACertificate(String name, String kind, String curve) throws Exception {
        String use = kind.equals("ec") ? "keyUsage=critical,keyAgreement" : "keyUsage=critical,keyEncipherment";
        String pem = curve == null
                ? tools.certificate(name, "-newkey", kind, "-addext", use)
                : tools.certificate(name, "-newkey", kind, "-pkeyopt", "ec_paramgen_curve:" + curve, "-addext", use);
        Recipient recipient = recipients.parse(pem);
        assertTrue(recipient.fingerprint().matches("x509-sha256:[0-9a-f]{64}"));
        assertEquals(SECRET, tools.cmsDecrypt(name, encrypted(recipient)));
    }

    @Test
    void certificatesThatCannotBeEncryptedToAreRefused() throws Exception {
        String ec = "ec_paramgen_curve:P-256";
        String signing =
                tools.certificate("signing", "-newkey", "ec", "-pkeyopt", ec, "-addext", "keyUsage=digitalSignature");
        assertTrue(refused(recipients, signing).contains("lacks keyAgreement"));
        String rsa = tools.certificate("rsasign", "-newkey", "rsa:2048", "-addext", "keyUsage=digitalSignature");
        assertTrue(refused(recipients, rsa).contains("lacks keyEncipherment"));
        assertTrue(refused(recipients, tools.certificate("short", "-newkey", "rsa:1024"))
                .contains("weak"));
        assertTrue(refused(recipients, tools.certificate("ed", "-newkey", "ed25519"))
                .contains("RSA and EC can"));
        String brief = tools.certificate("brief", "-newkey", "ec", "-pkeyopt", ec, "-days", "2");
        assertTrue(refused(at(Duration.ofDays(3)), brief).contains("ended on"));
        assertTrue(refused(at(Duration.ofDays(-1)), brief).contains("begins on"));
        assertTrue(refused(recipients, brief + brief).contains("one block"));
        assertTrue(refused(recipients, Files.readString(folder.resolve("brief.key")))
                .contains("private key"));
    }

    @Test
    void textThatIsNoKeyIsRefused() {
        for (String text :
                new String[] {"", "  ", "x", "keybase:somebody", "AAAA", "age1", "-----BEGIN CERTIFICATE-----"}) {
            assertFalse(refused(recipients, text).isBlank(), text);
        }
        assertTrue(
                refused(recipients, "A".repeat(Recipients.MOST_CHARACTERS + 1)).contains("longer than"));
    }

    @Test
    void damagedKeysAreRefusedOrStillWork() throws Exception {
        String pgp = tools.gpgKey("fuzz@example.test", "future-default", "default", "1y");
        byte[] ring = Base64.getDecoder().decode(tools.gpgExport(pgp));
        byte[] pem = tools.certificate("fuzz", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] der = Pem.decode(new String(pem, StandardCharsets.US_ASCII))
                .getFirst()
                .der();
        byte[] age = tools.ageKey("age-fuzz.key").getBytes(StandardCharsets.US_ASCII);
        SplittableRandom random = new SplittableRandom(11);
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            survives(Base64.getEncoder().encodeToString(damaged(ring, random)));
            survives(Pem.encode("CERTIFICATE", damaged(der, random)));
            survives(new String(damaged(age, random), StandardCharsets.ISO_8859_1));
            survives(new String(damaged(pem, random), StandardCharsets.ISO_8859_1));
        }
        assertTrue(System.nanoTime() - start < 120_000_000_000L);
    }

    private void survives(String text) {
        try {
            encrypted(recipients.parse(text));
        } catch (FaultException e) {
            assertInstanceOf(Fault.BadRequest.class, e.fault());
        }
    }

    private static byte[] damaged(byte[] good, SplittableRandom random) {
        byte[] bytes = good.clone();
        for (int change = random.nextInt(1, 4); change > 0; change--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
                default -> System.arraycopy(bytes, 0, bytes, at, Math.min(at, bytes.length - at));
            }
        }
        return bytes;
    }
}
