package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.issue.Presented;
import io.casemate.engine.pki.store.Certificates;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.engine.pki.store.Revocations.Revocation;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.Certificate;

/** Revoking: one small record, whatever the number of those before it. */
final class RevokeEndpoints {
    private final Authority authority;

    RevokeEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(at("revoke", "Revokes a certificate, by serial number or by the certificate itself.")
                .field("serial_number", Field.string("Hex, with colons, dashes or neither."))
                .field("certificate", Field.string("PEM; the only way for certificates that are not kept."))
                .on(Operation.UPDATE, this::revoke)
                .build());
    }

    private Response revoke(Exchange exchange) {
        Fields fields = exchange.fields();
        if (fields.string("serial_number").isEmpty()
                == fields.string("certificate").isEmpty()) {
            throw Fault.badRequest("give either serial_number or certificate");
        }
        Kept kept = fields.string("certificate").isEmpty()
                ? kept(Ids.parseSerial(fields.string("serial_number")))
                : presented(fields.string("certificate"));
        Certificate certificate = Certificate.getInstance(kept.der());
        String serial = Ids.hex(certificate.getSerialNumber().getValue());
        refuseIssuer(kept);
        Instant now = authority.context().clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Instant end = certificate.getEndDate().getDate().toInstant();
        if (end.isBefore(now)) {
            return Response.none()
                    .warning("certificate with serial " + Ids.colons(serial)
                            + " already expired; refusing to add to CRL");
        }
        Revocation counts = authority.context().storage().transact(editor -> {
            if (!Certificates.has(editor, serial)) {
                Certificates.put(editor, serial, kept);
            }
            return Revocations.add(editor, kept.issuer(), serial, new Revocation(now, end, (byte) 0));
        });
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("revocation_time", counts.when().getEpochSecond());
        data.put("revocation_time_rfc3339", counts.when().toString());
        data.put("state", "revoked");
        return Response.of(data);
    }

    private Kept kept(String serial) {
        return authority
                .certificates()
                .get(serial)
                .orElseThrow(() -> Fault.badRequest("certificate with serial " + Ids.colons(serial) + " not found."));
    }

    /** A certificate that we may have never kept: its issuer's signature shows that it is ours. */
    private Kept presented(String pem) {
        List<Pem.Block> blocks = Pem.decode(pem);
        if (blocks.size() != 1 || !blocks.getFirst().label().equals("CERTIFICATE")) {
            throw Fault.badRequest("field 'certificate': expected one PEM block of the kind CERTIFICATE");
        }
        Presented presented = Presented.parse(blocks.getFirst().der());
        return authority.issuers().ids().stream()
                .flatMap(id -> authority.issuers().byId(id).stream())
                .filter(presented::issuedBy)
                .findFirst()
                .map(issuer -> new Kept(issuer.id(), presented.der()))
                .orElseThrow(() -> Fault.badRequest("the certificate was not issued by an issuer of this mount"));
    }

    private void refuseIssuer(Kept kept) {
        authority
                .issuers()
                .byId(kept.issuer().toString())
                .filter(issuer -> java.util.Arrays.equals(issuer.der(), kept.der()))
                .ifPresent(issuer -> {
                    throw Fault.badRequest("adding issuer (id: " + issuer.id() + ") to its own CRL is not allowed");
                });
    }
}
