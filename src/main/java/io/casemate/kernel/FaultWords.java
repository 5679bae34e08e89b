package io.casemate.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Faults in one line each. */
final class FaultWords {
    private FaultWords() {}

    static String of(Fault fault) {
        return switch (fault) {
            case Fault.BadRequest(List<String> details) -> joined(details, "bad request");
            case Fault.PermissionDenied(var _) -> "permission denied";
            case Fault.NotFound(List<String> details) -> joined(details, "not found");
            case Fault.UnsupportedOperation() -> "unsupported operation";
            case Fault.UnsupportedMediaType(String expected) -> "unsupported media type, expected " + expected;
            case Fault.TooLarge(long limit) -> "larger than the limit of " + limit + " bytes";
            case Fault.RateLimited(Duration _) -> "request rate limit reached";
            case Fault.QuotaExceeded(String detail, Duration _, var _) -> detail;
            case Fault.Unavailable(String detail, Duration _) -> detail;
            case Fault.UpstreamFailed(String system) -> system + " did not answer as it should";
            case Fault.Sealed() -> "Vault is sealed";
            case Fault.StorageFailed(Fault.StorageProblem problem, String detail) ->
                "storage " + problem.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + detail;
            case Fault.HsmFailed(String code, String operation, var _, String advice) ->
                operation + ": " + code + (advice.isEmpty() ? "" : ": " + advice);
            case Fault.Misconfigured(List<String> problems) -> joined(problems, "the server is misconfigured");
            case Fault.Internal(String reference) -> "internal error, reference " + reference + " in the log";
        };
    }

    private static String joined(List<String> sentences, String otherwise) {
        return sentences.isEmpty() ? otherwise : String.join("; ", sentences);
    }
}
