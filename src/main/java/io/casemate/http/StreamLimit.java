package io.casemate.http;

import java.nio.ByteBuffer;

/**
 * How many requests at once a client is told that it may have on one HTTP/2 connection: fewer than Helidon allows. Helidon
 * counts a stream for a moment after its last frame has left; a client that fills the number and opens the next stream when
 * one has ended keeps to the rules (RFC 9113 section 5.1.2), and would lose the connection with all its requests.
 *
 * <p>Helidon has one number for both, so what it tells is changed where it leaves: in the SETTINGS frame that a server sends
 * first (section 3.4). Not thread-safe: shown the connection's plain bytes by its writing thread.
 */
final class StreamLimit {
    /** What clients are told; section 6.5.2 advises no fewer. */
    static final int TOLD = 100;

    /** What Helidon allows: as many again may be ending. */
    static final int ALLOWED = 2 * TOLD;

    private static final int FRAME_HEADER = 9;
    private static final int TYPE = 3;
    private static final int SETTINGS = 0x4;
    private static final int ENTRY = 6;
    private static final int MAX_CONCURRENT_STREAMS = 0x3;

    private boolean passed;

    /** Takes what is about to be sent; only the first bytes matter. */
    void tell(ByteBuffer[] sources, int offset, int length) {
        for (int i = offset; i < offset + length && !passed; i++) {
            if (sources[i].hasRemaining()) {
                passed = true;
                tell(sources[i]);
            }
        }
    }

    private static void tell(ByteBuffer first) {
        int start = first.position();
        if (first.remaining() < FRAME_HEADER || first.get(start + TYPE) != SETTINGS) {
            return;
        }
        for (int at = start + FRAME_HEADER; at + ENTRY <= first.limit(); at += ENTRY) {
            if (first.getShort(at) == MAX_CONCURRENT_STREAMS) {
                first.putInt(at + Short.BYTES, TOLD);
                return;
            }
        }
    }
}
