package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.SecretBytes;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HmacSha256Test {
    /** RFC 4231, test cases 1, 2 and 6 (a key longer than the block). */
    @Test
    void gives_the_codes_of_the_standard() {
        assertCode(
                "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
                "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertCode(
                HexFormat.of().formatHex("Jefe".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertCode(
                "aa".repeat(131),
                "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    @Test
    void many_threads_get_the_same_codes_as_one() {
        HmacSha256 hmac = new HmacSha256(SecretBytes.ofText("key"));
        byte[][] alone =
                IntStream.range(0, 500).mapToObj(i -> hmac.of("message " + i)).toArray(byte[][]::new);
        IntStream.range(0, 20_000)
                .parallel()
                .forEach(i -> assertArrayEquals(alone[i % 500], hmac.of("message " + i % 500)));
    }

    @Test
    void a_part_a_text_and_a_secret_of_the_same_bytes_have_one_code() {
        HmacSha256 hmac = new HmacSha256(SecretBytes.ofText("key"));
        byte[] expected = hmac.of("abc".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertArrayEquals(expected, hmac.of("abc"));
        assertArrayEquals(expected, hmac.of(SecretBytes.ofText("abc")));
        assertArrayEquals(expected, hmac.of("xabcx".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 1, 3));
    }

    @Test
    void verifies_the_right_code_only() {
        HmacSha256 hmac = new HmacSha256(SecretBytes.ofText("key"));
        byte[] message = {1, 2, 3};
        byte[] code = hmac.of(message);
        assertTrue(hmac.verify(message, code));
        code[31] ^= 1;
        assertFalse(hmac.verify(message, code));
        assertFalse(hmac.verify(message, new byte[0]));
    }

    @Test
    void keeps_its_own_copy_of_the_key_and_wipes_it_when_closed() {
        SecretBytes key = SecretBytes.ofText("key");
        HmacSha256 hmac = new HmacSha256(key);
        byte[] before = hmac.of("m");
        key.close();
        assertArrayEquals(before, hmac.of("m"));
        hmac.close();
        assertThrows(IllegalStateException.class, () -> hmac.of("m"));
    }

    private static void assertCode(String keyHex, String message, String codeHex) {
        HmacSha256 hmac = new HmacSha256(SecretBytes.owning(HexFormat.of().parseHex(keyHex)));
        assertEquals(codeHex, HexFormat.of().formatHex(hmac.of(message)));
        assertEquals(codeHex, HexFormat.of().formatHex(hmac.of(message)), "the second use of a kept instance");
    }
}
