package io.casemate.kernel;

import java.util.Optional;
import java.util.Set;

/**
 * Who stands behind a token, as far as the server knows: an entity and the groups it is in. Immutable; whatever changes
 * there makes another instance, and two instances are never equal, so that one can stand for a version in caches.
 */
public interface Identity {
    /** Nobody known. */
    Identity NONE = new Identity() {
        @Override
        public String entityId() {
            return "";
        }

        @Override
        public Set<String> policies() {
            return Set.of();
        }

        @Override
        public Optional<String> value(String selector) {
            return Optional.empty();
        }
    };

    /** The entity's id; empty for {@link #NONE}. */
    String entityId();

    /** The entity's own policies and those of all its groups. */
    Set<String> policies();

    /**
     * What a policy's template gets for {@code selector}, such as {@code identity.entity.name}; empty when there is no such
     * value or it is empty text.
     */
    Optional<String> value(String selector);
}
