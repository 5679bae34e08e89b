package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.pki.ocsp.Delegates.Delegate;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who else may answer OCSP for an issuer. */
final class DelegateEndpoints {
    private final Authority authority;

    DelegateEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(at("issuer/{issuer_ref}/ocsp-delegate", "A key in software that answers OCSP for the issuer.")
                .field("ttl", new Field(Field.Type.DURATION, Duration.ofDays(30), "How long it may answer."))
                .field("key_type", new Field(Field.Type.STRING, "ec", "ec (P-256), rsa (2048) or ed25519."))
                .on(Operation.READ, this::read)
                .on(Operation.UPDATE, this::make)
                .on(Operation.DELETE, this::delete)
                .build());
    }

    private Response make(Exchange exchange) {
        authority.governor().refuseFrozen();
        Issuer issuer = issuer(exchange);
        if (authority.revocations().ofIssuer(issuer.id()).isPresent()) {
            throw Fault.badRequest("issuer " + issuer.id()
                    + " is revoked and certifies nobody: it answers OCSP with its own key, or the delegate it has");
        }
        if (issuer.keyId().isEmpty() || !issuer.usages().contains("ocsp-signing")) {
            throw Fault.badRequest("issuer " + issuer.id() + " has no key here, or lacks the usage ocsp-signing");
        }
        KeyKind kind = switch (exchange.fields().string("key_type")) {
            case "ec" -> KeyKind.EC_P256;
            case "rsa" -> KeyKind.RSA_2048;
            case "ed25519" -> KeyKind.ED25519;
            default -> throw Fault.badRequest("field 'key_type': ec, rsa or ed25519");
        };
        return described(
                authority.delegates().make(issuer, kind, exchange.fields().duration("ttl")));
    }

    private Response read(Exchange exchange) {
        return described(authority.delegates().of(issuer(exchange)).orElseThrow(Fault::notFound));
    }

    private Response delete(Exchange exchange) {
        authority.delegates().delete(issuer(exchange));
        return Response.none();
    }

    private static Response described(Delegate delegate) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("certificate", Pem.encode("CERTIFICATE", delegate.der()));
        data.put(
                "serial_number",
                Ids.colons(Ids.hex(delegate.certificate().getSerialNumber().getValue())));
        data.put(
                "expiration",
                delegate.certificate().getEndDate().getDate().toInstant().getEpochSecond());
        return Response.of(data);
    }

    private Issuer issuer(Exchange exchange) {
        return authority.issuers().find(exchange.fields().string("issuer_ref"));
    }
}
