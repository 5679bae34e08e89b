package io.casemate.seal;

import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shamir's secret sharing over GF(2^8) with the polynomial 0x11b, byte for byte: any {@code threshold} shares give the secret,
 * fewer give nothing. A share is the y bytes and then the x byte, as Vault writes it.
 *
 * <p>The arithmetic uses neither tables nor branches that depend on secrets.
 */
public final class Shamir {
    /** Length of the keys that are shared. */
    public static final int KEY_BYTES = 32;
    /** As many x as the field has besides zero. */
    public static final int MOST_SHARES = 255;

    private Shamir() {}

    /**
     * Splits; one share of one is the secret itself. The caller wipes the shares.
     *
     * @throws IllegalArgumentException for numbers that {@link SealConfiguration#problem} objects to
     */
    public static List<SecretBytes> split(SecretBytes secret, int shares, int threshold, SecureRandom random) {
        SealConfiguration.problem(shares, threshold).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        if (shares == 1) {
            return List.of(secret.copy());
        }
        byte[] xs = distinct(shares, random);
        byte[][] out = new byte[shares][secret.length() + 1];
        byte[] polynomial = new byte[threshold];
        for (int i = 0; i < secret.length(); i++) {
            random.nextBytes(polynomial);
            polynomial[0] = secret.expose()[i];
            for (int s = 0; s < shares; s++) {
                out[s][i] = evaluate(polynomial, xs[s]);
            }
        }
        Arrays.fill(polynomial, (byte) 0);
        List<SecretBytes> result = new ArrayList<>();
        for (int s = 0; s < shares; s++) {
            out[s][secret.length()] = xs[s];
            result.add(SecretBytes.owning(out[s]));
        }
        return result;
    }

    /**
     * Joins two or more shares. Wrong or too few shares give another secret and no error: only its use shows that.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when these cannot be shares of one secret
     */
    public static SecretBytes combine(List<SecretBytes> shares) {
        int length = check(shares);
        return SecretBytes.owning(interpolate(shares, length - 1, (byte) 0, new byte[length - 1]));
    }

    /**
     * The share of number {@code number} that belongs to these, of which there have to be enough. The caller wipes it.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when these cannot be shares of one secret
     */
    static SecretBytes another(List<SecretBytes> shares, int number) {
        int length = check(shares);
        byte[] made = interpolate(shares, length - 1, (byte) number, new byte[length]);
        made[length - 1] = (byte) number;
        return SecretBytes.owning(made);
    }

    /** The polynomials' values at {@code x}, into the first bytes of {@code out}. */
    private static byte[] interpolate(List<SecretBytes> shares, int bytes, byte x, byte[] out) {
        for (int i = 0; i < shares.size(); i++) {
            byte basis = basis(shares, i, bytes, x);
            byte[] share = shares.get(i).expose();
            for (int b = 0; b < bytes; b++) {
                out[b] ^= multiply(share[b], basis);
            }
        }
        return out;
    }

    private static int check(List<SecretBytes> shares) {
        if (shares.size() < 2) {
            throw Fault.badRequest("less than two parts cannot be used to reconstruct the secret");
        }
        int length = shares.getFirst().length();
        boolean[] seen = new boolean[MOST_SHARES + 1];
        seen[0] = true;
        for (SecretBytes share : shares) {
            if (share.length() < 2) {
                throw Fault.badRequest("parts must be at least two bytes");
            }
            if (share.length() != length) {
                throw Fault.badRequest("all parts must be the same length");
            }
            int x = Byte.toUnsignedInt(share.expose()[length - 1]);
            if (seen[x]) {
                throw Fault.badRequest(x == 0 ? "a part has the impossible number 0" : "duplicate part detected");
            }
            seen[x] = true;
        }
        return length;
    }

    /** The Lagrange basis polynomial of share {@code i}, at {@code x}. */
    private static byte basis(List<SecretBytes> shares, int i, int at, byte x) {
        byte own = shares.get(i).expose()[at];
        byte basis = 1;
        for (int j = 0; j < shares.size(); j++) {
            if (j != i) {
                byte other = shares.get(j).expose()[at];
                basis = multiply(basis, multiply((byte) (x ^ other), inverse((byte) (own ^ other))));
            }
        }
        return basis;
    }

    private static byte evaluate(byte[] polynomial, byte x) {
        byte y = 0;
        for (int i = polynomial.length - 1; i >= 0; i--) {
            y = (byte) (multiply(y, x) ^ polynomial[i]);
        }
        return y;
    }

    /** Shift and add, with masks for branches. */
    static byte multiply(byte left, byte right) {
        int a = Byte.toUnsignedInt(left);
        int b = Byte.toUnsignedInt(right);
        int product = 0;
        for (int bit = 0; bit < 8; bit++) {
            product ^= a & -(b & 1);
            a = (a << 1) ^ (0x11b & -(a >>> 7));
            b >>>= 1;
        }
        return (byte) product;
    }

    /** {@code value} to the power of 254, which is its inverse. */
    static byte inverse(byte value) {
        byte square = value;
        byte result = 1;
        for (int bit = 1; bit < 8; bit++) {
            square = multiply(square, square);
            result = multiply(result, square);
        }
        return result;
    }

    private static byte[] distinct(int count, SecureRandom random) {
        byte[] xs = new byte[MOST_SHARES];
        for (int i = 0; i < xs.length; i++) {
            xs[i] = (byte) (i + 1);
        }
        for (int i = 0; i < count; i++) {
            int other = i + random.nextInt(xs.length - i);
            byte x = xs[other];
            xs[other] = xs[i];
            xs[i] = x;
        }
        return Arrays.copyOf(xs, count);
    }
}
