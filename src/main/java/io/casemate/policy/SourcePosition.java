package io.casemate.policy;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;

/** A position in a policy's text, both numbers from 1; line 0 is "somewhere" (the JSON form). */
record SourcePosition(int line, int column) {
    static final SourcePosition UNKNOWN = new SourcePosition(0, 0);

    /** The refusal to show for what stands here. */
    FaultException refuse(String reason) {
        String where = line == 0 ? "" : "line " + line + ", column " + column + ": ";
        return Fault.badRequest("failed to parse policy: " + where + reason);
    }
}
