package io.casemate.kernel;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A request's path: decoded once into something that cannot climb, hide a segment or change when decoded again. */
public final class PathFuzz {
    private PathFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        ApiPath path;
        try {
            path = ApiPath.decode(new String(input, StandardCharsets.ISO_8859_1));
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
            return;
        }
        String value = path.value();
        List<String> segments = List.of(value.split("/"));
        if (value.startsWith("/") || value.contains("//") || segments.contains("..") || segments.contains(".")) {
            throw new AssertionError("climbs: " + value);
        }
        if (value.codePoints().anyMatch(Character::isISOControl)) {
            throw new AssertionError("a control character");
        }
        if (!new ApiPath(value).equals(path)) {
            throw new AssertionError("not the same the second time");
        }
    }
}
