package io.casemate.auth.userpass;

import io.casemate.auth.AuthMethod;
import io.casemate.auth.Lockouts;
import io.casemate.barrier.View;
import io.casemate.crypto.PasswordHash;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.TokenTerms;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Log in with a name and a password. An unknown name costs the same slow hash, gets the same answer and is locked out the same
 * as a known one with a wrong password.
 */
final class Userpass implements AuthMethod {
    private static final String USERNAME = "username";
    private static final String PASSWORD = "password";

    private final View storage;
    private final PasswordHash hashes;
    private final Lockouts lockouts;
    private final UserEndpoints users;

    Userpass(Context context, PasswordHash hashes) {
        this.storage = context.storage();
        this.hashes = hashes;
        this.lockouts = new Lockouts(storage.below("lockout/"), context.lockout(), context.clock());
        this.users = new UserEndpoints(storage, hashes);
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("login/{username}", "Logs in with a name and a password.")
                        .field(USERNAME, Field.string("The user's name; its case does not matter."))
                        .field(PASSWORD, Field.string("The user's password."))
                        .access(Access.PUBLIC)
                        .on(Operation.UPDATE, this::login)
                        .build(),
                users.list(),
                users.user(),
                users.password(),
                users.policies());
    }

    @Override
    public Optional<Lockouts> lockouts() {
        return Optional.of(lockouts);
    }

    /** A user is his own role. */
    @Override
    public Optional<ClaimedRole> claimedRole() {
        return Optional.of(request -> Optional.of(request.path().segments())
                .filter(path -> path.size() == 2 && path.getFirst().equals("login"))
                .map(path -> UserEndpoints.normal(path.getLast())));
    }

    @Override
    public TokenTerms renew(Held held) {
        String name = held.kept().getOrDefault(USERNAME, "");
        User user = UserEndpoints.find(storage, name)
                .orElseThrow(() -> Fault.badRequest("the user no longer exists, not renewing"));
        if (!held.has(user.terms())) {
            throw Fault.badRequest("policies have changed, not renewing");
        }
        return user.terms();
    }

    private Response login(Exchange exchange) {
        String name = UserEndpoints.normal(exchange.fields().string(USERNAME));
        try (SecretBytes password = SecretBytes.ofText(exchange.fields().string(PASSWORD))) {
            if (password.length() == 0) {
                throw Fault.badRequest("missing password");
            }
            lockouts.check(name);
            Optional<User> user = UserEndpoints.find(storage, name);
            if (!hashes.matches(password, user.map(User::hash))) {
                lockouts.failed(name);
                throw refused();
            }
            // Guesses that were under way when the name was locked out count no more than those that come after.
            lockouts.check(name);
            lockouts.succeeded(name);
            rehash(name, password, user.orElseThrow());
            return granted(exchange, name, user.orElseThrow());
        }
    }

    private static Response granted(Exchange exchange, String name, User user) {
        String address = exchange.request().peer().address();
        List<String> bound = user.terms().boundCidrs();
        if (!bound.isEmpty() && !Cidr.anyHolds(bound, address)) {
            throw new Fault.PermissionDenied().asException();
        }
        Map<String, String> who = Map.of(USERNAME, name);
        return Response.granted(new LoginGrant(
                user.terms(), name, new LoginGrant.Alias(name, Map.of()), name, who, List.of(), true, who));
    }

    /** A cheap hash from elsewhere is made anew while the password is at hand; unless it was changed meanwhile. */
    private void rehash(String name, SecretBytes password, User seen) {
        if (!hashes.weak(seen.hash())) {
            return;
        }
        String better = hashes.of(password);
        UserEndpoints.change(storage, name, user -> user.hash().equals(seen.hash()) ? user.hashed(better) : user);
    }

    private static FaultException refused() {
        return Fault.badRequest("invalid username or password");
    }
}
