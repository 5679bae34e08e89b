package io.casemate.crypto;

import io.casemate.kernel.Fault;
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
