package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.engine.Paging;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reading certificates: kept ones by serial number, and those of the default issuer. */
final class CertificateEndpoints {
    private final Authority authority;

    CertificateEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("certs", "Lists the serial numbers of kept certificates.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, this::list)
                        .build(),
                at("certs/revoked", "Lists the serial numbers of revoked certificates.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, this::listRevoked)
                        .build(),
                open("cert/{serial}", this::read),
                open(
                        "cert/{serial}/raw",
                        exchange ->
                                Response.raw(Media.CERTIFICATE, kept(exchange).der())),
                open(
                        "cert/{serial}/raw/pem",
                        exchange -> pem(encode(kept(exchange).der()))),
                open("cert/ca", exchange -> Response.of(described(standard()))),
                open(
                        "cert/ca/raw",
                        exchange -> Response.raw(Media.CERTIFICATE, standard().der())),
                open("cert/ca/raw/pem", exchange -> pem(standard().pem())),
                open("cert/ca_chain", exchange -> Response.of(Map.of("certificate", chain(), "ca_chain", chain()))),
                open("ca", exchange -> ifAny(exchange, issuer -> Response.raw(Media.CERTIFICATE, issuer.der()))),
                open("ca/pem", exchange -> ifAny(exchange, issuer -> pem(issuer.pem()))),
                open("ca_chain", exchange -> ifAny(exchange, issuer -> pem(chain()))));
    }

    /** Without a default issuer these say nothing, as the API has it: 204. */
    private Response ifAny(Exchange exchange, Function<Issuer, Response> answer) {
        return authority
                .issuers()
                .byRef(Ids.DEFAULT)
                .map(issuer -> ConditionalGet.since(
                        authority.changed(authority.issuers().chain(issuer)),
                        exchange.request(),
                        () -> answer.apply(issuer)))
                .orElseGet(Response::none);
    }

    private static Endpoint open(String pattern, Handler handler) {
        return at(pattern, "A certificate; public, as certificates are.")
                .access(Access.PUBLIC)
                .on(Operation.READ, handler)
                .build();
    }

    private Response list(Exchange exchange) {
        Paging paging = Paging.of(exchange.fields());
        String after = paging.after().isEmpty() ? "" : Ids.parseSerial(paging.after());
        return Response.keys(paging.whole(authority.certificates().serials(after, paging.limit())).stream()
                .map(Ids::colons)
                .toList());
    }

    private Response listRevoked(Exchange exchange) {
        Paging paging = Paging.of(exchange.fields());
        String after = paging.after().isEmpty() ? "" : Ids.parseSerial(paging.after());
        List<String> serials = authority.revocations().issuers().stream()
                .flatMap(issuer -> authority.revocations().serials(issuer, after, paging.limit()).stream())
                .distinct()
                .sorted()
                .limit(paging.limit())
                .toList();
        return Response.keys(paging.whole(serials).stream().map(Ids::colons).toList());
    }

    private Response read(Exchange exchange) {
        String serial = Ids.parseSerial(exchange.fields().string("serial"));
        Kept kept = kept(exchange);
        Optional<Revocation> revocation = authority.revocations().get(kept.issuer(), serial);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("certificate", encode(kept.der()));
        data.put(
                "revocation_time",
                revocation.map(each -> each.when().getEpochSecond()).orElse(0L));
        data.put(
                "revocation_time_rfc3339",
                revocation.map(each -> each.when().toString()).orElse(""));
        data.put("issuer_id", kept.issuer().toString());
        return Response.of(data);
    }

    private Kept kept(Exchange exchange) {
        String serial = Ids.parseSerial(exchange.fields().string("serial"));
        return authority
                .certificates()
                .get(serial)
                .orElseThrow(() -> Fault.notFound("certificate with serial " + Ids.colons(serial) + " not found"));
    }

    private Issuer standard() {
        return authority.issuers().find(Ids.DEFAULT);
    }

    private static Map<String, Object> described(Issuer issuer) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("certificate", issuer.pem());
        data.put("revocation_time", 0);
        data.put("revocation_time_rfc3339", "");
        data.put("issuer_id", issuer.id().toString());
        return data;
    }

    private String chain() {
        return authority.issuers().chain(standard()).stream().map(Issuer::pem).collect(Collectors.joining("\n"));
    }

    private static String encode(byte[] der) {
        return Pem.encode("CERTIFICATE", der);
    }

    private static Response pem(String text) {
        return Response.raw(Media.PEM, text.getBytes(StandardCharsets.US_ASCII));
    }
}
