package io.casemate.hsm.jna;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Object functions: find, read, generate, destroy. See {@link Cryptoki} for errors and threads. */
public final class ObjectFunctions {
    private static final int BATCH = 32;

    /** No attribute is longer; some modules write another large number than the standard's where they have none. */
    private static final long LONGEST_VALUE = 1 << 20;

    private final FunctionTable table;
    private final FramePool frames;

    ObjectFunctions(FunctionTable table, FramePool frames) {
        this.table = table;
        this.frames = frames;
    }

    /** The handles of a key pair. */
    public record KeyPairHandles(long publicKey, long privateKey) {}

    /** {@code C_FindObjectsInit}, {@code C_FindObjects}, {@code C_FindObjectsFinal}: every handle that matches. */
    public List<Long> find(long session, List<Attribute> template) {
        try (Frame frame = frames.open()) {
            table.call(
                    CFunction.C_FindObjectsInit, session, Structures.template(frame, template), (long) template.size());
            Pointer handles = frame.zeros(BATCH * Long.BYTES);
            Pointer count = frame.ulong(0);
            List<Long> found = new ArrayList<>();
            long more;
            do {
                table.call(CFunction.C_FindObjects, session, handles, (long) BATCH, count);
                more = Failures.believed(count.getLong(0), BATCH, CFunction.C_FindObjects);
                for (int i = 0; i < more; i++) {
                    found.add(handles.getLong((long) i * Long.BYTES));
                }
            } while (more > 0);
            table.call(CFunction.C_FindObjectsFinal, session);
            return found;
        }
    }

    /** {@code C_GetAttributeValue}; attributes the object does not have or does not show are left out. */
    public Attributes read(long session, long object, long... types) {
        try (Frame frame = frames.open()) {
            Pointer template = frame.zeros((long) types.length * Structures.ATTRIBUTE_BYTES);
            for (int i = 0; i < types.length; i++) {
                template.setLong((long) i * Structures.ATTRIBUTE_BYTES, types[i]);
            }
            readInto(session, object, template, types.length);
            long[] rooms = new long[types.length];
            for (int i = 0; i < types.length; i++) {
                long at = (long) i * Structures.ATTRIBUTE_BYTES;
                long length = template.getLong(at + 16);
                rooms[i] = length > LONGEST_VALUE ? 0 : length;
                template.setPointer(at + 8, rooms[i] > 0 ? frame.zeros(rooms[i]) : null);
            }
            readInto(session, object, template, types.length);
            return values(template, types, rooms);
        }
    }

    private void readInto(long session, long object, Pointer template, int count) {
        long rv = table.answer(CFunction.C_GetAttributeValue, session, object, template, (long) count);
        if (rv != 0 && rv != Ckr.CKR_ATTRIBUTE_SENSITIVE.code() && rv != Ckr.CKR_ATTRIBUTE_TYPE_INVALID.code()) {
            throw Failures.of(rv, CFunction.C_GetAttributeValue);
        }
    }

    private static Attributes values(Pointer template, long[] types, long[] rooms) {
        Map<Long, byte[]> values = new HashMap<>();
        for (int i = 0; i < types.length; i++) {
            long at = (long) i * Structures.ATTRIBUTE_BYTES;
            long length = template.getLong(at + 16);
            Pointer value = template.getPointer(at + 8);
            if (length == 0) {
                values.put(types[i], new byte[0]);
            } else if (value != null && length > 0 && length <= rooms[i]) {
                values.put(types[i], value.getByteArray(0, (int) length));
            }
        }
        return new Attributes(Map.copyOf(values));
    }

    /** {@code C_GenerateKey}. */
    public long generateKey(long session, long mechanism, List<Attribute> template) {
        try (Frame frame = frames.open()) {
            Pointer handle = frame.ulong(0);
            Pointer how =
                    Structures.mechanism(frame, new Mechanism.Plain(mechanism)).at();
            Pointer what = Structures.template(frame, template);
            table.call(CFunction.C_GenerateKey, session, how, what, (long) template.size(), handle);
            return handle.getLong(0);
        }
    }

    /** {@code C_GenerateKeyPair}. */
    public KeyPairHandles generateKeyPair(
            long session, long mechanism, List<Attribute> publicTemplate, List<Attribute> privateTemplate) {
        try (Frame frame = frames.open()) {
            Pointer publicKey = frame.ulong(0);
            Pointer privateKey = frame.ulong(0);
            table.call(
                    CFunction.C_GenerateKeyPair,
                    session,
                    Structures.mechanism(frame, new Mechanism.Plain(mechanism)).at(),
                    Structures.template(frame, publicTemplate),
                    (long) publicTemplate.size(),
                    Structures.template(frame, privateTemplate),
                    (long) privateTemplate.size(),
                    publicKey,
                    privateKey);
            return new KeyPairHandles(publicKey.getLong(0), privateKey.getLong(0));
        }
    }

    /** {@code C_DestroyObject}. */
    public void destroy(long session, long object) {
        table.call(CFunction.C_DestroyObject, session, object);
    }
}
