package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which request headers stand in the entries, and whether hashed. Correlation ids always do: they are what ties an entry to
 * the client's own log.
 */
public final class AuditedHeaders {
    /** Most headers that can be chosen. */
    static final int MOST = 64;

    private static final Map<String, Boolean> ALWAYS = Map.of("correlation-id", false, "x-correlation-id", false);
    private static final String NAME = "[a-z0-9!#$%&'*+.^_`|~-]{1,128}";

    /** Never handed to rooms above HTTP, so that nobody should wait for them in the log. */
    private static final java.util.Set<String> SECRET =
            java.util.Set.of("x-vault-token", "authorization", "cookie", "proxy-authorization");

    private volatile SortedMap<String, Boolean> chosen = sorted(Map.of());

    AuditedHeaders() {}

    /** Names in lower case, in their order, with true for those that are hashed. Not to be changed. */
    SortedMap<String, Boolean> all() {
        return chosen;
    }

    void use(Map<String, Boolean> configured) {
        chosen = sorted(configured);
    }

    /**
     * The name in its one form.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for what is not the name of a header (RFC 9110, 5.6.2), or
     *     names one that carries a secret
     */
    static String canonical(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        if (!lower.matches(NAME)) {
            throw Fault.badRequest("expected the name of a header, such as X-Forwarded-For");
        }
        if (SECRET.contains(lower)) {
            throw Fault.badRequest("header " + lower + " carries a secret and is never audited");
        }
        return lower;
    }

    private static SortedMap<String, Boolean> sorted(Map<String, Boolean> configured) {
        SortedMap<String, Boolean> all = new TreeMap<>(ALWAYS);
        all.putAll(configured);
        return Collections.unmodifiableSortedMap(all);
    }
}
