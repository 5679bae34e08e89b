package io.casemate.seal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealRecordsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final WrappedKey WRAPPED =
            new WrappedKey("hsm-a", "pkcs11", "aes-gcm-v1", "label", "0a", "token/123", new byte[] {1, 2, 3});

    @Test
    void recordsSurviveTheirEncoding() {
        SealConfiguration configuration = new SealConfiguration("pkcs11", 5, 3);
        assertEquals(configuration, SealConfiguration.decode(configuration.encode()));
        WrappedRootKey root =
                WrappedRootKey.decode(new WrappedRootKey("id-1", KeyWraps.whole(List.of(WRAPPED, WRAPPED))).encode());
        assertEquals("id-1", root.id());
        assertEquals(2, root.keys().size());
        assertArrayEquals(WRAPPED.ciphertext(), root.keys().get(1).ciphertext());
        assertEquals("token/123", root.keys().getFirst().token());
        RecoveryKey recovery =
                RecoveryKey.decode(new RecoveryKey("id-2", new byte[] {9}, KeyWraps.whole(List.of(WRAPPED))).encode());
        assertEquals("id-2", recovery.id());
        assertArrayEquals(new byte[] {9}, recovery.verifier());
    }

    @Test
    void damageIsNamedAndANewerFormatIsNotRead() {
        byte[] good = new WrappedRootKey("id-1", KeyWraps.whole(List.of(WRAPPED))).encode();
        byte[] newer = good.clone();
        newer[0] = 3;
        assertEquals(StorageProblem.NEWER, problem(WrappedRootKey::decode, newer));
        for (int length = 0; length < good.length; length++) {
            assertEquals(StorageProblem.CORRUPT, problem(WrappedRootKey::decode, Arrays.copyOf(good, length)));
        }
        for (String json : List.of(
                "{}",
                "{\"root_key_id\":\"a\",\"keys\":[]}",
                "{\"root_key_id\":1,\"keys\":[{}]}",
                "{\"root_key_id\":\"a\",\"keys\":[1]}",
                "{\"root_key_id\":\"a\",\"keys\":{}}")) {
            byte[] record = ("\u0001" + json).getBytes(StandardCharsets.UTF_8);
            assertEquals(StorageProblem.CORRUPT, problem(WrappedRootKey::decode, record), json);
        }
        byte[] shares = "\u0001{\"type\":\"shamir\",\"shares\":256,\"threshold\":3}".getBytes(StandardCharsets.UTF_8);
        assertEquals(StorageProblem.CORRUPT, problem(SealConfiguration::decode, shares));
    }

    @Test
    void aWrappedKeyOpensWithItsKeyAndContextOnly() {
        ShamirSeal seal = new ShamirSeal(RANDOM);
        try (SecretBytes root = SecretBytes.owning(new byte[32]);
                SecretBytes unseal = random();
                SecretBytes other = random()) {
            KeyContext context = KeyContext.rootKey("a");
            WrappedKey wrapped = seal.wrapTested(root, unseal, context);
            assertTrue(seal.unwrap(wrapped, unseal, context).orElseThrow().matches(root));
            assertTrue(seal.unwrap(wrapped, other, context).isEmpty());
            assertTrue(seal.unwrap(wrapped, unseal, KeyContext.rootKey("b")).isEmpty());
            assertTrue(seal.unwrap(wrapped, unseal, KeyContext.recoveryKey("a")).isEmpty());
            assertTrue(seal.unwrap(wrapped, SecretBytes.owning(new byte[31]), context)
                    .isEmpty());
        }
    }

    /** What is stored was bound to these bytes; docs/formats/keyring.md. */
    @Test
    void whatWrapsAreBoundToStaysAsItIs() {
        KeySplit split = new KeySplit("s", 2);
        assertEquals("casemate root-key v1 a", text(KeyContext.rootKey("a")));
        assertEquals("casemate recovery-key v1 a", text(KeyContext.recoveryKey("a")));
        assertEquals(
                "casemate root-key share v1 a s 2 7",
                text(KeyContext.rootKey("a").share(split, 7)));
        assertEquals(
                "casemate recovery-key share v1 a s 2 7",
                text(KeyContext.recoveryKey("a").share(split, 7)));
    }

    private static String text(KeyContext context) {
        return new String(context.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aRecordInSharesIsOneThatOlderReadersRefuse() {
        ShareMark one = new ShareMark("s", 1, "ab".repeat(32));
        ShareMark two = new ShareMark("s", 2, "cd".repeat(32));
        KeyWraps wraps = new KeyWraps(
                java.util.Optional.of(new KeySplit("s", 2)), List.of(WRAPPED.holding(one), WRAPPED.holding(two)));
        byte[] record = new WrappedRootKey("id-1", wraps).encode();
        assertEquals(2, record[0]);
        assertEquals(wraps, WrappedRootKey.decode(record).wraps());
        assertEquals(1, new WrappedRootKey("id-1", KeyWraps.whole(List.of(WRAPPED))).encode()[0]);
    }

    @Test
    void theVerifierKnowsTheRecoveryKey() {
        try (SecretBytes key = random();
                SecretBytes other = random()) {
            RecoveryKey recovery = new RecoveryKey("id", RecoveryKey.verifierOf(key), KeyWraps.whole(List.of(WRAPPED)));
            assertTrue(recovery.plausible(key));
            assertFalse(recovery.plausible(other));
        }
    }

    @ParameterizedTest
    @CsvSource(nullValues = "ok", textBlock = """
                    1,1,ok
                    5,3,ok
                    255,255,ok
                    0,0,shares must be at least one
                    -1,1,shares must be at least one
                    3,0,threshold must be at least one
                    3,1,threshold must be greater than one for multiple shares
                    256,3,shares must be less than 256
                    3,256,threshold must be less than 256
                    3,4,threshold cannot be larger than shares
                    """)
    void numbersAreCheckedInVaultsWords(long shares, long threshold, String problem) {
        assertEquals(problem, SealConfiguration.problem(shares, threshold).orElse(null));
    }

    @Test
    void sharesAreReadInBothForms() {
        byte[] bytes = new byte[33];
        RANDOM.nextBytes(bytes);
        try (SecretBytes share = SecretBytes.copyOf(bytes)) {
            assertTrue(ShareText.parse(ShareText.hex(share)).matches(share));
            assertTrue(ShareText.parse(ShareText.hex(share).toUpperCase(java.util.Locale.ROOT))
                    .matches(share));
            assertTrue(ShareText.parse(ShareText.base64(share)).matches(share));
            assertEquals(66, ShareText.hex(share).length());
            assertEquals(44, ShareText.base64(share).length());
        }
    }

    /** 44 characters that are both: as hexadecimal they give 22 bytes, a possible length, so hexadecimal wins as in Vault. */
    @Test
    void textThatIsBothIsHexadecimal() {
        assertEquals(22, ShareText.parse("ab".repeat(22)).length());
        assertEquals(32, ShareText.parse("A".repeat(43) + "=").length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "zz", "not base64 at all!", "YWJj", "00", "a", "\u00e9\u00e9", "=", "===="})
    void otherTextIsRefusedWithoutBeingRepeated(String text) {
        FaultException e = assertThrows(FaultException.class, () -> ShareText.parse(text));
        String detail =
                assertInstanceOf(Fault.BadRequest.class, e.fault()).details().getFirst();
        assertTrue(detail.equals("'key' must be a valid hex or base64 string") || detail.startsWith("key is shorter"));
        assertThrows(FaultException.class, () -> ShareText.parse("ab".repeat(34)));
        assertThrows(FaultException.class, () -> ShareText.parse("ab".repeat(5000)));
    }

    private static StorageProblem problem(Function<byte[], ?> decoder, byte[] record) {
        FaultException e = assertThrows(FaultException.class, () -> decoder.apply(record));
        return assertInstanceOf(Fault.StorageFailed.class, e.fault()).problem();
    }

    private static SecretBytes random() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return SecretBytes.owning(bytes);
    }
}
