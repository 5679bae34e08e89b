package io.casemate.policy;

import io.casemate.kernel.Caller;
import io.casemate.kernel.Request;
import io.casemate.kernel.Rights;
import java.util.List;

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

    /**
     * Why {@code judge} says what it says.
     *
     * @param request as for {@link #judge}
     */
    Explanation explain(Rights rights, Request request, boolean needsSudo);

    /** What {@code rights} grant, pattern by pattern; empty for those of {@code root}. */
    List<Allowance> allowances(Rights rights);

    /** What {@code rights} grant on {@code path}, sorted: {@code ["root"]} for everything, {@code ["deny"]} for nothing. */
    List<String> capabilities(Rights rights, String path);

    /** Whether {@code rights} grant anything at all on, or anywhere below, {@code mount} (which ends with a slash). */
    boolean reaches(Rights rights, String mount);

    /** Whether a policy of this name exists. */
    boolean exists(String name);

    /** Whether {@code rights} grant {@code sudo} on {@code path}. */
    default boolean sudo(Rights rights, String path) {
        List<String> granted = capabilities(rights, path);
        return granted.contains(Policy.ROOT) || granted.contains(Capability.SUDO.word());
    }
}
