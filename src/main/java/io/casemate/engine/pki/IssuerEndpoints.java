package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Issuers: list, read in every form, rename, delete. */
final class IssuerEndpoints {
    private final Authority authority;

    IssuerEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("issuers", "Lists the issuers.")
                        .access(Access.PUBLIC)
                        .on(Operation.LIST, this::list)
                        .build(),
                at("issuer/{issuer_ref}", "An issuer, by id, name or 'default'.")
                        .fields(IssuerSettings.FIELDS)
                        .on(Operation.READ, exchange -> Response.of(describe(issuer(exchange))))
                        .on(Operation.UPDATE, this::update)
                        .on(Operation.PATCH, this::update)
                        .on(Operation.DELETE, this::delete)
                        .build(),
                view("issuer/{issuer_ref}/json", exchange -> Response.of(brief(issuer(exchange)))),
                view(
                        "issuer/{issuer_ref}/pem",
                        exchange ->
                                Response.raw(Media.PEM, lines(issuer(exchange)).getBytes(StandardCharsets.US_ASCII))),
                view(
                        "issuer/{issuer_ref}/der",
                        exchange ->
                                Response.raw(Media.CERTIFICATE, issuer(exchange).der())));
    }

    private Endpoint view(String pattern, Endpoint.Handler handler) {
        return at(pattern, "An issuer's certificate.")
                .access(Access.PUBLIC)
                .on(
                        Operation.READ,
                        exchange -> ConditionalGet.since(
                                authority.changed(List.of(issuer(exchange))),
                                exchange.request(),
                                () -> handler.handle(exchange)))
                .build();
    }

    private Response list(Exchange exchange) {
        List<String> ids = authority.issuers().ids();
        if (ids.isEmpty()) {
            throw Fault.notFound();
        }
        String standard = authority.issuers().defaults().id();
        Map<String, Object> info = new LinkedHashMap<>();
        for (String id : ids) {
            authority.issuers().byId(id).ifPresent(issuer -> {
                Map<String, Object> each = new LinkedHashMap<>();
                each.put("issuer_name", issuer.name());
                each.put("is_default", id.equals(standard));
                each.put("key_id", issuer.keyId());
                each.put("serial_number", Ids.colons(issuer.serial()));
                info.put(id, each);
            });
        }
        return Response.of(Map.of("keys", ids, "key_info", info));
    }

    private Response update(Exchange exchange) {
        String id = issuer(exchange).id().toString();
        Issuer updated = authority.context().storage().transact(editor -> {
            Issuer old = authority.issuers().byId(editor, id).orElseThrow(Fault::notFound);
            Issuer changed = new IssuerSettings(authority.issuers(), authority.keys()).changed(old, exchange.fields());
            RevokeEndpoints.refuseIssuing(editor, changed);
            authority.issuers().put(editor, changed, old.name());
            return changed;
        });
        return Response.of(describe(updated));
    }

    private Response delete(Exchange exchange) {
        Issuer issuer = issuer(exchange);
        boolean standard =
                authority.issuers().defaults().id().equals(issuer.id().toString());
        authority.context().storage().transact(editor -> {
            authority
                    .issuers()
                    .byId(editor, issuer.id().toString())
                    .ifPresent(now -> authority.issuers().delete(editor, now));
            return null;
        });
        authority.delegates().forget(issuer.id());
        return standard
                ? Response.none().warning("Deleted issuer was the default; set another by config/issuers")
                : Response.none();
    }

    Map<String, Object> describe(Issuer issuer) {
        Map<String, Object> data = new LinkedHashMap<>(brief(issuer));
        data.put("key_id", issuer.keyId());
        data.putAll(IssuerSettings.shown(issuer));
        revocation(data, authority.revocations().ofIssuer(issuer.id()));
        return data;
    }

    /** The members that tell whether it is revoked. */
    private static void revocation(Map<String, Object> data, Optional<Instant> revoked) {
        data.put("revoked", revoked.isPresent());
        revoked.ifPresent(when -> {
            data.put("revocation_time", when.getEpochSecond());
            data.put("revocation_time_rfc3339", when.toString());
        });
    }

    private Map<String, Object> brief(Issuer issuer) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("issuer_id", issuer.id().toString());
        data.put("issuer_name", issuer.name());
        data.put("certificate", lines(issuer));
        data.put(
                "ca_chain",
                authority.issuers().chain(issuer).stream()
                        .map(IssuerEndpoints::lines)
                        .toList());
        return data;
    }

    /** PEM with the end of its last line, which clients of these endpoints expect and of no others. */
    private static String lines(Issuer issuer) {
        return issuer.pem() + "\n";
    }

    private Issuer issuer(Exchange exchange) {
        return authority.issuers().find(exchange.fields().string("issuer_ref"));
    }
}
