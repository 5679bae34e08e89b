package io.casemate.token;

import io.casemate.kernel.Fault;

/** Whom a token belongs to that is made in somebody's name ({@code entity_alias}). */
@FunctionalInterface
public interface EntityAliases {
    /** Knows nobody. */
    EntityAliases NONE = alias -> {
        throw Fault.badRequest("field 'entity_alias': this server has no identity store");
    };

    /**
     * The id of the entity with that alias on the mount of the tokens, made if there is none.
     *
     * @param alias lower-case, and allowed by the role
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the entity is disabled
     */
    String entityOf(String alias);
}
