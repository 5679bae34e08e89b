package io.casemate.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A path below {@code /v1/}, decoded exactly once: the one string that is routed, authorised and audited.
 *
 * <p>Never empty-segmented, never with {@code .} or {@code ..} segments, never with control characters, never with a
 * leading slash. One trailing slash may stand, it marks a folder (LIST).
 */
public record ApiPath(String value) {
    /** Longest path accepted, in characters. */
    public static final int MAX_LENGTH = 4096;

    public ApiPath {
        check(value);
    }

    /**
     * Decodes what stands in the request line, once.
     *
     * @param raw the still percent-encoded path, without {@code /v1/} and without a query
     * @throws FaultException {@code BadRequest} for a bad escape, bad UTF-8 or a forbidden segment or character
     */
    public static ApiPath decode(String raw) {
        return new ApiPath(raw.indexOf('%') < 0 ? raw : unescape(raw));
    }

    /** The path without the first {@code mount} characters, as an engine sees it. */
    public ApiPath below(String mount) {
        return new ApiPath(value.substring(mount.length()));
    }

    /** With one trailing slash: a folder. */
    public ApiPath asFolder() {
        return value.isEmpty() || value.endsWith("/") ? this : new ApiPath(value + "/");
    }

    /** Segments between slashes; a trailing slash adds none. */
    public List<String> segments() {
        return value.isEmpty() ? List.of() : List.of(value.split("/"));
    }

    @Override
    public String toString() {
        return value;
    }

    private static void check(String path) {
        if (path.length() > MAX_LENGTH) {
            throw Fault.badRequest("path is longer than " + MAX_LENGTH + " characters");
        }
        if (path.startsWith("/") || path.contains("//")) {
            throw Fault.badRequest("path has an empty segment (two slashes in a row)");
        }
        for (int i = 0; i < path.length(); i++) {
            checkCharacter(path.charAt(i));
        }
        if (path.indexOf('.') >= 0) {
            checkSegments(path);
        }
    }

    private static void checkSegments(String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw Fault.badRequest("path has a relative segment ('.' or '..')");
            }
        }
    }

    private static void checkCharacter(char c) {
        if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029' || c == '\uFFFD') {
            throw Fault.badRequest("path has a character that cannot be printed");
        }
    }

    private static String unescape(String raw) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                out.write(hexPair(raw, i + 1));
                i += 2;
            } else {
                byte[] encoded = String.valueOf(c).getBytes(StandardCharsets.UTF_8);
                out.write(encoded, 0, encoded.length);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(out.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Fault.BadRequest(List.of("path is not UTF-8 after decoding")).causedBy(e);
        }
    }

    private static int hexPair(String raw, int at) {
        int high = at < raw.length() ? Character.digit(raw.charAt(at), 16) : -1;
        int low = at + 1 < raw.length() ? Character.digit(raw.charAt(at + 1), 16) : -1;
        if (high < 0 || low < 0) {
            throw Fault.badRequest("path has a broken percent escape");
        }
        return high << 4 | low;
    }
}
