package io.casemate.policy;

import io.casemate.kernel.Fault;
import java.util.Locale;

/** Names of policies: lower-case, printable, at most {@value #MAX_LENGTH} characters, without commas, which separate them. */
public final class PolicyName {
    /** Longest name, in characters. */
    public static final int MAX_LENGTH = 256;

    private PolicyName() {}

    /**
     * The name in the form that is stored and compared.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for a name that cannot be
     */
    public static String of(String sent) {
        String name = folded(sent);
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            throw Fault.badRequest("a policy's name has 1 to " + MAX_LENGTH + " characters");
        }
        if (name.indexOf(',') >= 0 || name.endsWith("/") || !name.codePoints().allMatch(PolicyName::printable)) {
            throw Fault.badRequest(
                    "a policy's name has no comma, no control characters, no whitespace and no slash at its end");
        }
        return name;
    }

    /** As names, and patterns of names, are compared: whatever their author wrote. */
    public static String folded(String sent) {
        return sent.strip().toLowerCase(Locale.ROOT);
    }

    private static boolean printable(int c) {
        return !Character.isISOControl(c)
                && !Character.isWhitespace(c)
                && !Character.isSpaceChar(c)
                && (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE);
    }
}
