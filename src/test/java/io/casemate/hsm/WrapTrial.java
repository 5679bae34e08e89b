package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.casemate.hsm.WrappingKey.Wrapped;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;

/** One secret that a key wraps and opens under one context. For tests. */
public final class WrapTrial {
    /** What is wrapped. */
    public static final byte[] SECRET = "a root key of thirty-two bytes!!".getBytes(StandardCharsets.UTF_8);
    /** What it is bound to. */
    public static final byte[] CONTEXT = "this server".getBytes(StandardCharsets.UTF_8);

    private WrapTrial() {}

    /** The usual key of a token, made when it is not there. */
    public static WrappingKey rootKey(Hsm hsm) {
        return hsm.wrappingKey(WrappingKeySettings.automatic("root", true));
    }

    /** The secret, wrapped. */
    public static Wrapped wrap(WrappingKey key) {
        try (SecretBytes secret = SecretBytes.copyOf(SECRET)) {
            return key.wrap(secret, CONTEXT);
        }
    }

    /** The key gives the secret back. */
    public static void assertOpens(WrappingKey key, Wrapped wrapped) {
        try (SecretBytes opened = key.unwrap(wrapped, CONTEXT)) {
            assertArrayEquals(SECRET, opened.expose());
        }
    }
}
