package io.casemate.engine.pki.tidy;

import java.time.Instant;
import java.util.Map;

/** One kind of tidying, done in pages. A page can be done again without harm. */
public interface TidyTask {
    /** Its name in the status, such as {@code certificates}. */
    String name();

    /** Whether the plan asks for it. */
    boolean wanted(TidyPlan plan);

    /** Does the page after {@code cursor}, which is empty at the beginning. */
    Page page(TidyPlan plan, String cursor, Instant now);

    /**
     * What a page came to.
     *
     * @param cursor where the next one begins; empty when there is none
     * @param seen entries looked at
     * @param counts to be added, by the API's names
     */
    record Page(String cursor, int seen, Map<String, Long> counts) {}
}
