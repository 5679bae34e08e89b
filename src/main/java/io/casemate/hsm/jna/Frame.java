package io.casemate.hsm.jna;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/**
 * Native memory of one call. Everything handed out is zeroed before and wiped after use, because keys, PINs and plaintexts
 * pass through it. Used by one thread; closing it gives its block back to the pool.
 */
final class Frame implements AutoCloseable {
    private static final int ALIGNMENT = 16;

    private final FramePool pool;
    private final Memory block;
    private final List<Memory> large = new ArrayList<>(0);
    private long used;

    Frame(FramePool pool, Memory block) {
        this.pool = pool;
        this.block = block;
    }

    /** {@code size} zero bytes, aligned for any C type. */
    Pointer zeros(long size) {
        long wanted = (Math.max(size, 1) + ALIGNMENT - 1) & -ALIGNMENT;
        if (used + wanted <= block.size()) {
            Pointer at = block.share(used, wanted);
            used += wanted;
            return at;
        }
        Memory own = new Memory(wanted);
        own.clear();
        large.add(own);
        return own;
    }

    /** A copy of {@code bytes}; {@code NULL} when there are none, as the standard wants it for absent data. */
    Pointer bytes(byte[] bytes) {
        if (bytes.length == 0) {
            return null;
        }
        Pointer at = zeros(bytes.length);
        at.write(0, bytes, 0, bytes.length);
        return at;
    }

    /** A {@code CK_ULONG}. */
    Pointer ulong(long value) {
        Pointer at = zeros(Long.BYTES);
        at.setLong(0, value);
        return at;
    }

    @Override
    public void close() {
        for (Memory memory : large) {
            memory.clear();
            memory.close();
        }
        if (used > 0) {
            block.clear(used);
        }
        pool.giveBack(block);
    }
}
