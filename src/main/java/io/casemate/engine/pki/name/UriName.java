package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A {@code uniformResourceIdentifier} (RFC 5280 4.2.1.6): absolute, ASCII, already in normal form, so that a pattern that
 * matches its text matches what readers understand by it.
 */
public record UriName(String text) {
    private static final int MAX = 2048;

    /**
     * Reads a URI.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is relative, not ASCII, has dot segments or
     *     escaped dots and slashes
     */
    public static UriName parse(String text) {
        try {
            URI uri = new URI(text);
            boolean ascii = text.length() <= MAX && text.chars().allMatch(c -> c > 0x20 && c < 0x7F);
            String lower = text.toLowerCase(Locale.ROOT);
            boolean escaped = lower.contains("%2e") || lower.contains("%2f") || lower.contains("%00");
            boolean whole = uri.isAbsolute()
                    && uri.getSchemeSpecificPart() != null
                    && !uri.getSchemeSpecificPart().isEmpty();
            if (ascii
                    && whole
                    && !escaped
                    && !dotted(uri)
                    && uri.normalize().toString().equals(text)) {
                return new UriName(text);
            }
        } catch (URISyntaxException e) {
            throw new Fault.BadRequest(List.of(refusal(text))).causedBy(e);
        }
        throw Fault.badRequest(refusal(text));
    }

    /** Dot segments that go above the root stay when the JDK normalises; readers resolve them. */
    private static boolean dotted(URI uri) {
        return uri.getRawPath() != null
                && Arrays.stream(uri.getRawPath().split("/"))
                        .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    private static String refusal(String text) {
        return "'" + Printable.of(text) + "' is not an absolute URI in ASCII without dot segments";
    }
}
