package io.casemate.policy;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Request;
import java.util.List;
import java.util.Set;

/**
 * The authorisation rules. What no rule allows is refused; a policy that does not exist grants nothing; {@code deny}
 * beats every grant on the same path. Reads take no lock and see every policy change that was answered before they began.
 */
public interface Policies {
    /**
     * Judges a request.
     *
     * @param request with its full path (mount included) and with the operation settled (create or update)
     * @param needsSudo the endpoint also needs {@code sudo} on the path
     * @throws io.casemate.kernel.FaultException when the policies cannot be read; never an allowing answer then
     */
    Verdict judge(Caller caller, Request request, boolean needsSudo);

    /** What {@code policies} grant on {@code path}, sorted: {@code ["root"]} for everything, {@code ["deny"]} for nothing. */
    List<String> capabilities(Set<String> policies, String path);

    /** Whether {@code policies} grant anything at all on, or anywhere below, {@code mount} (which ends with a slash). */
    boolean reaches(Set<String> policies, String mount);

    /** Whether a policy of this name exists. */
    boolean exists(String name);

    /** Whether {@code policies} grant {@code sudo} on {@code path}. */
    default boolean sudo(Set<String> policies, String path) {
        List<String> granted = capabilities(policies, path);
        return granted.contains(Policy.ROOT) || granted.contains(Capability.SUDO.word());
    }
}
