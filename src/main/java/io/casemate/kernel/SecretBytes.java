package io.casemate.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Bytes that never print, never serialise, and are wiped when closed.
 *
 * <p>Whoever creates one owns it and closes it. Reading the content after {@link #close()} is a bug and throws.
 */
public final class SecretBytes implements AutoCloseable {
    private final byte[] bytes;
    private volatile boolean closed;

    private SecretBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes ownership of {@code bytes}: the caller must not use or keep the array afterwards. */
    public static SecretBytes owning(byte[] bytes) {
        return new SecretBytes(bytes);
    }

    /** Copies {@code bytes}; the caller still owns, and wipes, its own array. */
    public static SecretBytes copyOf(byte[] bytes) {
        return new SecretBytes(bytes.clone());
    }

    /** For secrets that reach us as text already (an HTTP header): the UTF-8 bytes of {@code text}. */
    public static SecretBytes ofText(String text) {
        return new SecretBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The live array, not a copy. The rooms that may call this are fenced by ArchitectureTest. */
    public byte[] expose() {
        if (closed) {
            throw new IllegalStateException("secret used after it was wiped");
        }
        return bytes;
    }

    /** Length in bytes; not secret. */
    public int length() {
        return bytes.length;
    }

    /** An independent copy with a life of its own. */
    public SecretBytes copy() {
        return copyOf(expose());
    }

    /** Compares in time that depends on the lengths only. */
    public boolean matches(SecretBytes other) {
        return MessageDigest.isEqual(expose(), other.expose());
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "[redacted]";
    }
}
