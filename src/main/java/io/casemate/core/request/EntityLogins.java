package io.casemate.core.request;

import io.casemate.identity.IdentityStore;
import io.casemate.identity.Login;
import io.casemate.identity.Recognised;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.LoginGrant;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounts;
import io.casemate.token.EntityAliases;
import java.util.List;
import java.util.Map;

/** Logins, and tokens made in somebody's name, belong to the entities of the identity store. */
public final class EntityLogins implements Identities, EntityAliases {
    private static final String TOKENS = "auth/token/";

    private final IdentityStore store;
    private final Mounts mounts;

    /** With the entities of {@code store}. */
    public EntityLogins(IdentityStore store, Mounts mounts) {
        this.store = store;
        this.mounts = mounts;
    }

    @Override
    public Known entityOf(MountEntry mount, LoginGrant grant) {
        String name = grant.alias().name();
        return name.isEmpty()
                ? new Known("", false)
                : entityOf(new Login(mount.accessor(), name, grant.alias().metadata(), grant.groups()));
    }

    @Override
    public String entityOf(String alias) {
        String accessor = mounts.existing(TOKENS).entry().accessor();
        try {
            return entityOf(new Login(accessor, alias, Map.of(), List.of())).entityId();
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.PermissionDenied
                    ? Fault.badRequest("field 'entity_alias': the entity of this alias is disabled")
                    : e;
        }
    }

    private Known entityOf(Login login) {
        Recognised recognised = store.login(login);
        return new Known(recognised.identity().entityId(), recognised.created());
    }
}
