package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.crl.ForeignCrls;
import io.casemate.engine.pki.crl.ListedCertificates;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** CRLs with the content that the caller gives: for an issuer whose revocations are kept elsewhere too. Nothing is stored. */
final class CrlSigningEndpoints {
    private final Authority authority;

    CrlSigningEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("issuer/{issuer_ref}/resign-crls", "Signs one CRL of several that the same issuer signed.")
                        .fields(common())
                        .field("crls", Field.strings("CRLs in PEM, signed by this issuer's key."))
                        .on(Operation.UPDATE, this::resign)
                        .build(),
                at("issuer/{issuer_ref}/sign-revocation-list", "Signs a CRL of the entries that are given.")
                        .fields(common())
                        .field(
                                "revoked_certs",
                                Field.any("A list of serial_number, revocation_time (RFC 3339) and extensions."))
                        .field("extensions", Field.any("A list of id, critical and value (base64)."))
                        .on(Operation.UPDATE, this::sign)
                        .build());
    }

    private static Map<String, Field> common() {
        return Map.of(
                "crl_number", new Field(Field.Type.INTEGER, null, "The CRL's number."),
                "delta_crl_base_number", Field.integer(-1, "Of the complete CRL that a delta adds to; -1 for none."),
                "next_update", new Field(Field.Type.STRING, "72h", "The CRL's life."),
                "format", new Field(Field.Type.STRING, "pem", "pem or der (base64)."));
    }

    private Response resign(Exchange exchange) {
        Issuer issuer = issuer(exchange);
        List<String> crls = exchange.fields().strings("crls");
        if (crls.isEmpty()) {
            throw Fault.badRequest("field 'crls': at least one CRL in PEM");
        }
        return answer(exchange, issuer, ListedCertificates.merged(issuer, crls));
    }

    private Response sign(Exchange exchange) {
        Object certificates = exchange.fields().any("revoked_certs");
        Object extensions = exchange.fields().any("extensions");
        return answer(exchange, issuer(exchange), ListedCertificates.given(certificates, extensions));
    }

    private Response answer(Exchange exchange, Issuer issuer, ListedCertificates listed) {
        Fields fields = exchange.fields();
        if (!fields.has("crl_number") || fields.integer("crl_number") < 1) {
            throw Fault.badRequest("field 'crl_number': a number from 1 on");
        }
        long base = fields.integer("delta_crl_base_number");
        Duration life = Durations.parse("next_update", fields.string("next_update"));
        if (life.toSeconds() < 1) {
            throw Fault.badRequest("field 'next_update': at least a second");
        }
        boolean der = switch (fields.string("format")) {
            case "pem" -> false;
            case "der" -> true;
            default -> throw Fault.badRequest("field 'format': pem or der");
        };
        byte[] crl = authority
                .foreignCrls()
                .sign(
                        issuer,
                        new ForeignCrls.Numbers(
                                fields.integer("crl_number"), base < 0 ? OptionalLong.empty() : OptionalLong.of(base)),
                        life,
                        listed);
        return Response.of(Map.of("crl", der ? Base64.getEncoder().encodeToString(crl) : Pem.encode("X509 CRL", crl)));
    }

    private Issuer issuer(Exchange exchange) {
        return authority.issuers().find(exchange.fields().string("issuer_ref"));
    }
}
