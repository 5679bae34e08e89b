package io.casemate.auth;

import io.casemate.barrier.View;
import io.casemate.engine.Fields;
import io.casemate.engine.Mountable;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Request;
import io.casemate.kernel.TokenTerms;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A way to log in. Finds out who asks and answers {@code Response.granted} with a {@link LoginGrant}; tokens, leases, identity and
 * audit are not its business. Its login endpoint is {@code PUBLIC}; all its others need a token like any path.
 *
 * <p>A refused login tells the same, and costs the same, whether the name or the secret was wrong.
 */
public interface AuthMethod extends Mountable {
    /**
     * What a token of this method may have from now on: asked whenever one is to be renewed.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it shall not be renewed, and why
     */
    TokenTerms renew(Held held);

    /** Whom it has locked out, if it counts failures. */
    default Optional<Lockouts> lockouts() {
        return Optional.empty();
    }

    /** How to tell the role that a login is about, for quotas; empty when the method has no roles. */
    default Optional<ClaimedRole> claimedRole() {
        return Optional.empty();
    }

    /** Tells the role that a login is about, in its one form, however the client writes it. */
    @FunctionalInterface
    interface ClaimedRole {
        /** The role that a request to {@code login} names in {@code field}. */
        static ClaimedRole named(String field) {
            return request -> sent(request, field).flatMap(RoleName::find);
        }

        /** What a request to {@code login} has in {@code field}, which may be nothing; empty for any other request. */
        static Optional<String> sent(Request request, String field) {
            return request.path().segments().equals(List.of("login"))
                    ? Optional.of(Fields.text(request.data(), field))
                    : Optional.empty();
        }

        /**
         * The role, as the client claims it: nothing is checked.
         *
         * @param request relative to the mount
         */
        Optional<String> of(Request request);
    }

    /** Makes methods of one type. */
    interface Factory {
        /** The API's name for the type, such as {@code userpass}. */
        String type();

        /** What the type is for, in one line. */
        String description();

        /** Opens the method on its storage, which is empty the first time. Reads little, however much is stored. */
        AuthMethod open(Context context);
    }

    /**
     * A method's whole world.
     *
     * @param mountId the mount's UUID; stays when the mount moves
     * @param ttls the mount's time-to-live limits as they are now
     * @param lockout when it locks names out, as tuned now
     */
    record Context(
            String mountId,
            Map<String, String> options,
            Supplier<Ttls> ttls,
            Supplier<LockoutLimits> lockout,
            View storage,
            SecureRandom random,
            InstantSource clock) {}

    /**
     * A living token that this method's grant made.
     *
     * @param kept as in the grant
     * @param policies as the token has them, {@code default} included if it has it
     * @param peer who asks for the renewal, which need not be who logged in
     */
    record Held(Map<String, String> kept, Set<String> policies, Request.Peer peer) {
        /** Whether {@code terms} still give the same policies; {@code default} is not counted. */
        public boolean has(TokenTerms terms) {
            return counted(policies).equals(counted(Set.copyOf(terms.policies())));
        }

        private static Set<String> counted(Set<String> policies) {
            Set<String> counted = new TreeSet<>(policies);
            counted.remove("default");
            return counted;
        }
    }
}
