package io.casemate.kernel;

/** What the HTTP room serves: every request goes in here and comes out answered, or as a {@link FaultException}. */
@FunctionalInterface
public interface Service {
    /** Handles one request on the calling (virtual) thread. */
    Response handle(Request request);
}
