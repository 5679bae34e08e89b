package io.casemate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.json.Json;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryWriterTest {
    private static final long SEED = 20_260_102;

    /** Any text at all comes out as one line of JSON that reads back the same. */
    @Test
    void every_text_survives_on_one_line() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 2_000; round++) {
            String text = text(random);
            byte[] line = new EntryWriter()
                    .begin()
                    .name("x" + text)
                    .text(text)
                    .end()
                    .line()
                    .bytes();
            assertEquals(line.length - 1, indexOfControl(line), "seed " + SEED + " round " + round);
            assertEquals(Map.of("x" + text, text), Json.object(Arrays.copyOf(line, line.length - 1)));
        }
    }

    @Test
    void half_a_surrogate_is_escaped_and_never_breaks_the_encoding() {
        byte[] line = new EntryWriter()
                .begin()
                .name("k")
                .text("a\ud800b\udc00")
                .end()
                .line()
                .bytes();
        assertEquals("{\"k\":\"a\\ud800b\\udc00\"}\n", new String(line, java.nio.charset.StandardCharsets.US_ASCII));
    }

    /** DER of any shape gives a number or nothing, and never an exception. */
    @Test
    void a_serial_is_read_or_left_out() {
        byte[] certificate =
                HexFormat.of().parseHex("3012" + "300e" + "a003020102" + "0205" + "00ffffffff" + "3000" + "0500");
        assertEquals("4294967295", CertificateSerial.of(certificate));
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 20_000; round++) {
            byte[] bent = Arrays.copyOf(certificate, random.nextInt(certificate.length + 1));
            for (int i = 0; i < 2 && bent.length > 0; i++) {
                bent[random.nextInt(bent.length)] = (byte) random.nextInt();
            }
            String serial = CertificateSerial.of(bent);
            assertEquals(serial, serial.isEmpty() ? "" : new BigInteger(serial).toString());
        }
        assertEquals("", CertificateSerial.of(new byte[0]));
        assertEquals("", CertificateSerial.of(HexFormat.of().parseHex("30453043" + "0241" + "7f".repeat(65))));
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(40); left > 0; left--) {
            int c = switch (random.nextInt(4)) {
                case 0 -> random.nextInt(0x80);
                case 1 -> random.nextInt(0x800);
                case 2 -> random.nextInt(0xD800);
                default -> 0x10000 + random.nextInt(0x100000);
            };
            text.appendCodePoint(c);
        }
        return text.toString();
    }

    private static int indexOfControl(byte[] line) {
        for (int i = 0; i < line.length; i++) {
            if ((line[i] >= 0 && line[i] < ' ') || line[i] == 127) {
                return i;
            }
        }
        return -1;
    }
}
