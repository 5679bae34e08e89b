package io.casemate.kernel;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Everything that can go wrong in a way that somebody may be told. {@code http.ErrorEnvelope} maps each to a status and
 * a text by one exhaustive switch, so that a new fault does not compile until it has its place on the wire.
 */
public sealed interface Fault {
    /** Longest detail, in characters: most quote what was sent. */
    int LONGEST_DETAIL = 4096;

    /** The request makes no sense as sent; each detail names the field and what to do, and is cut when it quotes too much. */
    record BadRequest(List<String> details) implements Fault {
        public BadRequest {
            details = cut(details);
        }
    }

    /**
     * No token, an unknown or expired one, or no policy that allows it: the client cannot tell which.
     *
     * @param hints what whoever sent no token at all is told besides, where there is something to tell
     */
    record PermissionDenied(List<String> hints) implements Fault {
        /** Without a hint. */
        public PermissionDenied() {
            this(List.of());
        }
    }

    /** Nothing there. Without details the answer is Vault's empty error list, which clients read as "no value". */
    record NotFound(List<String> details) implements Fault {
        public NotFound {
            details = cut(details);
        }
    }

    /** The path exists, the verb on it does not. */
    record UnsupportedOperation() implements Fault {}

    /** The body is of a kind the path does not take. */
    record UnsupportedMediaType(String expected) implements Fault {}

    /** A body, header or list longer than the limit. */
    record TooLarge(long limitBytes) implements Fault {}

    /** Slow down. */
    record RateLimited(Duration retryAfter) implements Fault {}

    /**
     * A quota that an operator set is used up; the detail names the path.
     *
     * @param headers of HTTP that tell of the quota, where the operator wants that
     */
    record QuotaExceeded(String detail, Duration retryAfter, Map<String, String> headers) implements Fault {}

    /** Something the request needs is away for now; waiting helps. */
    record Unavailable(String detail, Duration retryAfter) implements Fault {}

    /** A third party answered wrongly. */
    record UpstreamFailed(String system) implements Fault {}

    /** The barrier is shut. */
    record Sealed() implements Fault {}

    /** The store refused; the detail names file and remedy and no secret. */
    record StorageFailed(StorageProblem problem, String detail) implements Fault {}

    /** The HSM refused: {@code code} is the {@code CKR_} name, {@code operation} the {@code C_} function. */
    record HsmFailed(String code, String operation, HsmProblem problem, String advice) implements Fault {}

    /** The configuration cannot be served; every problem at once, each with file and line where known. */
    record Misconfigured(List<String> problems) implements Fault {}

    /** A bug or a broken invariant: the client gets the reference and nothing else. */
    record Internal(String reference) implements Fault {}

    /** What is wrong with the store. */
    enum StorageProblem {
        /** No space: writes are refused, reads go on, space heals it. */
        FULL,
        /** Bytes that are not what was written. */
        CORRUPT,
        /** Older than what was already acknowledged. */
        ROLLED_BACK,
        /** Another process has it open. */
        LOCKED,
        /** Not a file of ours. */
        FOREIGN,
        /** Written by a newer Casemate. */
        NEWER,
        /** Any other input or output error. */
        IO
    }

    /** What kind of failure the HSM had, which decides who may try again. */
    enum HsmProblem {
        /** Away, busy or lost its session: trying again helps. */
        AWAY,
        /** The PIN was refused or is locked: only a human may try again. */
        PIN,
        /** Key, token, slot or library not as configured: only a changed configuration helps. */
        SETUP,
        /** The data or its authentication tag is wrong, or the mechanism refused it. */
        DATA
    }

    /**
     * This fault in one line for an operator, details of files and devices included. What a client is told, and what stands in
     * the audit log, is less: see {@code http.ErrorEnvelope} and {@code audit.FaultText}.
     */
    default String words() {
        return FaultWords.of(this);
    }

    /** This fault as the one exception that crosses rooms. */
    default FaultException asException() {
        return new FaultException(this, null);
    }

    /** The same, keeping what caused it for the log. */
    default FaultException causedBy(Throwable cause) {
        return new FaultException(this, cause);
    }

    private static List<String> cut(List<String> details) {
        return details.stream()
                .map(detail -> Excerpt.of(detail, LONGEST_DETAIL))
                .toList();
    }

    /** A malformed request, said in one sentence. */
    static FaultException badRequest(String detail) {
        return new BadRequest(List.of(detail)).asException();
    }

    /** Nothing there, with Vault's empty error list. */
    static FaultException notFound() {
        return new NotFound(List.of()).asException();
    }

    /** Nothing there, and a sentence on it. */
    static FaultException notFound(String detail) {
        return new NotFound(List.of(detail)).asException();
    }
}
