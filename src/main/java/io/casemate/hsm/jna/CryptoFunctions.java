package io.casemate.hsm.jna;

import com.sun.jna.Pointer;

/**
 * Encryption, signatures and random numbers. See {@link Cryptoki} for errors and threads.
 *
 * <p>Each method is the {@code ...Init} function and its one-shot partner, because the parameters of the first have to stay
 * in memory until the second has answered: a token may write the initialisation vector it chose into them. After a failure
 * the state of the session is unknown; close it.
 */
public final class CryptoFunctions {
    /** Room for what any mechanism adds to its input: a tag, padding, or the signature of an 8192-bit key. */
    private static final int HEADROOM = 1024;

    /** No mechanism adds more; a module that asks for it has not told a length. */
    private static final long MOST_ADDED = 1 << 16;

    private final FunctionTable table;
    private final FramePool frames;

    CryptoFunctions(FunctionTable table, FramePool frames) {
        this.table = table;
        this.frames = frames;
    }

    /** A ciphertext and the initialisation vector as it was after the call; empty when the mechanism has none. */
    public record Encrypted(byte[] ciphertext, byte[] iv) {}

    /** {@code C_EncryptInit} and {@code C_Encrypt}. */
    public Encrypted encrypt(long session, Mechanism mechanism, long key, byte[] plaintext) {
        try (Frame frame = frames.open()) {
            Structures.NativeMechanism how = Structures.mechanism(frame, mechanism);
            table.call(CFunction.C_EncryptInit, session, how.at(), key);
            byte[] ciphertext = transform(frame, CFunction.C_Encrypt, session, plaintext);
            return new Encrypted(ciphertext, ivAfter(how, mechanism));
        }
    }

    private static byte[] ivAfter(Structures.NativeMechanism how, Mechanism mechanism) {
        return switch (mechanism) {
            case Mechanism.Gcm gcm when how.iv() != null -> how.iv().getByteArray(0, gcm.iv().length);
            case Mechanism.Cbc cbc -> cbc.iv().clone();
            default -> new byte[0];
        };
    }

    /** {@code C_DecryptInit} and {@code C_Decrypt}. The result is secret: the caller wipes it. */
    public byte[] decrypt(long session, Mechanism mechanism, long key, byte[] ciphertext) {
        try (Frame frame = frames.open()) {
            table.call(
                    CFunction.C_DecryptInit,
                    session,
                    Structures.mechanism(frame, mechanism).at(),
                    key);
            return transform(frame, CFunction.C_Decrypt, session, ciphertext);
        }
    }

    /** {@code C_SignInit} and {@code C_Sign}. */
    public byte[] sign(long session, Mechanism mechanism, long key, byte[] data) {
        try (Frame frame = frames.open()) {
            table.call(
                    CFunction.C_SignInit,
                    session,
                    Structures.mechanism(frame, mechanism).at(),
                    key);
            return transform(frame, CFunction.C_Sign, session, data);
        }
    }

    private byte[] transform(Frame frame, CFunction function, long session, byte[] input) {
        Pointer from = input.length == 0 ? frame.zeros(1) : frame.bytes(input);
        long room = input.length + (long) HEADROOM;
        Pointer length = frame.ulong(room);
        Pointer to = frame.zeros(room);
        long rv = table.answer(function, session, from, (long) input.length, to, length);
        if (rv == Ckr.CKR_BUFFER_TOO_SMALL.code()) {
            room = Failures.believed(length.getLong(0), input.length + MOST_ADDED, function);
            to = frame.zeros(room);
            rv = table.answer(function, session, from, (long) input.length, to, length);
        }
        if (rv != 0) {
            throw Failures.of(rv, function);
        }
        long written = Failures.believed(length.getLong(0), room, function);
        return to.getByteArray(0, (int) written);
    }

    /** {@code C_GenerateRandom}: fills {@code out}. */
    public void random(long session, byte[] out) {
        if (out.length == 0) {
            return;
        }
        try (Frame frame = frames.open()) {
            Pointer at = frame.zeros(out.length);
            table.call(CFunction.C_GenerateRandom, session, at, (long) out.length);
            at.read(0, out, 0, out.length);
        }
    }
}
