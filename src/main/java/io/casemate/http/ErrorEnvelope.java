package io.casemate.http;

import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The one place where a fault becomes a status, texts for the client, and a hint when to come back. */
final class ErrorEnvelope {
    private static final Duration HSM_RETRY = Duration.ofSeconds(5);

    private ErrorEnvelope() {}

    /** {@code {"errors":[...]}}; a new kind of fault does not compile until it has its line here. */
    static Answer of(Fault fault) {
        return switch (fault) {
            case Fault.BadRequest(List<String> details) -> errors(400, details);
            case Fault.PermissionDenied(List<String> hints) -> errors(403, denied(hints));
            case Fault.NotFound(List<String> details) -> errors(404, details);
            case Fault.UnsupportedOperation() -> error(405, "unsupported operation");
            case Fault.UnsupportedMediaType(String expected) ->
                error(415, "unsupported media type: send Content-Type: " + expected);
            case Fault.TooLarge(long limit) -> error(413, "request is too large: the limit is " + limit + " bytes");
            case Fault.RateLimited(Duration wait) -> retry(error(429, "request rate limit reached"), wait);
            case Fault.QuotaExceeded(String detail, Duration wait, Map<String, String> headers) ->
                retry(error(429, detail).with(headers), wait);
            case Fault.Unavailable(String detail, Duration wait) -> retry(error(503, detail), wait);
            case Fault.UpstreamFailed(String system) -> error(502, system + " did not answer as it should");
            case Fault.Sealed() -> error(503, "Vault is sealed");
            case Fault.StorageFailed failed -> storage(failed);
            case Fault.HsmFailed failed -> hsm(failed);
            case Fault.Misconfigured(var _) -> error(500, "the server is misconfigured: its log says how");
            case Fault.Internal(String reference) -> error(500, "internal error, reference " + reference);
        };
    }

    static Answer error(int status, String text) {
        return errors(status, List.of(text));
    }

    private static List<String> denied(List<String> hints) {
        List<String> texts = new ArrayList<>(List.of("permission denied"));
        texts.addAll(hints);
        return texts;
    }

    private static Answer errors(int status, List<String> texts) {
        return Answer.json(status, Json.bytes(Map.of("errors", texts)));
    }

    /** Details name files, which are the operator's to read in the log. */
    private static Answer storage(Fault.StorageFailed failed) {
        return switch (failed.problem()) {
            case FULL -> error(503, "storage is full: writes are refused until there is space, reads go on");
            case LOCKED -> error(503, "storage is in use by another process");
            case CORRUPT, ROLLED_BACK, FOREIGN, NEWER, IO -> error(500, "storage failed: the server's log says how");
        };
    }

    private static Answer hsm(Fault.HsmFailed failed) {
        String text = "HSM: " + failed.code() + " from " + failed.operation()
                + (failed.advice().isEmpty() ? "" : ": " + failed.advice());
        return switch (failed.problem()) {
            case AWAY -> retry(error(503, text), HSM_RETRY);
            case PIN -> error(503, text);
            case SETUP, DATA -> error(500, text);
        };
    }

    /** RFC 9110 section 10.2.3: whole seconds, at least one. */
    private static Answer retry(Answer answer, Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        return answer.with(Map.of("Retry-After", Long.toString(seconds)));
    }
}
