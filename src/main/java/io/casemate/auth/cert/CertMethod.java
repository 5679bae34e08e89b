package io.casemate.auth.cert;

import io.casemate.auth.AuthMethod;
import io.casemate.auth.cert.Verifier.Match;
import io.casemate.barrier.View;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.TokenTerms;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Log in with a TLS client certificate. The handshake proved that the client has the key; whether the certificate is worth
 * anything is decided here, at each login and each renewal.
 */
final class CertMethod implements AuthMethod {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");

    private final View storage;
    private final Roles roles;
    private final RevocationLists lists;
    private final OcspCheck ocsp;
    private final Verifier verifier;
    private final RoleEndpoints roleEndpoints;
    private volatile Settings settings;

    CertMethod(Context context) {
        this.storage = context.storage();
        this.settings = Settings.load(storage);
        this.roles = new Roles(storage, settings.roleCache());
        this.lists = new RevocationLists(storage, context.clock());
        this.ocsp = new OcspCheck(settings.ocspCache(), context.random(), context.clock());
        this.verifier = new Verifier(roles, lists, ocsp, context.clock());
        this.roleEndpoints = new RoleEndpoints(roles, context.clock());
    }

    @Override
    public List<Endpoint> endpoints() {
        List<Endpoint> all = new ArrayList<>();
        all.add(Endpoint.at("login", "Logs in with the certificate shown in the TLS handshake.")
                .field("name", Field.string("The one role to try; else the first that fits."))
                .access(Access.PUBLIC)
                .on(Operation.UPDATE, this::login)
                .build());
        all.addAll(roleEndpoints.endpoints());
        all.addAll(new ListEndpoints(lists).endpoints());
        all.add(Endpoint.at("config", "Shows or changes what holds for all roles.")
                .fields(Settings.FIELDS)
                .on(Operation.READ, exchange -> Response.of(settings.members()))
                .on(Operation.UPDATE, this::configure)
                .build());
        return all;
    }

    @Override
    public Optional<ClaimedRole> claimedRole() {
        return Optional.of(ClaimedRole.named("name"));
    }

    /** Whoever asks must show a certificate that fits the role still, for the same key or the same holder. */
    @Override
    public TokenTerms renew(Held held) {
        String name = held.kept().getOrDefault("role", "");
        Role role = roles.find(name)
                .orElseThrow(() -> Fault.badRequest("the role of the login no longer exists, not renewing"));
        if (!settings.disableBinding()) {
            Presented shown =
                    verifier.match(held.peer(), name, settings.crlFailOpen()).shown();
            boolean same = shown.keyHash().equals(held.kept().get("key"))
                    || shown.holder().equals(held.kept().get("holder"));
            if (!same) {
                throw Fault.badRequest("client identity during renewal not matching client identity used during login");
            }
        }
        if (!held.has(role.terms())) {
            throw Fault.badRequest("policies have changed, not renewing");
        }
        return role.terms();
    }

    private Response login(Exchange exchange) {
        Match match =
                verifier.match(exchange.request().peer(), exchange.fields().string("name"), settings.crlFailOpen());
        TokenTerms terms = match.role().terms();
        if (!terms.boundCidrs().isEmpty()
                && !Cidr.anyHolds(terms.boundCidrs(), exchange.request().peer().address())) {
            throw new Fault.PermissionDenied().asException();
        }
        Presented shown = match.shown();
        Map<String, String> facts = facts(match);
        String role = match.role().name();
        Map<String, String> kept = Map.of(
                "role", role,
                "key", shown.keyHash(),
                "holder", shown.holder());
        LoginGrant.Alias alias =
                new LoginGrant.Alias(shown.facts().commonName(), settings.aliasMetadata() ? facts : Map.of());
        return Response.granted(
                new LoginGrant(terms, role, alias, match.role().displayName(), facts, List.of(), true, kept));
    }

    private static Map<String, String> facts(Match match) {
        Presented shown = match.shown();
        Map<String, String> facts =
                new LinkedHashMap<>(match.role().constraints().metadata(shown.facts()));
        facts.put("cert_name", match.role().name());
        facts.put("common_name", shown.facts().commonName());
        facts.put("serial_number", shown.leaf().getSerialNumber().toString());
        facts.put("subject_key_id", COLONS.formatHex(shown.facts().subjectKeyId()));
        facts.put("authority_key_id", COLONS.formatHex(shown.facts().authorityKeyId()));
        return facts;
    }

    private synchronized Response configure(Exchange exchange) {
        Settings merged = settings.merge(exchange.fields());
        merged.store(storage);
        if (merged.roleCache() != settings.roleCache()) {
            roles.resize(merged.roleCache());
        }
        if (merged.ocspCache() != settings.ocspCache()) {
            ocsp.resize(merged.ocspCache());
        }
        settings = merged;
        return Response.none();
    }
}
