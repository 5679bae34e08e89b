package io.casemate.cli.http;

import io.casemate.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * One request of the API.
 *
 * @param path below {@code /v1/}, not yet encoded, without slashes at its ends
 * @param query names and values, not yet encoded; a list stands for a name that is there several times
 * @param body JSON, or null for none
 * @param purpose what the command wants with the answer
 */
public record Call(String method, String path, Map<String, ?> query, byte[] body, Purpose purpose) {
    /** What a command wants with an answer. */
    public enum Purpose {
        /** To show it, wrapped if the user wishes so. */
        SHOW,
        /** To read it, so that it is never wrapped. */
        READ,
        /** To read it before the request that was asked for: it is sent also where that one is only to be told. */
        PREFLIGHT,
        /** To read it as a state of the whole server, which belongs to no namespace. */
        WHOLE_SERVER
    }

    private static final String WRAP = "sys/wrapping/wrap";
    private static final String WRAP_TTL = "5m";

    private static final String KEPT = "-._~!$&'()*+,;=:@/";
    private static final String KEPT_IN_QUERY = "-._~!*'()";

    /** A GET of {@code path}. */
    public static Call get(String path) {
        return new Call("GET", trimmed(path), Map.of(), null, Purpose.SHOW);
    }

    /** Asks for the names below {@code path}. */
    public static Call list(String path) {
        return get(path).with(Map.of("list", "true"));
    }

    /** Asks for all names below {@code path}, however deep. */
    public static Call scan(String path) {
        return get(path).with(Map.of("scan", "true"));
    }

    /** A DELETE of {@code path}. */
    public static Call delete(String path) {
        return new Call("DELETE", trimmed(path), Map.of(), null, Purpose.SHOW);
    }

    /** A PUT of {@code body} as JSON. */
    public static Call put(String path, Map<String, Object> body) {
        return new Call("PUT", trimmed(path), Map.of(), Json.bytes(body), Purpose.SHOW);
    }

    /** A POST of {@code body} as JSON. */
    public static Call post(String path, Map<String, Object> body) {
        return new Call("POST", trimmed(path), Map.of(), Json.bytes(body), Purpose.SHOW);
    }

    /** A PATCH with {@code body} as JSON. */
    public static Call patch(String path, Map<String, Object> body) {
        return new Call("PATCH", trimmed(path), Map.of(), Json.bytes(body), Purpose.SHOW);
    }

    /** The same with this query. */
    public Call with(Map<String, ?> parameters) {
        return new Call(method, path, parameters, body, purpose);
    }

    /** The same, its answer read by the command. */
    public Call read() {
        return new Call(method, path, query, body, Purpose.READ);
    }

    /** The same, asked to find the way to the request that the user wants. */
    public Call preflight() {
        return new Call(method, path, query, body, Purpose.PREFLIGHT);
    }

    /** The same, asked of the whole server, whatever the namespace. */
    public Call ofWholeServer() {
        return new Call(method, path, query, body, Purpose.WHOLE_SERVER);
    }

    boolean namespaced() {
        return purpose != Purpose.WHOLE_SERVER;
    }

    boolean isPreflight() {
        return purpose == Purpose.PREFLIGHT;
    }

    /** Whether the answer may come wrapped. */
    boolean wrappable() {
        return purpose == Purpose.SHOW;
    }

    /** How long the answer shall live wrapped where the user does not say: what is asked to wrap always does so. */
    String wrapTtl() {
        return path.equals(WRAP) && (method.equals("PUT") || method.equals("POST")) ? WRAP_TTL : "";
    }

    /** A path as users type it, without spaces and slashes around it and with single ones in it; dots are the server's. */
    public static String trimmed(String path) {
        String text = path.strip().replaceAll("/{2,}", "/");
        int start = 0;
        int end = text.length();
        while (start < end && text.charAt(start) == '/') {
            start++;
        }
        while (end > start && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(start, end);
    }

    /** Path and query as they go on the wire. */
    public String target() {
        StringBuilder target = new StringBuilder("/v1/");
        encode(target, path, KEPT);
        char separator = '?';
        for (Map.Entry<String, ?> parameter : query.entrySet()) {
            for (String value : values(parameter.getValue())) {
                target.append(separator);
                encode(target, parameter.getKey(), KEPT_IN_QUERY);
                encode(target.append('='), value, KEPT_IN_QUERY);
                separator = '&';
            }
        }
        return target.toString();
    }

    private static List<String> values(Object value) {
        return value instanceof List<?> ? Values.texts(value) : List.of(Values.shown(value));
    }

    private static void encode(StringBuilder out, String text, String kept) {
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (plain || kept.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
    }
}
