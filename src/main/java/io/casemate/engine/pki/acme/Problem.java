package io.casemate.engine.pki.acme;

import io.casemate.json.Json;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.Map;

/** A refusal in ACME's own words: a problem document (RFC 7807, RFC 8555 section 6.7). Does not leave this package. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String MEDIA_TYPE = "application/problem+json";

    private final ProblemType kind;
    private final int status;
    private final transient Map<String, Object> more = new LinkedHashMap<>();
    private final transient Map<String, String> headers = new LinkedHashMap<>();

    Problem(ProblemType kind, int status, String detail) {
        super(detail);
        this.kind = kind;
        this.status = status;
    }

    ProblemType kind() {
        return kind;
    }

    /** With one more member. */
    Problem with(String name, Object value) {
        more.put(name, value);
        return this;
    }

    /** With a header. */
    Problem header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    Problem causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    Response response() {
        Map<String, Object> members = document(kind.urn(), status, getMessage());
        members.putAll(more);
        return Response.raw(MEDIA_TYPE, Json.bytes(members)).status(status).with(headers);
    }

    /** The members of a problem document. */
    static Map<String, Object> document(String urn, int status, String detail) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", urn);
        members.put("status", status);
        members.put("detail", detail);
        return members;
    }
}
