package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;

/** A fault in one line, for an operator. */
final class FaultText {
    private FaultText() {}

    static String of(FaultException e) {
        return switch (e.fault()) {
            case Fault.HsmFailed(String code, String operation, var _, String advice) ->
                operation + ": " + code + (advice.isEmpty() ? "" : ": " + advice);
            case Fault.StorageFailed(var problem, String detail) ->
                "storage " + problem.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ": " + detail;
            case Fault.Misconfigured(var problems) -> String.join("; ", problems);
            case Fault.BadRequest(var details) -> String.join("; ", details);
            case Fault.Unavailable(String detail, var _) -> detail;
            case Fault.UpstreamFailed(String system) -> system + " failed";
            case Fault.Internal(String reference) -> "internal error, reference " + reference + " in the log";
            default -> e.fault().getClass().getSimpleName();
        };
    }
}
