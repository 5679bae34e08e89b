package io.casemate.engine.pki.name;

import java.util.Optional;

/** The decoding half of Punycode (RFC 3492), which tells a real A-label from one that only looks like it. */
final class Punycode {
    private static final int BASE = 36;
    private static final int T_MIN = 1;
    private static final int T_MAX = 26;

    private Punycode() {}

    /** What follows {@code xn--}, decoded; empty when it is not the encoding of anything. */
    static Optional<String> decode(String encoded) {
        int basic = Math.max(encoded.lastIndexOf('-'), 0);
        StringBuilder out = new StringBuilder(encoded.substring(0, basic));
        int code = 128;
        int bias = 72;
        int index = 0;
        int at = basic > 0 ? basic + 1 : 0;
        while (at < encoded.length()) {
            int start = index;
            long weight = 1;
            for (int k = BASE; ; k += BASE) {
                int digit = at < encoded.length() ? digit(encoded.charAt(at++)) : -1;
                if (digit < 0 || digit * weight > Integer.MAX_VALUE - index) {
                    return Optional.empty();
                }
                index += (int) (digit * weight);
                int threshold = Math.clamp(k - bias, T_MIN, T_MAX);
                if (digit < threshold) {
                    break;
                }
                weight *= BASE - threshold;
            }
            int points = out.codePointCount(0, out.length()) + 1;
            bias = adapt(index - start, points, start == 0);
            code += index / points;
            index %= points;
            if (!Character.isValidCodePoint(code) || Character.getType(code) == Character.SURROGATE) {
                return Optional.empty();
            }
            out.insert(out.offsetByCodePoints(0, index++), Character.toString(code));
        }
        return Optional.of(out.toString());
    }

    private static int digit(char c) {
        return c >= 'a' && c <= 'z' ? c - 'a' : c >= '0' && c <= '9' ? c - '0' + 26 : -1;
    }

    private static int adapt(int delta, int points, boolean first) {
        int rest = first ? delta / 700 : delta / 2;
        rest += rest / points;
        int k = 0;
        while (rest > (BASE - T_MIN) * T_MAX / 2) {
            rest /= BASE - T_MIN;
            k += BASE;
        }
        return k + (BASE - T_MIN + 1) * rest / (rest + 38);
    }
}
