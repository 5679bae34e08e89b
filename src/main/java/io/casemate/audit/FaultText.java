package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.List;

/** What an entry's {@code error} says: as much as the client is told, and for failures of the server what failed. */
final class FaultText {
    private FaultText() {}

    static String of(Fault fault) {
        return switch (fault) {
            case Fault.BadRequest(List<String> details) -> String.join("; ", details);
            case Fault.PermissionDenied(var _) -> "permission denied";
            case Fault.NotFound(List<String> details) -> details.isEmpty() ? "not found" : String.join("; ", details);
            case Fault.UnsupportedOperation() -> "unsupported operation";
            case Fault.UnsupportedMediaType(String expected) -> "unsupported media type, expected " + expected;
            case Fault.TooLarge(long limit) -> "larger than the limit of " + limit + " bytes";
            case Fault.RateLimited(Duration _) -> "request rate limit reached";
            case Fault.QuotaExceeded(String detail, Duration _, var _) -> detail;
            case Fault.Unavailable(String detail, Duration _) -> detail;
            case Fault.UpstreamFailed(String system) -> system + " did not answer as it should";
            case Fault.Sealed() -> "Vault is sealed";
            case Fault.StorageFailed(Fault.StorageProblem problem, String _) -> "storage failed: " + problem;
            case Fault.HsmFailed(String code, String operation, Fault.HsmProblem _, String _) ->
                "HSM: " + code + " from " + operation;
            case Fault.Misconfigured(List<String> _) -> "the server is misconfigured";
            case Fault.Internal(String reference) -> "internal error, reference " + reference;
        };
    }
}
