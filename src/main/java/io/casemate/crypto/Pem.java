package io.casemate.crypto;

import io.casemate.kernel.Fault;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * Textual encoding of DER (RFC 7468). Writes the strict form; reads the lax one (any line length, white space and text
 * outside blocks), but never guesses: a block that is not whole is refused.
 */
public final class Pem {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private Pem() {}

    /** One block, such as {@code CERTIFICATE}. */
    public record Block(String label, byte[] der) {}

    /** The block's text, without a newline at its end, as the API shows it. */
    public static String encode(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + new String(LINES.encode(der), StandardCharsets.US_ASCII)
                + "\n-----END " + label + "-----";
    }

    /** How long {@link #encode} of {@code length} bytes is. */
    public static long length(String label, long length) {
        long digits = (length + 2) / 3 * 4;
        return 32 + 2L * label.length() + digits + (digits == 0 ? 0 : (digits - 1) / 64);
    }

    /** What writes DER. */
    @FunctionalInterface
    public interface DerSource {
        /** Writes it. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * The same text as the other, for DER that is too long to be held at once.
     *
     * @throws IOException when {@code out} fails
     */
    public static void encode(String label, OutputStream out, DerSource der) throws IOException {
        out.write(("-----BEGIN " + label + "-----\n").getBytes(StandardCharsets.US_ASCII));
        OutputStream lines = LINES.wrap(new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                out.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                out.flush();
            }
        });
        der.writeTo(lines);
        lines.close();
        out.write(("\n-----END " + label + "-----").getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * All blocks in {@code text}, in order.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for a block without its end or with other than base64
     */
    public static List<Block> decode(String text) {
        List<Block> blocks = new ArrayList<>();
        int at = text.indexOf("-----BEGIN ");
        while (at >= 0) {
            int labelEnd = text.indexOf("-----", at + 11);
            String label = labelEnd < 0 ? "" : text.substring(at + 11, labelEnd);
            String closing = "-----END " + label + "-----";
            int end = labelEnd < 0 ? -1 : text.indexOf(closing, labelEnd + 5);
            if (end < 0) {
                throw Fault.badRequest("PEM: a block begins and does not end");
            }
            blocks.add(new Block(label, body(text.substring(labelEnd + 5, end))));
            at = text.indexOf("-----BEGIN ", end + closing.length());
        }
        return blocks;
    }

    private static byte[] body(String text) {
        try {
            return Base64.getDecoder().decode(text.replaceAll("[ \t\r\n]", ""));
        } catch (IllegalArgumentException e) {
            throw new Fault.BadRequest(List.of("PEM: the body of a block is not base64")).causedBy(e);
        }
    }
}
