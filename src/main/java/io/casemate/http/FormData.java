package io.casemate.http;

import io.casemate.kernel.Fault;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Query strings and urlencoded bodies: a value is text, or a list of texts where a name came more than once. */
final class FormData {
    /** Most parameters in one request. */
    static final int MOST = 1000;

    private FormData() {}

    /**
     * Reads {@code a=1&b=2}.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for a broken escape or too many parameters
     */
    static Map<String, Object> parse(String raw) {
        Map<String, Object> data = new LinkedHashMap<>();
        if (raw == null || raw.isEmpty()) {
            return data;
        }
        String[] parts = raw.split("&", MOST + 1);
        if (parts.length > MOST) {
            throw Fault.badRequest("more than " + MOST + " parameters");
        }
        for (String part : parts) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = decode(equals < 0 ? part : part.substring(0, equals));
                data.merge(name, equals < 0 ? "" : decode(part.substring(equals + 1)), FormData::both);
            }
        }
        return data;
    }

    private static Object both(Object before, Object next) {
        List<Object> all = before instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>(List.of(before));
        all.add(next);
        return all;
    }

    private static String decode(String text) {
        String decoded;
        try {
            decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Fault.BadRequest(List.of("parameters have a broken percent escape")).causedBy(e);
        }
        if (decoded.indexOf('\uFFFD') >= 0) {
            throw Fault.badRequest("parameters are not UTF-8 after decoding");
        }
        return decoded;
    }
}
