package io.casemate.mount;

import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.Collection;
import java.util.Set;

/** Which paths may carry a mount. */
public final class MountPaths {
    private static final String METHODS = "auth/";
    private static final Set<String> RESERVED = Set.of("sys/", METHODS, "cubbyhole/", "identity/", "audit/");

    private MountPaths() {}

    /**
     * The path of an engine in its one form, with the trailing slash.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for what is no path, and for an auth method's: the rules for
     *     those paths say more
     */
    public static String ofEngine(String path) {
        String at = normalise(path);
        if (at.startsWith(METHODS)) {
            throw Fault.badRequest("auth methods are served at sys/auth/, not at sys/mounts/auth/");
        }
        return at;
    }

    /**
     * The path in its one form, with the trailing slash. Nothing but that slash is added or taken away: policies judged the path
     * as it was sent, and what is changed must be what they judged.
     */
    static String normalise(String path) {
        if (path.isEmpty() || path.equals("/")) {
            throw Fault.badRequest("a mount needs a path");
        }
        if (!path.equals(path.strip())) {
            throw blankEnds(path);
        }
        return new ApiPath(path).asFolder().value();
    }

    /** Refuses a path that is reserved, taken, above or below another mount, or that the eye takes for another. */
    static void checkFree(String path, Collection<String> taken) {
        for (String segment : path.split("/")) {
            if (blank(segment.codePointAt(0)) || blank(segment.codePointBefore(segment.length()))) {
                throw blankEnds(segment);
            }
        }
        String first = path.substring(0, path.indexOf('/') + 1);
        boolean method = first.equals(METHODS) && path.length() > first.length();
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

    private static FaultException blankEnds(String text) {
        return Fault.badRequest("no part of a mount's path begins or ends with a blank, as \"" + text + "\" does");
    }

    /** White space of any script, and characters that have no width. */
    private static boolean blank(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }
}
