package io.casemate.sys;

import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Request;
import io.casemate.kernel.Rights;
import io.casemate.mount.MountEntry;
import io.casemate.policy.Policies;
import io.casemate.token.TokenStore;
import java.util.Optional;

/**
 * Which mounts a caller may know of, where no rule of a policy is asked for: those below which the token has some right, and
 * those that are listed for strangers.
 */
public final class MountSight {
    private final TokenStore tokens;
    private final IdentityStore identities;
    private final Policies policies;

    /** Judges holders of {@code tokens}. */
    public MountSight(TokenStore tokens, IdentityStore identities, Policies policies) {
        this.tokens = tokens;
        this.identities = identities;
        this.policies = policies;
    }

    /** What the token that was sent may do; empty for strangers. Looking spends no use. */
    Optional<Rights> rights(Request request) {
        return request.token()
                .flatMap(token -> tokens.find(token, request.peer()))
                .map(entry -> identities.rights(
                        entry.traits().policies(), entry.traits().entityId()));
    }

    /** Whether somebody with these rights sees the mount. */
    boolean shows(Optional<Rights> held, MountEntry entry) {
        boolean listed = entry.config().listingVisibility().equals("unauth");
        return listed || (held.isPresent() && reaches(held.get(), entry));
    }

    /** Whether something below the mount is allowed. */
    boolean reaches(Rights held, MountEntry entry) {
        return policies.reaches(held, entry.path());
    }
}
