package io.casemate.token;

import io.casemate.kernel.SecretBytes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What stands in X-Vault-Token. The first byte picks a real token (service, of one use, none), the others change it: a pair is
 * a place and what it is XORed with; or the input is the token. Only what nothing was changed in comes in.
 */
public final class TokenFuzz {
    private static final TokenWorld WORLD = new TokenWorld();
    private static final List<byte[]> REAL = real();

    private TokenFuzz() {}

    private static List<byte[]> real() {
        byte[] service = WORLD.make(java.time.Duration.ofDays(30), Optional.empty()).token().expose().clone();
        byte[] limited = WORLD.limited(5).token().expose().clone();
        return List.of(service, limited);
    }

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] token = forged(input);
        boolean forged = REAL.stream().noneMatch(each -> Arrays.equals(each, token));
        if (forged && WORLD.works(SecretBytes.copyOf(token))) {
            throw new AssertionError("a forged token came in");
        }
    }

    private static byte[] forged(byte[] input) {
        int which = input[0] & 3;
        if (which >= REAL.size()) {
            return Arrays.copyOfRange(input, 1, input.length);
        }
        byte[] token = REAL.get(which).clone();
        for (int i = 1; i + 1 < input.length; i += 2) {
            token[(input[i] & 0xff) % token.length] ^= input[i + 1];
        }
        return token;
    }
}
