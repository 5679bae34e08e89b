package io.casemate.auth.jwt;

import io.casemate.auth.AuthMethod;
import io.casemate.auth.RoleName;
import io.casemate.barrier.View;
import io.casemate.crypto.JwsAlgorithm;
import io.casemate.crypto.SignedJwt;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Log in with a JSON Web Token that an issuer signed which the mount is configured to believe. */
final class JwtMethod implements AuthMethod {
    private static final String NO_BROWSER =
            "the login by browser (OIDC authorization code flow) is not available on this"
                    + " server: get a JWT from the issuer and log in with it: login -method=jwt -path=MOUNT role=ROLE jwt=TOKEN";

    private final InstantSource clock;
    private final RoleEndpoints roles;
    private final Issuer issuer;

    JwtMethod(Context context) {
        View storage = context.storage();
        this.clock = context.clock();
        this.roles = new RoleEndpoints(storage);
        this.issuer = new Issuer(storage, context.clock());
    }

    @Override
    public List<Endpoint> endpoints() {
        List<Endpoint> all = new ArrayList<>();
        all.add(Endpoint.at("login", "Logs in with a JSON Web Token.")
                .field("role", Field.string("The role; else the configured default."))
                .field("jwt", Field.string("The token."))
                .access(Access.PUBLIC)
                .on(Operation.UPDATE, this::login)
                .build());
        all.addAll(roles.endpoints());
        all.add(issuer.endpoint());
        all.add(Endpoint.at("oidc/auth_url", "Says that there is no login by browser.")
                .openBody()
                .access(Access.PUBLIC)
                .on(Operation.UPDATE, exchange -> noBrowser())
                .build());
        all.add(Endpoint.at("oidc/callback", "Says that there is no login by browser.")
                .openBody()
                .access(Access.PUBLIC)
                .on(Operation.READ, exchange -> noBrowser())
                .on(Operation.UPDATE, exchange -> noBrowser())
                .build());
        return all;
    }

    /** Who names no role claims the default one. */
    @Override
    public Optional<ClaimedRole> claimedRole() {
        return Optional.of(request -> ClaimedRole.sent(request, "role")
                .map(sent -> asked(sent, issuer.config()))
                .flatMap(RoleName::find));
    }

    @Override
    public TokenTerms renew(Held held) {
        String name = held.kept().getOrDefault("role", "");
        return roles.find(name)
                .orElseThrow(() -> Fault.badRequest("role " + name + " does not exist during renewal"))
                .terms();
    }

    private Response login(Exchange exchange) {
        Config config = issuer.config().orElseThrow(() -> Fault.badRequest("could not load configuration"));
        String asked = asked(exchange.fields().string("role"), Optional.of(config));
        if (asked.isEmpty()) {
            throw Fault.badRequest("missing role");
        }
        String name = RoleName.find(asked).orElseThrow(() -> Fault.badRequest("the role could not be found"));
        Role role = roles.find(name).orElseThrow(() -> Fault.badRequest("role \"" + asked + "\" could not be found"));
        if (role.browser()) {
            throw Fault.badRequest("role with oidc role_type is not allowed: " + NO_BROWSER);
        }
        String token = exchange.fields().string("jwt");
        if (token.isEmpty()) {
            throw Fault.badRequest("missing token: field 'jwt'");
        }
        List<String> cidrs = role.terms().boundCidrs();
        if (!cidrs.isEmpty() && !Cidr.anyHolds(cidrs, exchange.request().peer().address())) {
            throw new Fault.PermissionDenied().asException();
        }
        return granted(name, role, verified(token.strip(), config, role));
    }

    private static String asked(String sent, Optional<Config> config) {
        return sent.isEmpty() ? config.map(Config::defaultRole).orElse("") : sent;
    }

    /** Algorithm, signature, issuer, times, bounds, in this order: nothing is said of claims that nobody signed. */
    private Claims verified(String token, Config config, Role role) {
        SignedJwt jwt = parsed(token);
        if (!config.algorithms().isEmpty()
                && config.algorithms().stream()
                        .map(JwsAlgorithm::named)
                        .flatMap(Optional::stream)
                        .noneMatch(jwt.algorithm()::equals)) {
            throw Fault.badRequest("error validating token: the token is signed with "
                    + jwt.algorithm().text() + ", which is not one of jwt_supported_algs");
        }
        KeySource signer = issuer.signer(jwt)
                .orElseThrow(() -> Fault.badRequest(
                        "error validating token: no known key successfully validated the token signature"));
        Claims claims = new Claims(jwt.claims());
        String expected = config.issuer().isEmpty() ? signer.issuer() : config.issuer();
        if (!expected.isEmpty() && !claims.text("iss").equals(Optional.of(expected))) {
            throw Fault.badRequest("error validating token: the claim 'iss' is not the issuer " + expected);
        }
        role.times().check(claims, clock.instant());
        role.bounds().check(claims);
        return claims;
    }

    private static SignedJwt parsed(String token) {
        try {
            return SignedJwt.parse(token);
        } catch (FaultException e) {
            String why = e.fault() instanceof Fault.BadRequest(List<String> details) ? details.getFirst() : "";
            throw new Fault.BadRequest(List.of("error validating token: " + why)).causedBy(e);
        }
    }

    private static Response granted(String name, Role role, Claims claims) {
        String user = role.mapping().user(claims);
        Map<String, String> metadata = role.mapping().metadata(claims, name);
        return Response.granted(new LoginGrant(
                role.terms(),
                name,
                new LoginGrant.Alias(user, metadata),
                user,
                metadata,
                role.mapping().groups(claims),
                true,
                Map.of("role", name)));
    }

    private static Response noBrowser() {
        throw Fault.badRequest(NO_BROWSER);
    }
}
