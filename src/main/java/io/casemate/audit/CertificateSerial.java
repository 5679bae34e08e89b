package io.casemate.audit;

import java.math.BigInteger;
import java.util.Arrays;

/** The serial number of a certificate, read from its DER (RFC 5280 section 4.1) without parsing the rest. */
final class CertificateSerial {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int VERSION = 0xA0;

    /** The standard allows 20; a longer one is not worth the time to print it. */
    private static final int LONGEST = 64;

    private CertificateSerial() {}

    /** In decimal, as Vault shows it; empty when {@code der} is not a certificate. The certificate is not verified. */
    static String of(byte[] der) {
        int[] outer = element(der, 0);
        int[] body = element(der, outer[1]);
        int[] first = element(der, body[1]);
        int[] serial = first[0] == VERSION ? element(der, first[2]) : first;
        boolean sound = outer[0] == SEQUENCE && body[0] == SEQUENCE && serial[0] == INTEGER;
        int length = serial[2] - serial[1];
        return sound && length > 0 && length <= LONGEST
                ? new BigInteger(Arrays.copyOfRange(der, serial[1], serial[2])).toString()
                : "";
    }

    /** Tag, start and end of the content of the element at {@code at}; a tag of 0 when there is none. */
    private static int[] element(byte[] der, int at) {
        int[] none = {0, der.length, der.length};
        if (at + 2 > der.length) {
            return none;
        }
        int head = der[at + 1] & 255;
        int extra = head < 128 ? 0 : head & 127;
        if (extra > 3 || at + 2 + extra > der.length) {
            return none;
        }
        int size = extra == 0 ? head : 0;
        for (int i = 0; i < extra; i++) {
            size = (size << 8) | (der[at + 2 + i] & 255);
        }
        int start = at + 2 + extra;
        return size > der.length - start ? none : new int[] {der[at] & 255, start, start + size};
    }
}
