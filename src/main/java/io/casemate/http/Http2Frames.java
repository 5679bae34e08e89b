package io.casemate.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Follows an HTTP/2 client's frames (RFC 9113 section 4.1) just far enough to know whether it stopped in the middle of
 * one, or of a header block (section 4.3). Not thread-safe: fed by the connection's reading thread alone.
 */
final class Http2Frames {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int FRAME_HEADER = 9;
    private static final int HEADERS = 0x1;
    private static final int CONTINUATION = 0x9;
    private static final int END_HEADERS = 0x4;
    private static final int MOST_EMPTY = 10;

    private final byte[] header = new byte[FRAME_HEADER];
    private int prefaceSeen;
    private int headerSeen;
    private int payloadLeft;
    private boolean blockOpen;
    private int empty;
    private boolean other;

    /** Takes the next decrypted bytes; the buffer's position moves. */
    void feed(ByteBuffer bytes) {
        while (bytes.hasRemaining() && !other) {
            if (prefaceSeen < PREFACE.length) {
                other = bytes.get() != PREFACE[prefaceSeen];
                prefaceSeen++;
            } else if (headerSeen < FRAME_HEADER) {
                header[headerSeen++] = bytes.get();
                startPayload();
            } else {
                int step = Math.min(payloadLeft, bytes.remaining());
                bytes.position(bytes.position() + step);
                payloadLeft -= step;
                endFrame();
            }
        }
    }

    /** These are not HTTP/2 frames; nothing further is followed. */
    boolean other() {
        return other;
    }

    /** The client owes the rest of a frame or of a header block. */
    boolean unfinished() {
        return blockOpen || headerSeen > 0 || prefaceSeen < PREFACE.length;
    }

    /** What it owes is the head of a request. */
    boolean inHead() {
        return blockOpen || (headerSeen == FRAME_HEADER && header[3] == HEADERS);
    }

    /** A header block in so many empty pieces that they serve nothing but to fill Helidon's memory, which keeps them. */
    boolean flooding() {
        return empty > MOST_EMPTY;
    }

    private void startPayload() {
        if (headerSeen == FRAME_HEADER) {
            payloadLeft = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
            if (header[3] == HEADERS) {
                empty = 0;
            } else if (header[3] == CONTINUATION && payloadLeft == 0) {
                empty++;
            }
            endFrame();
        }
    }

    private void endFrame() {
        if (payloadLeft == 0) {
            if (header[3] == HEADERS || header[3] == CONTINUATION) {
                blockOpen = (header[4] & END_HEADERS) == 0;
            }
            headerSeen = 0;
        }
    }
}
