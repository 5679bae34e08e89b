package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.engine.pki.crl.Crl;
import io.casemate.engine.pki.crl.RevocationSigner;
import io.casemate.engine.pki.store.CrlRolls.Kind;
import io.casemate.engine.pki.store.CrlScope;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reading CRLs, complete and delta, and making them on demand. */
final class CrlEndpoints {
    private static final String LABEL = "X509 CRL";

    /** Health checks of stock command lines go on where they read "unable to find". */
    private static final String NOT_MADE = "unable to find such a CRL: they are not made (config/crl)";

    private final Authority authority;

    CrlEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return Stream.of(
                        below("crl", "", Kind.COMPLETE),
                        below("crl/delta", "", Kind.DELTA),
                        below("cert/crl/raw", "", Kind.COMPLETE),
                        below("cert/delta-crl/raw", "", Kind.DELTA),
                        below("issuer/{issuer_ref}/crl", "/der", Kind.COMPLETE),
                        below("issuer/{issuer_ref}/crl/delta", "/der", Kind.DELTA),
                        below("issuer/{issuer_ref}/crl/shard/{shard}", "/der", this::shard),
                        List.of(
                                json("cert/crl", "certificate", Kind.COMPLETE),
                                json("cert/delta-crl", "certificate", Kind.DELTA),
                                json("issuer/{issuer_ref}/crl", "crl", Kind.COMPLETE),
                                json("issuer/{issuer_ref}/crl/delta", "crl", Kind.DELTA),
                                rotation("crl/rotate", "Makes the CRL of every issuer anew.", Kind.COMPLETE),
                                rotation("crl/rotate-delta", "Makes the delta CRL of every issuer anew.", Kind.DELTA)))
                .flatMap(List::stream)
                .toList();
    }

    /** The two raw forms of a CRL. */
    private List<Endpoint> below(String path, String der, Kind kind) {
        return below(path, der, exchange -> crl(exchange, kind));
    }

    private static List<Endpoint> below(String path, String der, Function<Exchange, Optional<Crl>> source) {
        return List.of(
                open(path + der, exchange -> raw(exchange, source, CrlEndpoints::der)),
                open(path + "/pem", exchange -> raw(exchange, source, CrlEndpoints::pem)));
    }

    private Endpoint json(String path, String member, Kind kind) {
        return open(
                path,
                exchange -> Response.of(Map.of(
                        member,
                        Pem.encode(
                                LABEL,
                                crl(exchange, kind)
                                        .orElseThrow(() -> Fault.notFound(NOT_MADE))
                                        .der()))));
    }

    private static Endpoint open(String pattern, Handler handler) {
        return at(pattern, "A certificate revocation list.")
                .access(Access.PUBLIC)
                .headers(List.of(ConditionalGet.SINCE), List.of(ConditionalGet.MODIFIED))
                .on(Operation.READ, handler)
                .build();
    }

    private Endpoint rotation(String pattern, String synopsis, Kind kind) {
        Handler handler = exchange -> rotated(kind);
        return at(pattern, synopsis)
                .on(Operation.READ, handler)
                .on(Operation.UPDATE, handler)
                .build();
    }

    /** Issuers of one name and key have one CRL, which one of them makes; where none can the others' are made all the same. */
    private Response rotated(Kind kind) {
        Set<String> made = new HashSet<>();
        Map<String, Failed> failed = new LinkedHashMap<>();
        authority.issuers().ids().stream()
                .flatMap(id -> authority.issuers().byId(id).stream())
                .filter(issuer -> RevocationSigner.may(issuer, "crl-signing"))
                .filter(issuer -> !made.contains(CrlScope.id(issuer)))
                .forEach(issuer -> {
                    try {
                        authority.crls().rotate(issuer, kind);
                        made.add(CrlScope.id(issuer));
                    } catch (FaultException e) {
                        failed.put(CrlScope.id(issuer), new Failed(issuer.id(), e));
                    }
                });
        failed.keySet().removeAll(made);
        if (made.isEmpty() && !failed.isEmpty()) {
            throw failed.values().iterator().next().why();
        }
        Response answer = Response.of(Map.of("success", true));
        for (Failed each : failed.values()) {
            answer = answer.warning("the CRL of issuer " + each.issuer() + " was not made: "
                    + each.why().getMessage());
        }
        return answer;
    }

    private record Failed(UUID issuer, FaultException why) {}

    private static Response raw(
            Exchange exchange, Function<Exchange, Optional<Crl>> source, Function<Crl, Response> form) {
        Optional<Crl> crl = source.apply(exchange);
        if (crl.isEmpty()) {
            return Response.none();
        }
        return ConditionalGet.since(crl.get().thisUpdate(), exchange.request(), () -> form.apply(crl.get()));
    }

    private static Response der(Crl crl) {
        return crl.isShort()
                ? Response.raw(Media.CRL, crl.der())
                : Response.download(Media.CRL, Download.of(crl.length(), crl::writeTo));
    }

    private static Response pem(Crl crl) {
        return crl.isShort()
                ? Response.raw(Media.PEM_CRL, Pem.encode(LABEL, crl.der()).getBytes(StandardCharsets.US_ASCII))
                : Response.download(
                        Media.PEM_CRL,
                        Download.of(Pem.length(LABEL, crl.length()), out -> Pem.encode(LABEL, out, crl::writeTo)));
    }

    private Optional<Crl> shard(Exchange exchange) {
        String number = exchange.fields().string("shard");
        if (!number.matches("[0-9]{1,4}")) {
            throw Fault.notFound("a shard of a CRL has a number, counted from 0");
        }
        Issuer issuer = authority.issuers().find(exchange.fields().string("issuer_ref"));
        return authority.crls().shard(issuer, Integer.parseInt(number));
    }

    private Optional<Crl> crl(Exchange exchange, Kind kind) {
        String ref = exchange.request().path().segments().getFirst().equals("issuer")
                ? exchange.fields().string("issuer_ref")
                : Ids.DEFAULT;
        Issuer issuer = authority.issuers().find(ref);
        return authority.crls().current(issuer, kind);
    }
}
