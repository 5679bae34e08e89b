package io.casemate.auth.approle;

import io.casemate.auth.AuthMethod;
import io.casemate.auth.Lockouts;
import io.casemate.barrier.HashedNames;
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
import io.casemate.kernel.TokenTerms;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Machines log in with a role id, which is a name, and a secret id, which is handed to them by somebody else. An unknown role id is
 * looked up, refused and locked out the same as a known one with a wrong secret id.
 */
final class Approle implements AuthMethod {
    private static final Role NOBODY = Role.fresh("", "nobody", "");
    private static final String ROLE_NAME = "role_name";

    private final InstantSource clock;
    private final HashedNames names;
    private final Roles roles;
    private final SecretIds secretIds;
    private final Lockouts lockouts;
    private final List<Endpoint> management;

    Approle(Context context) {
        this.clock = context.clock();
        this.names = new HashedNames(context.storage(), context.random());
        this.roles = new Roles(context.storage(), names);
        this.secretIds = new SecretIds(context.storage(), names);
        this.lockouts = new Lockouts(context.storage().below("lockout/"), context.lockout(), clock);
        Ids ids = new Ids(context.random());
        this.management = Stream.of(
                        new RoleEndpoints(roles, secretIds, ids, context.ttls()).endpoints(),
                        new RoleFieldEndpoints(roles, context.ttls()).endpoints(),
                        new SecretIdEndpoints(roles, secretIds, ids, clock, context.ttls()).endpoints())
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public List<Endpoint> endpoints() {
        Endpoint login = Endpoint.at("login", "Logs in with a role id and a secret id.")
                .field("role_id", Field.string("The role's id."))
                .field("secret_id", Field.string("A secret id of the role, unless the role needs none."))
                .access(Access.PUBLIC)
                .on(Operation.UPDATE, this::login)
                .build();
        return Stream.concat(Stream.of(login), management.stream()).toList();
    }

    @Override
    public void close() {
        names.forget();
    }

    @Override
    public Optional<Lockouts> lockouts() {
        return Optional.of(lockouts);
    }

    @Override
    public Optional<ClaimedRole> claimedRole() {
        return Optional.of(request -> ClaimedRole.sent(request, "role_id")
                .flatMap(roleId -> roles.findById(roleId.strip()))
                .map(Role::name));
    }

    @Override
    public TokenTerms renew(Held held) {
        String name = held.kept().getOrDefault(ROLE_NAME, "");
        return roles.find(name)
                .filter(role -> role.uid().equals(held.kept().get("uid")))
                .orElseThrow(() -> Fault.badRequest("role \"" + name + "\" does not exist during renewal"))
                .terms();
    }

    private Response login(Exchange exchange) {
        String roleId = exchange.fields().string("role_id").strip();
        String secretId = exchange.fields().string("secret_id").strip();
        if (roleId.isEmpty()) {
            throw Fault.badRequest("missing role_id");
        }
        lockouts.check(roleId);
        Optional<Role> found = roles.findById(roleId);
        Role role = found.orElse(NOBODY);
        if (role.bindSecretId() && secretId.isEmpty()) {
            throw Fault.badRequest("missing secret_id");
        }
        String address = exchange.request().peer().address();
        Optional<SecretId> proof = role.bindSecretId() ? secretIds.find(role, secretId, now()) : Optional.empty();
        if (found.isEmpty() || (role.bindSecretId() && proof.isEmpty())) {
            lockouts.failed(roleId);
            throw refused();
        }
        // Guesses that were under way when the role id was locked out count no more than those that come after.
        lockouts.check(roleId);
        checkAddress(role.boundCidrs(), address, "role");
        checkAddress(proof.map(SecretId::boundCidrs).orElse(List.of()), address, "secret ID");
        if (proof.isPresent() && proof.get().usesLeft() > 0 && !secretIds.spend(role, secretId, now())) {
            throw refused();
        }
        lockouts.succeeded(roleId);
        return Response.granted(grant(role, proof));
    }

    private static LoginGrant grant(Role role, Optional<SecretId> proof) {
        Map<String, String> metadata =
                new LinkedHashMap<>(proof.map(SecretId::metadata).orElse(Map.of()));
        metadata.put(ROLE_NAME, role.name());
        List<String> cidrs = proof.map(SecretId::tokenCidrs)
                .filter(own -> !own.isEmpty())
                .orElse(role.terms().boundCidrs());
        return new LoginGrant(
                role.terms().boundTo(cidrs),
                role.name(),
                new LoginGrant.Alias(role.roleId(), metadata),
                "",
                metadata,
                List.of(),
                true,
                Map.of(ROLE_NAME, role.name(), "uid", role.uid()));
    }

    private static void checkAddress(List<String> allowed, String address, String whose) {
        if (!allowed.isEmpty() && !Cidr.anyHolds(allowed, address)) {
            throw Fault.badRequest(
                    "source address \"" + address + "\" unauthorized by CIDR restrictions on the " + whose);
        }
    }

    private static FaultException refused() {
        return Fault.badRequest("invalid role or secret ID");
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
