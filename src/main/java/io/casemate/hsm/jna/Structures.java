package io.casemate.hsm.jna;

import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The C structures of pkcs11t.h with native alignment, {@code CK_ULONG} and pointers of 8 bytes. */
final class Structures {
    static final int TOKEN_INFO_BYTES = 208;
    static final int SLOT_INFO_BYTES = 112;
    static final int MODULE_INFO_BYTES = 88;
    static final int SESSION_INFO_BYTES = 32;
    static final int ATTRIBUTE_BYTES = 24;
    static final long UNAVAILABLE = -1;

    /** One pointer longer than the standard's: NSS reads another one, which has to be {@code NULL}, behind it. */
    private static final int INITIALIZE_ARGS_BYTES = 56;

    private static final int MECHANISM_BYTES = 24;
    private static final int GCM_BYTES = 48;
    private static final int OAEP_BYTES = 40;
    private static final int PSS_BYTES = 24;
    private static final int TAG_BITS = 128;
    private static final long DATA_SPECIFIED = 1;

    private Structures() {}

    /**
     * {@code CK_C_INITIALIZE_ARGS}: no mutex functions of ours, the library locks by the system's own; {@code pReserved} is
     * a C string, or {@code NULL} when {@code library} is empty.
     */
    static Pointer initializeArguments(Frame frame, String library) {
        Pointer at = frame.zeros(INITIALIZE_ARGS_BYTES);
        at.setLong(32, Ckf.OS_LOCKING_OK);
        if (!library.isEmpty()) {
            byte[] text = library.getBytes(StandardCharsets.UTF_8);
            at.setPointer(40, frame.bytes(Arrays.copyOf(text, text.length + 1)));
        }
        return at;
    }

    static TokenInfo tokenInfo(Pointer at) {
        long limit = at.getLong(120);
        return new TokenInfo(
                text(at, 0, 32),
                text(at, 32, 32),
                text(at, 64, 16),
                text(at, 80, 16),
                at.getByte(186) + "." + at.getByte(187),
                at.getLong(96),
                limit == UNAVAILABLE ? 0 : limit);
    }

    static String slotDescription(Pointer at) {
        return text(at, 0, 64);
    }

    static String libraryDescription(Pointer at) {
        return "%s %d.%d (PKCS#11 %d.%d)"
                .formatted(text(at, 48, 32), at.getByte(80), at.getByte(81), at.getByte(0), at.getByte(1));
    }

    /** {@code CK_SESSION_INFO.state}. */
    static long sessionState(Pointer at) {
        return at.getLong(8);
    }

    static Pointer template(Frame frame, List<Attribute> attributes) {
        Pointer at = frame.zeros((long) attributes.size() * ATTRIBUTE_BYTES);
        for (int i = 0; i < attributes.size(); i++) {
            Attribute attribute = attributes.get(i);
            long offset = (long) i * ATTRIBUTE_BYTES;
            at.setLong(offset, attribute.type());
            at.setPointer(offset + 8, frame.bytes(attribute.value()));
            at.setLong(offset + 16, attribute.value().length);
        }
        return at;
    }

    /** A {@code CK_MECHANISM}; {@code iv} is where its initialisation vector lies, for tokens that write it themselves. */
    record NativeMechanism(Pointer at, Pointer iv) {}

    static NativeMechanism mechanism(Frame frame, Mechanism mechanism) {
        return switch (mechanism) {
            case Mechanism.Plain _ -> mechanism(frame, mechanism.type(), null, 0, null);
            case Mechanism.Cbc cbc -> {
                Pointer iv = frame.bytes(cbc.iv());
                yield mechanism(frame, mechanism.type(), iv, cbc.iv().length, iv);
            }
            case Mechanism.Gcm gcm -> gcm(frame, gcm);
            case Mechanism.Oaep oaep -> {
                Pointer at = frame.zeros(OAEP_BYTES);
                at.setLong(0, oaep.hash());
                at.setLong(8, oaep.mgf());
                at.setLong(16, DATA_SPECIFIED);
                yield mechanism(frame, mechanism.type(), at, OAEP_BYTES, null);
            }
            case Mechanism.Pss pss -> {
                Pointer at = frame.zeros(PSS_BYTES);
                at.setLong(0, pss.hash());
                at.setLong(8, pss.mgf());
                at.setLong(16, pss.salt());
                yield mechanism(frame, mechanism.type(), at, PSS_BYTES, null);
            }
        };
    }

    /** {@code CK_GCM_PARAMS} of 2.40: pIv, ulIvLen, ulIvBits, pAAD, ulAADLen, ulTagBits. */
    private static NativeMechanism gcm(Frame frame, Mechanism.Gcm gcm) {
        Pointer at = frame.zeros(GCM_BYTES);
        Pointer iv = frame.bytes(gcm.iv());
        at.setPointer(0, iv);
        at.setLong(8, gcm.iv().length);
        at.setLong(16, gcm.iv().length * 8L);
        at.setPointer(24, frame.bytes(gcm.aad()));
        at.setLong(32, gcm.aad().length);
        at.setLong(40, TAG_BITS);
        return mechanism(frame, gcm.type(), at, GCM_BYTES, iv);
    }

    private static NativeMechanism mechanism(Frame frame, long type, Pointer parameter, long length, Pointer iv) {
        Pointer at = frame.zeros(MECHANISM_BYTES);
        at.setLong(0, type);
        at.setPointer(8, parameter);
        at.setLong(16, length);
        return new NativeMechanism(at, iv);
    }

    /** A blank-padded text; some libraries pad with zeros. */
    private static String text(Pointer at, long offset, int length) {
        String padded = new String(at.getByteArray(offset, length), StandardCharsets.UTF_8);
        int zero = padded.indexOf('\0');
        return (zero < 0 ? padded : padded.substring(0, zero)).strip();
    }
}
