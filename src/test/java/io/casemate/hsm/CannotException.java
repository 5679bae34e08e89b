package io.casemate.hsm;

import io.casemate.kernel.Fault.HsmFailed;
import java.io.Serial;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The token cannot do this, which is no fault of ours. The message is short enough for a table. */
final class CannotException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private static final Pattern ANSWER = Pattern.compile("(C_\\w+)(?: answers|:) (CKR_\\w+)");

    CannotException(String reason) {
        super(reason);
    }

    /** What the token answered to what. */
    static CannotException because(HsmFailed failed) {
        Matcher answer = ANSWER.matcher(failed.operation() + ": " + failed.code() + ": " + failed.advice());
        if (failed.advice().contains("does not offer")) {
            return new CannotException("not offered");
        }
        return new CannotException(
                answer.find() ? "`" + answer.group(1) + "`: `" + answer.group(2) + "`" : failed.code());
    }
}
