package io.casemate.hsm.jna;

import com.sun.jna.Pointer;
import io.casemate.kernel.SecretBytes;
import java.nio.file.Path;

/**
 * A PKCS#11 module: general, slot and session functions, one method per {@code C_} function.
 *
 * <p>Every method throws {@code Fault.HsmFailed} with the {@code CKR_} name for any answer but {@code CKR_OK}. Methods block
 * for as long as the library does and pin a virtual thread meanwhile: call them on platform threads. Safe for concurrent
 * use to the extent the standard allows: one operation per session at a time.
 */
public final class Cryptoki {
    /** No token has so many mechanisms, no module so many slots. */
    private static final long LONGEST_LIST = 1 << 16;

    final FunctionTable table;
    private final FramePool frames = new FramePool();
    private final ObjectFunctions objects;
    private final CryptoFunctions crypto;

    private Cryptoki(FunctionTable table) {
        this.table = table;
        this.objects = new ObjectFunctions(table, frames);
        this.crypto = new CryptoFunctions(table, frames);
    }

    /** Loads the module; {@code SETUP} when the file is missing or is no PKCS#11 library. */
    public static Cryptoki load(Path path) {
        return new Cryptoki(FunctionTable.load(path));
    }

    /** Objects: finding, reading, generating. */
    public ObjectFunctions objects() {
        return objects;
    }

    /** Encryption, signatures, random numbers. */
    public CryptoFunctions crypto() {
        return crypto;
    }

    /**
     * {@code C_Initialize} with {@code CKF_OS_LOCKING_OK}; an already initialised library is fine.
     *
     * @param arguments put into {@code pReserved} for modules that want them there; empty for {@code NULL}
     */
    public void initialize(String arguments) {
        try (Frame frame = frames.open()) {
            long rv = table.answer(CFunction.C_Initialize, Structures.initializeArguments(frame, arguments));
            if (rv != 0 && rv != Ckr.CKR_CRYPTOKI_ALREADY_INITIALIZED.code()) {
                throw Failures.of(rv, CFunction.C_Initialize);
            }
        }
    }

    /** {@code C_Finalize}: every session and login of this process on this library ends. */
    public void finish() {
        table.call(CFunction.C_Finalize, (Object) null);
    }

    /** {@code C_GetInfo}: name and versions of the library. */
    public String libraryDescription() {
        try (Frame frame = frames.open()) {
            Pointer at = frame.zeros(Structures.MODULE_INFO_BYTES);
            table.call(CFunction.C_GetInfo, at);
            return Structures.libraryDescription(at);
        }
    }

    /** {@code C_GetSlotList}: the slots, or only those with a token. Slot numbers are unsigned. */
    public long[] slots(boolean withToken) {
        return list(CFunction.C_GetSlotList, (byte) (withToken ? 1 : 0));
    }

    /** Asks how many there are, then for them; again when there were more in between. */
    private long[] list(CFunction function, Object of) {
        try (Frame frame = frames.open()) {
            Pointer count = frame.ulong(0);
            while (true) {
                table.call(function, of, null, count);
                long room = count.getLong(0);
                if (room == 0) {
                    return new long[0];
                }
                Pointer list = frame.zeros(Failures.believed(room, LONGEST_LIST, function) * Long.BYTES);
                long rv = table.answer(function, of, list, count);
                if (rv == 0) {
                    return list.getLongArray(0, (int) Math.clamp(count.getLong(0), 0, room));
                }
                if (rv != Ckr.CKR_BUFFER_TOO_SMALL.code()) {
                    throw Failures.of(rv, function);
                }
            }
        }
    }

    /** {@code C_GetSlotInfo}: the slot's description. */
    public String slotDescription(long slot) {
        try (Frame frame = frames.open()) {
            Pointer at = frame.zeros(Structures.SLOT_INFO_BYTES);
            table.call(CFunction.C_GetSlotInfo, slot, at);
            return Structures.slotDescription(at);
        }
    }

    /** {@code C_GetTokenInfo}. */
    public TokenInfo tokenInfo(long slot) {
        try (Frame frame = frames.open()) {
            Pointer at = frame.zeros(Structures.TOKEN_INFO_BYTES);
            table.call(CFunction.C_GetTokenInfo, slot, at);
            return Structures.tokenInfo(at);
        }
    }

    /** {@code C_GetMechanismList}: the {@code CKM_} numbers the token says it offers. */
    public long[] mechanisms(long slot) {
        return list(CFunction.C_GetMechanismList, slot);
    }

    /** {@code C_InitToken}: makes the token empty. {@code label} is at most 32 bytes. */
    public void initToken(long slot, SecretBytes securityOfficerPin, String label) {
        try (Frame frame = frames.open()) {
            byte[] padded = "%-32s".formatted(label).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            Pointer pin = frame.bytes(securityOfficerPin.expose());
            table.call(CFunction.C_InitToken, slot, pin, (long) securityOfficerPin.length(), frame.bytes(padded));
        }
    }

    /** {@code C_InitPIN}: sets the user PIN, in a session of the security officer. */
    public void initPin(long session, SecretBytes pin) {
        try (Frame frame = frames.open()) {
            table.call(CFunction.C_InitPIN, session, frame.bytes(pin.expose()), (long) pin.length());
        }
    }

    /** {@code C_OpenSession} with {@code CKF_SERIAL_SESSION}. */
    public long openSession(long slot, boolean forWriting) {
        try (Frame frame = frames.open()) {
            Pointer handle = frame.ulong(0);
            long flags = Ckf.SERIAL_SESSION | (forWriting ? Ckf.RW_SESSION : 0);
            table.call(CFunction.C_OpenSession, slot, flags, null, null, handle);
            return handle.getLong(0);
        }
    }

    /** {@code C_CloseSession}. Closing the last session of the process on a token also logs out. */
    public void closeSession(long session) {
        table.call(CFunction.C_CloseSession, session);
    }

    /** {@code C_GetSessionInfo}: the {@code CKS_} state. */
    public long sessionState(long session) {
        try (Frame frame = frames.open()) {
            Pointer at = frame.zeros(Structures.SESSION_INFO_BYTES);
            table.call(CFunction.C_GetSessionInfo, session, at);
            return Structures.sessionState(at);
        }
    }

    /** {@code C_Login}. Being logged in already is fine: the login belongs to the process, not to the session. */
    public void login(long session, long user, SecretBytes pin) {
        try (Frame frame = frames.open()) {
            Pointer text = frame.bytes(pin.expose());
            long rv = table.answer(CFunction.C_Login, session, user, text, (long) pin.length());
            if (rv != 0 && rv != Ckr.CKR_USER_ALREADY_LOGGED_IN.code()) {
                throw Failures.of(rv, CFunction.C_Login);
            }
        }
    }

    /** {@code C_Logout}: of the whole process. */
    public void logout(long session) {
        table.call(CFunction.C_Logout, session);
    }
}
