package io.casemate.core.request;

import io.casemate.kernel.LoginGrant;
import io.casemate.mount.MountEntry;

/** Who somebody is, over all auth methods. The one place where a login asks. */
@FunctionalInterface
public interface Identities {
    /** Knows nobody: tokens belong to no entity. */
    Identities NONE = (mount, grant) -> new Known("", false);

    /**
     * The entity that a login belongs to, made if there is none; its alias and groups are brought up to date.
     *
     * @param mount the auth method's; its accessor and the grant's alias name together are the alias
     * @throws io.casemate.kernel.FaultException {@code PermissionDenied} when the entity may not log in
     */
    Known entityOf(MountEntry mount, LoginGrant grant);

    /**
     * Somebody who logged in.
     *
     * @param entityId empty for nobody in particular
     * @param created the entity was made by this login
     */
    record Known(String entityId, boolean created) {}
}
