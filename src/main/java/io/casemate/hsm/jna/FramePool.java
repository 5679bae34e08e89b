package io.casemate.hsm.jna;

import com.sun.jna.Memory;
import java.util.concurrent.ArrayBlockingQueue;

/** Reuses native blocks, since allocating one costs as much as a call. A block in the pool is all zeros. */
final class FramePool {
    private static final int BLOCK_BYTES = 8 * 1024;
    private static final int KEPT = 64;

    private final ArrayBlockingQueue<Memory> free = new ArrayBlockingQueue<>(KEPT);

    Frame open() {
        Memory block = free.poll();
        if (block == null) {
            block = new Memory(BLOCK_BYTES);
            block.clear();
        }
        return new Frame(this, block);
    }

    void giveBack(Memory block) {
        if (!free.offer(block)) {
            block.close();
        }
    }
}
