package io.casemate.audit.file;

import java.io.ByteArrayOutputStream;

/** Lines that are written again when their file was lost. A long one takes its memory only until they are forgotten. */
final class RecentLines extends ByteArrayOutputStream {
    private static final int MOST_KEPT = 1 << 20;

    @Override
    public synchronized void reset() {
        super.reset();
        if (held() > MOST_KEPT) {
            buf = new byte[0];
        }
    }

    /** Bytes of memory, used or not. */
    synchronized int held() {
        return buf.length;
    }
}
