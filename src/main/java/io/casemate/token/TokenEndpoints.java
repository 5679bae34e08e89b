package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.engine.Field;
import io.casemate.engine.Paging;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Identity;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.policy.Policies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code auth/token/}: the tokens themselves as an engine. Patterns are relative to that mount. */
public final class TokenEndpoints implements SecretsEngine {
    private static final int TIDIED = 10_000;
    private static final int ACCEPTED = 202;
    private static final Field INCREMENT = Field.duration("Wished life from now.");

    private final TokenStore tokens;
    private final RoleStore roles;
    private final TokenCreation creation;
    private final Supplier<Ttls> limits;
    private final Renewals renewals;
    private final IdentityStore identities;

    /**
     * Serves {@code tokens}.
     *
     * @param storage the same view that {@code tokens} has; roles are kept in it
     * @param renewals asked for tokens that logins made
     * @param identities tells who stands behind a token
     * @param aliases asked for tokens that are made in somebody's name
     */
    public TokenEndpoints(
            TokenStore tokens,
            View storage,
            Policies policies,
            Supplier<Ttls> limits,
            Renewals renewals,
            IdentityStore identities,
            EntityAliases aliases) {
        this.tokens = tokens;
        this.roles = new RoleStore(storage);
        this.limits = limits;
        this.creation = new TokenCreation(tokens, policies, limits, aliases);
        this.renewals = renewals;
        this.identities = identities;
    }

    @Override
    public List<Endpoint> endpoints() {
        return List.of(
                create("create", Access.TOKEN, exchange -> creation.create(exchange, Optional.empty(), false)),
                create("create-orphan", Access.TOKEN, exchange -> creation.create(exchange, Optional.empty(), true)),
                create("create/{role_name}", Access.TOKEN, this::createByRole),
                showing("lookup", "Shows a token; the one that asks when none is sent.", "The token.", this::lookup),
                showing(
                        "lookup-self",
                        "Shows the token that asks.",
                        "Taken for clients, and not looked at.",
                        this::lookupSelf),
                update("lookup-accessor", "accessor", exchange -> shown(byAccessor(exchange), "")),
                renewing("renew", "token", this::renew),
                renewing("renew-self", "token", this::renewSelf),
                renewing("renew-accessor", "accessor", exchange -> renewed(byAccessor(exchange), exchange, "")),
                update("revoke", "token", this::revokeSent),
                update("revoke-self", "token", this::revokeSelf),
                update(
                        "revoke-accessor",
                        "accessor",
                        exchange -> revoke(byAccessor(exchange).key())),
                Endpoint.at("revoke-orphan", "Ends a token and leaves what it made as orphans.")
                        .field("token", Field.string("The token."))
                        .access(Access.SUDO)
                        .on(Operation.UPDATE, this::revokeOrphan)
                        .build(),
                Endpoint.at("accessors", "Lists the accessors of all tokens.")
                        .fields(Paging.FIELDS)
                        .access(Access.SUDO)
                        .on(Operation.LIST, this::accessors)
                        .build(),
                Endpoint.at("roles", "Lists the token roles.")
                        .on(Operation.LIST, exchange -> Response.keys(roles.names()))
                        .build(),
                role(),
                Endpoint.at("tidy", "Ends at once what is due to end.")
                        .on(Operation.UPDATE, exchange -> tidy())
                        .build());
    }

    private static Endpoint create(String pattern, Access access, Handler handler) {
        return Endpoint.at(pattern, "Makes a token.")
                .fields(TokenCreation.FIELDS)
                .access(access)
                .on(Operation.UPDATE, handler)
                .build();
    }

    private static Endpoint showing(String pattern, String synopsis, String token, Handler handler) {
        return Endpoint.at(pattern, synopsis)
                .field("token", Field.string(token))
                .on(Operation.READ, handler)
                .on(Operation.UPDATE, handler)
                .build();
    }

    private static Endpoint update(String pattern, String field, Handler handler) {
        return Endpoint.at(pattern, "Shows or ends a token.")
                .field(field, Field.string(field.equals("token") ? "The token." : "The token's accessor."))
                .on(Operation.UPDATE, handler)
                .build();
    }

    private static Endpoint renewing(String pattern, String field, Handler handler) {
        return Endpoint.at(pattern, "Prolongs a token.")
                .field(field, Field.string(field.equals("token") ? "The token." : "The token's accessor."))
                .field("increment", INCREMENT)
                .on(Operation.UPDATE, handler)
                .build();
    }

    private Endpoint role() {
        return Endpoint.at("roles/{role_name}", "Shows, sets or deletes a token role.")
                .fields(RoleStore.FIELDS)
                .field("period", Field.duration("Older name of token_period."))
                .field("explicit_max_ttl", Field.duration("Older name of token_explicit_max_ttl."))
                .field("bound_cidrs", Field.strings("Older name of token_bound_cidrs."))
                .exists(exchange ->
                        roles.find(exchange.fields().string("role_name")).isPresent())
                .on(
                        Operation.READ,
                        exchange -> Response.of(
                                RoleStore.shown(roles.find(exchange.fields().string("role_name"))
                                        .orElseThrow(Fault::notFound))))
                .on(Operation.UPDATE, exchange -> {
                    roles.write(exchange.fields().string("role_name"), exchange.fields());
                    return Response.none();
                })
                .on(Operation.DELETE, exchange -> {
                    roles.delete(exchange.fields().string("role_name"));
                    return Response.none();
                })
                .build();
    }

    private Response createByRole(Exchange exchange) {
        String name = exchange.fields().string("role_name");
        TokenRole role = roles.find(name).orElseThrow(() -> Fault.badRequest("unknown role " + name));
        return creation.create(exchange, Optional.of(role), false);
    }

    private Response lookup(Exchange exchange) {
        if (exchange.fields().string("token").isEmpty()) {
            return lookupSelf(exchange);
        }
        try (SecretBytes token = sentToken(exchange)) {
            TokenEntry entry = tokens.find(token).orElseThrow(TokenEndpoints::badToken);
            return shown(entry, exchange.fields().string("token"));
        }
    }

    private Response lookupSelf(Exchange exchange) {
        return shown(own(exchange), ownToken(exchange));
    }

    private Response renew(Exchange exchange) {
        try (SecretBytes token = sentToken(exchange)) {
            TokenEntry entry = tokens.find(token).orElseThrow(() -> Fault.badRequest("token not found"));
            return renewed(entry, exchange, exchange.fields().string("token"));
        }
    }

    private Response renewSelf(Exchange exchange) {
        return renewed(own(exchange), exchange, ownToken(exchange));
    }

    private Response renewed(TokenEntry entry, Exchange exchange, String token) {
        if (entry.batch()) {
            throw Fault.badRequest("batch tokens cannot be renewed");
        }
        Optional<TokenRole> role = role(entry);
        Duration increment = exchange.fields().duration("increment");
        Issued issued = entry.traits()
                .login()
                .map(login -> renewals.terms(
                        login, entry.traits().policies(), exchange.request().peer()))
                .or(() -> role.map(made -> terms(entry, made)))
                .map(terms -> tokens.renew(entry.key(), increment, terms))
                .orElseGet(() -> tokens.renew(entry.key(), increment));
        Issued named = new Issued(SecretBytes.ofText(token), issued.entry(), issued.left(), issued.warnings());
        return Response.authenticated(named.auth()).warnings(issued.warnings());
    }

    /** As it is now, whatever it was when it made the token. */
    private Optional<TokenRole> role(TokenEntry entry) {
        String name = entry.traits().role();
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(roles.find(name)
                .orElseThrow(() ->
                        Fault.badRequest("original token role \"" + name + "\" could not be found, not renewing")));
    }

    private RenewalTerms terms(TokenEntry entry, TokenRole role) {
        return new RenewalTerms(entry.life().ttl(), role.period(), role.explicitMax(), limits.get(), List.of());
    }

    private Response revokeSent(Exchange exchange) {
        try (SecretBytes token = sentToken(exchange)) {
            refuseBatch(tokens.find(token));
            return revoke(tokens.keyOf(token));
        }
    }

    private Response revokeSelf(Exchange exchange) {
        refuseBatch(Optional.of(own(exchange)));
        return revoke(exchange.caller().tokenKey());
    }

    private static void refuseBatch(Optional<TokenEntry> entry) {
        if (entry.filter(TokenEntry::batch).isPresent()) {
            throw Fault.badRequest("batch tokens cannot be revoked");
        }
    }

    private Response revoke(String key) {
        tokens.revoke(key);
        return Response.none();
    }

    private Response revokeOrphan(Exchange exchange) {
        try (SecretBytes token = sentToken(exchange)) {
            Optional<TokenEntry> entry = tokens.find(token);
            refuseBatch(entry);
            tokens.revokeOrphan(entry.orElseThrow(() -> Fault.badRequest("token to revoke not found"))
                    .key());
            return Response.none();
        }
    }

    private Response accessors(Exchange exchange) {
        Paging paging = Paging.of(exchange.fields());
        return Response.keys(paging.whole(tokens.accessors(paging.after(), paging.limit())));
    }

    private Response tidy() {
        tokens.sweep(TIDIED);
        return Response.none()
                .warning("Tidy operation successfully started. Any information from the operation will be printed to"
                        + " the server logs.")
                .status(ACCEPTED);
    }

    private Response shown(TokenEntry entry, String id) {
        Identity who = identities.find(entry.traits().entityId()).orElse(Identity.NONE);
        return Response.of(TokenView.of(entry, id, who, tokens.now()));
    }

    /** The token that asks: a batch token is in the request alone, and of the others also one that was just used up. */
    private TokenEntry own(Exchange exchange) {
        return (exchange.caller().kind() == Caller.TokenKind.BATCH
                        ? exchange.request().token().flatMap(tokens::find)
                        : tokens.findByKey(exchange.caller().tokenKey()))
                .orElseThrow(TokenEndpoints::badToken);
    }

    private static String ownToken(Exchange exchange) {
        return exchange.request()
                .token()
                .map(token -> new String(token.expose(), StandardCharsets.UTF_8))
                .orElse("");
    }

    private TokenEntry byAccessor(Exchange exchange) {
        String accessor = exchange.fields().string("accessor");
        if (accessor.isEmpty()) {
            throw Fault.badRequest("missing accessor");
        }
        return tokens.findByAccessor(accessor).orElseThrow(() -> Fault.badRequest("invalid accessor"));
    }

    private static SecretBytes sentToken(Exchange exchange) {
        String token = exchange.fields().string("token");
        if (token.isEmpty()) {
            throw Fault.badRequest("missing token ID");
        }
        return SecretBytes.ofText(token);
    }

    private static FaultException badToken() {
        return new Fault.PermissionDenied(List.of("bad token")).asException();
    }
}
