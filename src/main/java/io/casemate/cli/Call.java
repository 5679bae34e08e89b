package io.casemate.cli;

import io.casemate.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request of the API.
 *
 * @param path below {@code /v1/}, not yet encoded, without slashes at its ends
 * @param query names and values, not yet encoded
 * @param body JSON, or null for none
 */
record Call(String method, String path, Map<String, String> query, byte[] body) {
    private static final String KEPT = "-._~!$&'()*+,;=:@/";
    private static final String KEPT_IN_QUERY = "-._~!*'()";

    static Call get(String path) {
        return new Call("GET", trimmed(path), Map.of(), null);
    }

    static Call list(String path) {
        return get(path).with(Map.of("list", "true"));
    }

    static Call scan(String path) {
        return get(path).with(Map.of("scan", "true"));
    }

    static Call delete(String path) {
        return new Call("DELETE", trimmed(path), Map.of(), null);
    }

    static Call put(String path, Map<String, Object> body) {
        return new Call("PUT", trimmed(path), Map.of(), Json.bytes(body));
    }

    static Call post(String path, Map<String, Object> body) {
        return new Call("POST", trimmed(path), Map.of(), Json.bytes(body));
    }

    static Call patch(String path, Map<String, Object> body) {
        return new Call("PATCH", trimmed(path), Map.of(), Json.bytes(body));
    }

    Call with(Map<String, String> parameters) {
        return new Call(method, path, parameters, body);
    }

    /** True for what a command asks to find its way; its answer is read here, so it is never wrapped. */
    boolean isQuestion() {
        return path.startsWith("sys/internal/ui/") || path.equals("sys/seal-status") || path.equals("sys/leader");
    }

    /** True for the look at a path's mount that {@code kv} takes before the request that was asked for. */
    boolean isPreflight() {
        return path.startsWith("sys/internal/ui/mounts/");
    }

    /** A path as users type it, without spaces and slashes around it. */
    static String trimmed(String path) {
        String text = path.strip();
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
    String target() {
        StringBuilder target = new StringBuilder("/v1/");
        encode(target, path, KEPT);
        char separator = '?';
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            target.append(separator);
            encode(target, parameter.getKey(), KEPT_IN_QUERY);
            encode(target.append('='), parameter.getValue(), KEPT_IN_QUERY);
            separator = '&';
        }
        return target.toString();
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
