package io.casemate.engine.pki.store;

import io.casemate.engine.pki.name.Printable;
import io.casemate.kernel.Fault;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;

/** Identifiers: random UUIDs, names that operators give, and serial numbers in their written forms. */
public final class Ids {
    /** The reference that means "whatever is configured as default". */
    public static final String DEFAULT = "default";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?");
    private static final Pattern SERIAL = Pattern.compile("[0-9a-f]{1,40}");

    private Ids() {}

    /** A random UUID (RFC 9562 version 4). */
    public static UUID uuid(SecureRandom random) {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(3L << 62)) | (1L << 63);
        return new UUID(high, low);
    }

    /** A positive serial number of 20 octets, 158 of its bits random (RFC 5280 4.1.2.2, BR 7.1). */
    public static BigInteger serial(SecureRandom random) {
        byte[] octets = new byte[20];
        random.nextBytes(octets);
        octets[0] = (byte) ((octets[0] & 0x3F) | 0x40);
        return new BigInteger(octets);
    }

    /** Checks the name of a role, key or issuer. */
    public static String name(String field, String text) {
        if (!NAME.matcher(text).matches() || text.equals(DEFAULT)) {
            throw Fault.badRequest("field '" + field + "': '" + Printable.of(text)
                    + "' is not a name (letters, digits, _ and inner . or -; not 'default')");
        }
        return text;
    }

    /** A serial number as it stands in storage keys: lower-case hex, an even number of digits. */
    public static String hex(BigInteger serial) {
        String hex = serial.toString(16);
        return hex.length() % 2 == 0 ? hex : "0" + hex;
    }

    /** As the API shows it: {@code 7a:01:...}. */
    public static String colons(String hex) {
        return HexFormat.ofDelimiter(":").formatHex(HexFormat.of().parseHex(hex));
    }

    /** Reads a serial number with colons, with dashes or plain, to its storage form. */
    public static String parseSerial(String text) {
        String digits = text.strip().replace(":", "").replace("-", "").toLowerCase(Locale.ROOT);
        if (!SERIAL.matcher(digits).matches()) {
            throw Fault.badRequest(
                    "'" + Printable.of(text) + "' is not a serial number (hex, with : or - between octets)");
        }
        return hex(new BigInteger(digits, 16));
    }
}
