package io.casemate.kernel;

import java.io.IOException;
import java.io.OutputStream;

/** An answer's body that is not JSON and may be too long to hold in memory. */
public interface Download extends AutoCloseable {
    /** The {@link #length} of what ends when its source has nothing more, or its reader leaves. */
    long UNKNOWN = -1;

    /** In bytes: {@link #writeTo} writes exactly as many; or {@link #UNKNOWN}. */
    long length();

    /**
     * Writes all of it while it is sent, after the answer is on record. A failure breaks the connection, so that nobody takes a
     * part for the whole. Of {@link #UNKNOWN} length, each piece is sent as it is written, and {@code flush} fails when nobody
     * is to read on: whoever has nothing to write for a while calls it.
     *
     * @throws IOException when {@code out} is gone, or what is read
     */
    void writeTo(OutputStream out) throws IOException;

    /** Gives back what holds it; whoever sends it, or drops it, calls this. */
    @Override
    default void close() {}

    /** What writes a body. */
    @FunctionalInterface
    interface Source {
        /** As {@link Download#writeTo}. */
        void writeTo(OutputStream out) throws IOException;
    }

    /** One that {@code source} writes, and that nothing holds. */
    static Download of(long length, Source source) {
        return new Download() {
            @Override
            public long length() {
                return length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                source.writeTo(out);
            }
        };
    }
}
