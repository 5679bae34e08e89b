package io.casemate.core;

import io.casemate.kernel.Grant;
import io.casemate.mount.MountEntry;

/** Who somebody is, over all auth methods. The one place where a login asks. */
@FunctionalInterface
public interface Identities {
    /** Knows nobody: tokens belong to no entity. */
    Identities NONE = (mount, grant) -> "";

    /**
     * The entity that a login belongs to, made if there is none; its alias and groups are brought up to date.
     *
     * @param mount the auth method's; its accessor and the grant's alias name together are the alias
     * @return the entity's id, or empty
     * @throws io.casemate.kernel.FaultException {@code PermissionDenied} when the entity may not log in
     */
    String entityOf(MountEntry mount, Grant grant);
}
