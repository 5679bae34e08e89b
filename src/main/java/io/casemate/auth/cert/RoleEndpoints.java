package io.casemate.auth.cert;

import io.casemate.auth.RoleName;
import io.casemate.auth.TokenFields;
import io.casemate.crypto.X509;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.TokenTerms;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code certs*}: whom to let in. */
final class RoleEndpoints {
    private static final Map<String, String> OLDER = Map.of(
            "token_policies", "policies",
            "token_ttl", "ttl",
            "token_max_ttl", "max_ttl",
            "token_period", "period",
            "token_bound_cidrs", "bound_cidrs");

    private final Roles roles;
    private final InstantSource clock;

    RoleEndpoints(Roles roles, InstantSource clock) {
        this.roles = roles;
        this.clock = clock;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("certs", "Lists the roles.")
                        .on(Operation.LIST, exchange -> Response.keys(roles.names()))
                        .build(),
                Endpoint.at("certs/{name}", "Shows, sets or deletes a role: certificates that let in.")
                        .field("name", Field.string("The role's name; its case does not matter."))
                        .field("certificate", Field.string("PEM: authorities to trust, or one client's certificate."))
                        .field("display_name", Field.string("Part of the tokens' name; else the role's name."))
                        .fields(Constraints.LISTS)
                        .fields(OcspTerms.FIELDS)
                        .fields(TokenFields.FIELDS)
                        .field("policies", Field.strings("Older name of token_policies."))
                        .field("ttl", Field.duration("Older name of token_ttl."))
                        .field("max_ttl", Field.duration("Older name of token_max_ttl."))
                        .field("period", Field.duration("Older name of token_period."))
                        .field("bound_cidrs", Field.strings("Older name of token_bound_cidrs."))
                        .on(Operation.READ, this::read)
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, exchange -> {
                            roles.delete(name(exchange));
                            return Response.none();
                        })
                        .build());
    }

    private Response read(Exchange exchange) {
        Map<String, Object> shown =
                roles.find(name(exchange)).orElseThrow(Fault::notFound).members();
        OLDER.forEach((name, older) -> shown.put(older, shown.get(name)));
        return Response.of(shown);
    }

    private Response write(Exchange exchange) {
        String name = RoleName.check(name(exchange));
        Fields sent = exchange.fields();
        Optional<Role> there = roles.find(name);
        String certificate = sent.optionalString("certificate")
                .or(() -> there.map(Role::certificate))
                .orElse("");
        String displayName = sent.optionalString("display_name")
                .or(() -> there.map(Role::displayName))
                .filter(given -> !given.isEmpty())
                .orElse(name);
        if (X509.certificates(certificate).isEmpty()) {
            throw Fault.badRequest("failed to parse certificate: field 'certificate' holds no PEM certificate");
        }
        Role role = new Role(
                name,
                certificate,
                displayName,
                there.map(Role::constraints).orElse(Constraints.NONE).merge(sent),
                there.map(Role::ocsp).orElse(OcspTerms.NONE).merge(sent),
                TokenFields.merge(there.map(Role::terms).orElse(TokenTerms.NONE), sent, OLDER));
        if (!role.trustsAuthorities() && !PathFinder.forClients(role.anchors().getFirst())) {
            throw Fault.badRequest(
                    "nonCA certificates should have TLS client authentication set as an extended key usage");
        }
        roles.put(role);
        return warned(role);
    }

    private Response warned(Role role) {
        Response answer = Response.none();
        for (X509Certificate anchor : role.anchors()) {
            if (anchor.getNotAfter().toInstant().isBefore(clock.instant())) {
                answer = answer.warning(
                        "the certificate of " + anchor.getSubjectX500Principal().getName() + " has expired on "
                                + anchor.getNotAfter().toInstant());
            }
            if (role.trustsAuthorities() && !Role.authority(anchor)) {
                answer = answer.warning(
                        "the certificate of " + anchor.getSubjectX500Principal().getName()
                                + " is no authority's and lets in nobody but its holder");
            }
        }
        return answer;
    }

    private static String name(Exchange exchange) {
        return exchange.fields().string("name");
    }
}
