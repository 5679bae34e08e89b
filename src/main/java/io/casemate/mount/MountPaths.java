package io.casemate.mount;

import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import java.util.Collection;
import java.util.Set;

/** Which paths may carry a mount. */
final class MountPaths {
    private static final Set<String> RESERVED = Set.of("sys/", "auth/", "cubbyhole/", "identity/", "audit/");

    private MountPaths() {}

    /** The path in its one form, with the trailing slash. */
    static String normalise(String path) {
        String trimmed = path.strip();
        if (trimmed.isEmpty() || trimmed.equals("/")) {
            throw Fault.badRequest("a mount needs a path");
        }
        return new ApiPath(trimmed).asFolder().value();
    }

    /** Refuses a path that is reserved, taken, or above or below another mount. */
    static void checkFree(String path, Collection<String> taken) {
        String first = path.substring(0, path.indexOf('/') + 1);
        boolean method = first.equals("auth/") && path.length() > first.length();
        if (RESERVED.contains(first) && !method) {
            throw Fault.badRequest("cannot mount \"" + path + "\": the path is reserved");
        }
        for (String other : taken) {
            if (other.equals(path)) {
                throw Fault.badRequest("path is already in use at " + path);
            }
            if (path.startsWith(other) || other.startsWith(path)) {
                throw Fault.badRequest("existing mount at " + other);
            }
        }
    }
}
