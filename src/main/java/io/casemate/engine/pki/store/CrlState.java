package io.casemate.engine.pki.store;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A CRL that was signed: what stands before and after its entries, and where the entries are. It is whole without being copied:
 * rolls only grow, and the CRL reads the part that was there when it was signed.
 *
 * @param base the number of the complete CRL that a delta adds to; 0 for a complete one
 * @param covers entries of the ledger when it was signed: more of them since make it stale
 * @param count entries in it
 * @param head DER up to the first entry
 * @param tail DER after the last entry: extensions and signature
 */
public record CrlState(
        long number,
        long base,
        Instant thisUpdate,
        Instant nextUpdate,
        long covers,
        long count,
        byte[] head,
        byte[] tail,
        List<Span> spans) {

    private static final int SPAN = 4 + 8 + 8;

    /** Bytes {@code from} to {@code to} (exclusive) of the roll of {@code day}. */
    public record Span(int day, long from, long to) {}

    /** Of the CRL in DER, in bytes. */
    public long length() {
        return head.length + tail.length + length(spans);
    }

    /** Of spans together. */
    public static long length(List<Span> spans) {
        return spans.stream().mapToLong(span -> span.to() - span.from()).sum();
    }

    byte[] encoded() {
        ByteBuffer out = ByteBuffer.allocate(1 + 6 * 8 + 4 + head.length + 4 + tail.length + 4 + SPAN * spans.size());
        out.put(Records.VERSION).putLong(number).putLong(base);
        out.putLong(thisUpdate.getEpochSecond()).putLong(nextUpdate.getEpochSecond());
        out.putLong(covers).putLong(count);
        out.putInt(head.length).put(head).putInt(tail.length).put(tail).putInt(spans.size());
        spans.forEach(span -> out.putInt(span.day()).putLong(span.from()).putLong(span.to()));
        return out.array();
    }

    static CrlState decoded(String key, byte[] stored) {
        ByteBuffer in = Records.body(key, stored, 6 * 8 + 12);
        long number = in.getLong();
        long base = in.getLong();
        Instant thisUpdate = Instant.ofEpochSecond(in.getLong());
        Instant nextUpdate = Instant.ofEpochSecond(in.getLong());
        long covers = in.getLong();
        long count = in.getLong();
        byte[] head = bytes(in);
        byte[] tail = bytes(in);
        List<Span> spans = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            spans.add(new Span(in.getInt(), in.getLong(), in.getLong()));
        }
        return new CrlState(number, base, thisUpdate, nextUpdate, covers, count, head, tail, spans);
    }

    private static byte[] bytes(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return bytes;
    }
}
