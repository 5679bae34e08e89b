package io.casemate.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** The bytes of a body in the pieces in which they came: a long one is never held twice to be in one. */
final class ReceivedBody {
    private final List<byte[]> pieces = new ArrayList<>(1);
    private long length;

    /** Adds the first {@code bytes} of {@code piece}, which is this one's now; no piece but the last is part empty. */
    void add(byte[] piece, int bytes) {
        pieces.add(piece);
        length += bytes;
    }

    long length() {
        return length;
    }

    /** All of it, from the first byte. */
    InputStream stream() {
        if (pieces.size() == 1) {
            return new ByteArrayInputStream(pieces.getFirst(), 0, (int) length);
        }
        List<InputStream> streams = new ArrayList<>(pieces.size());
        long left = length;
        for (byte[] piece : pieces) {
            streams.add(new ByteArrayInputStream(piece, 0, (int) Math.min(left, piece.length)));
            left -= piece.length;
        }
        return new SequenceInputStream(Collections.enumeration(streams));
    }

    /** What follows the first {@code skipped} bytes, in one array; for what is known to be short. */
    byte[] after(long skipped) {
        try (InputStream in = stream()) {
            in.skipNBytes(skipped);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Overwrites and forgets all of it. */
    void wipe() {
        pieces.forEach(piece -> Arrays.fill(piece, (byte) 0));
        pieces.clear();
        length = 0;
    }
}
