package io.casemate.log;

/** The id of the request that the current thread works on, so that every log line can carry it. */
public final class RequestId {
    /** Bound by the http room for the time of a request. */
    public static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

    private RequestId() {}

    /** The id, or empty text outside a request. */
    public static String current() {
        return CURRENT.orElse("");
    }
}
