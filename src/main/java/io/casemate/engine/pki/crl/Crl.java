package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.store.CrlRolls;
import io.casemate.engine.pki.store.CrlState;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A signed CRL. A short one is remembered; a long one is read from the store, a chunk at a time, by whoever wants it. */
public final class Crl {
    /** The longest that is held in memory, in bytes: about 13,000 entries. */
    public static final int SHORT = 512 * 1024;

    private final String scope;
    private final CrlState state;
    private final CrlRolls rolls;
    private final AtomicReference<byte[]> remembered = new AtomicReference<>();

    Crl(String scope, CrlState state, CrlRolls rolls) {
        this.scope = scope;
        this.state = state;
        this.rolls = rolls;
    }

    /** Its number, RFC 5280 5.2.3. */
    public long number() {
        return state.number();
    }

    /** When it was made, in whole seconds. */
    public Instant thisUpdate() {
        return state.thisUpdate();
    }

    /** Revoked certificates on it. */
    public long count() {
        return state.count();
    }

    /** Of its DER, in bytes. */
    public long length() {
        return state.length();
    }

    /** Whether {@link #der} gives it. */
    public boolean isShort() {
        return length() <= SHORT;
    }

    /**
     * In DER; not to be changed.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is longer than {@link #SHORT}
     */
    public byte[] der() {
        if (!isShort()) {
            throw Fault.badRequest("this CRL has " + length() + " bytes, too many for a JSON answer; fetch it as DER or"
                    + " PEM (crl, crl/pem, issuer/:ref/crl/der, issuer/:ref/crl/pem)");
        }
        byte[] known = remembered.get();
        if (known == null) {
            java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream((int) length());
            try {
                writeTo(out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            known = out.toByteArray();
            remembered.set(known);
        }
        return known;
    }

    /**
     * Writes it in DER.
     *
     * @throws IOException when {@code out} fails
     */
    public void writeTo(OutputStream out) throws IOException {
        out.write(state.head());
        try {
            rolls.read(scope, state.spans(), piece -> write(out, piece));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        out.write(state.tail());
    }

    private static void write(OutputStream out, byte[] piece) {
        try {
            out.write(piece);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
