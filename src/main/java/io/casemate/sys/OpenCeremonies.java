package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import java.util.Set;

/**
 * Which ceremonies need no token. Without a token anybody who reaches the port can cancel a ceremony or start one, so by
 * default there are none; the configuration's {@code enable_unauthenticated_access} names them.
 *
 * @param names a subset of {@link #ALL}
 */
public record OpenCeremonies(Set<String> names) {
    /** {@code sys/generate-root/*}. */
    public static final String GENERATE_ROOT = "generate-root";
    /** {@code sys/rekey/*} and {@code sys/rekey-recovery-key/*}. */
    public static final String REKEY = "rekey";
    /** All that can be opened. */
    public static final Set<String> ALL = Set.of(GENERATE_ROOT, REKEY);

    public OpenCeremonies {
        names = Set.copyOf(names);
    }

    /** Finishes an endpoint of the ceremony {@code name}; closed, it says to whoever has no token which switch opens it. */
    Endpoint rule(Endpoint.Builder endpoint, String name) {
        return names.contains(name)
                ? endpoint.access(Access.PUBLIC).build()
                : endpoint.withoutToken(
                                "this ceremony needs a token; to allow it without one, for as long as it takes, set"
                                        + " enable_unauthenticated_access: [" + name
                                        + "] in the server's configuration and restart it")
                        .build();
    }
}
