package io.casemate.bootstrap;

/** What this build says of itself. */
final class Product {
    /** The API's version as clients parse it: they enable features by it. Not ours: see {@link #OWN}. */
    static final String API_VERSION = "1.19.5";

    /** Casemate's own version. */
    static final String OWN = "0.1.0";

    /** Of the release, RFC 3339. */
    static final String BUILD_DATE = "2026-11-22T00:00:00Z";

    private Product() {}
}
