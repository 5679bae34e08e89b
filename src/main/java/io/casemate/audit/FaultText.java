package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.util.List;

/**
 * What an entry's {@code error} says: as much as the client is told, and for failures of the server what failed, without files and
 * devices. A new kind of fault does not compile until it has its line here.
 */
final class FaultText {
    private FaultText() {}

    static String of(Fault fault) {
        return switch (fault) {
            case Fault.StorageFailed(Fault.StorageProblem problem, String _) -> "storage failed: " + problem;
            case Fault.HsmFailed(String code, String operation, Fault.HsmProblem _, String _) ->
                "HSM: " + code + " from " + operation;
            case Fault.Misconfigured(List<String> _) -> "the server is misconfigured";
            case Fault.Internal(String reference) -> "internal error, reference " + reference;
            case Fault.BadRequest _,
                    Fault.PermissionDenied _,
                    Fault.NotFound _,
                    Fault.UnsupportedOperation _,
                    Fault.UnsupportedMediaType _,
                    Fault.TooLarge _,
                    Fault.RateLimited _,
                    Fault.QuotaExceeded _,
                    Fault.Unavailable _,
                    Fault.UpstreamFailed _,
                    Fault.Sealed _ -> fault.words();
        };
    }
}
