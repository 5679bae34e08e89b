package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Reading CRLs, and building them on demand. */
final class CrlEndpoints {
    private final Authority authority;

    CrlEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                open("crl", exchange -> der(standard())),
                open("crl/pem", exchange -> pem(standard())),
                open("cert/crl", exchange -> Response.of(Map.of("certificate", text(standard())))),
                open("cert/crl/raw", exchange -> der(standard())),
                open("cert/crl/raw/pem", exchange -> pem(standard())),
                open("issuer/{issuer_ref}/crl", exchange -> Response.of(Map.of("crl", text(issuer(exchange))))),
                open("issuer/{issuer_ref}/crl/der", exchange -> der(issuer(exchange))),
                open("issuer/{issuer_ref}/crl/pem", exchange -> pem(issuer(exchange))),
                at("crl/rotate", "Builds the CRL of every issuer anew.")
                        .on(Operation.READ, this::rotate)
                        .on(Operation.UPDATE, this::rotate)
                        .build());
    }

    private static Endpoint open(String pattern, Handler handler) {
        return at(pattern, "A certificate revocation list.")
                .access(Access.PUBLIC)
                .on(Operation.READ, handler)
                .build();
    }

    private Response rotate(Exchange exchange) {
        authority.issuers().ids().stream()
                .flatMap(id -> authority.issuers().byId(id).stream())
                .filter(issuer -> !issuer.keyId().isEmpty() && issuer.usages().contains("crl-signing"))
                .forEach(authority.crls()::rotate);
        return Response.of(Map.of("success", true));
    }

    private Response der(Issuer issuer) {
        return Response.raw(Media.CRL, authority.crls().current(issuer));
    }

    private Response pem(Issuer issuer) {
        return Response.raw(Media.PEM_CRL, text(issuer).getBytes(StandardCharsets.US_ASCII));
    }

    private String text(Issuer issuer) {
        return Pem.encode("X509 CRL", authority.crls().current(issuer));
    }

    private Issuer standard() {
        return authority.issuers().find(Ids.DEFAULT);
    }

    private Issuer issuer(Exchange exchange) {
        return authority.issuers().find(exchange.fields().string("issuer_ref"));
    }
}
