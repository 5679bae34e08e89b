package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.util.List;

/** What an entry's {@code error} says: as much as the client is told, and for failures of the server what failed, without files and devices. */
final class FaultText {
    private FaultText() {}

    static String of(Fault fault) {
        return switch (fault) {
            case Fault.StorageFailed(Fault.StorageProblem problem, String _) -> "storage failed: " + problem;
            case Fault.HsmFailed(String code, String operation, Fault.HsmProblem _, String _) ->
                "HSM: " + code + " from " + operation;
            case Fault.Misconfigured(List<String> _) -> "the server is misconfigured";
            case Fault.Internal(String reference) -> "internal error, reference " + reference;
            default -> fault.words();
        };
    }
}
