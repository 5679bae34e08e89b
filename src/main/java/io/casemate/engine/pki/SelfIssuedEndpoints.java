package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.draft.Linter;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.Issuance.Beside;
import io.casemate.engine.pki.issue.Issuance.Signed;
import io.casemate.engine.pki.issue.Presented;
import io.casemate.engine.pki.issue.SelfIssued;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Signs another root's certificate, so that whoever trusts us trusts it: the bridge while one root follows another. */
final class SelfIssuedEndpoints {
    private final Authority authority;

    SelfIssuedEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(endpoint("root/sign-self-issued"), endpoint("issuer/{issuer_ref}/sign-self-issued"));
    }

    private Endpoint endpoint(String pattern) {
        return at(pattern, "Signs a self-issued CA certificate again, with another issuer and a serial number of ours.")
                .access(Access.SUDO)
                .field("certificate", Field.string("The self-issued certificate, PEM."))
                .field(
                        "require_matching_certificate_algorithms",
                        Field.flag(false, "Refuse a certificate whose key is of another type than the issuer's."))
                .on(
                        Operation.UPDATE,
                        exchange -> sign(
                                exchange,
                                pattern.startsWith("issuer/")
                                        ? exchange.fields().string("issuer_ref")
                                        : Ids.DEFAULT))
                .build();
    }

    private Response sign(Exchange exchange, String issuerRef) {
        Fields fields = exchange.fields();
        List<Pem.Block> blocks = Pem.decode(fields.string("certificate"));
        if (blocks.size() != 1 || !blocks.getFirst().label().equals("CERTIFICATE")) {
            throw Fault.badRequest("field 'certificate': expected one PEM block of the kind CERTIFICATE");
        }
        Presented presented = Presented.parse(blocks.getFirst().der());
        Issuer issuer = authority.issuing(issuerRef);
        KeyEntry key = authority.keys().find(issuer.keyId());
        SignatureScheme scheme = SignatureScheme.of(key.kind(), 0);
        boolean matching = SignatureScheme.of(presented.certificate().getSignatureAlgorithm())
                .filter(theirs -> theirs.keyType().equals(scheme.keyType()))
                .isPresent();
        if (fields.flag("require_matching_certificate_algorithms") && !matching) {
            throw Fault.badRequest("the certificate is signed with another kind of key than the issuer's, which is "
                    + key.kind().type());
        }
        BigInteger serial = Ids.serial(authority.context().random());
        LintedDraft linted = Linter.pass(
                SelfIssued.of(
                        presented,
                        serial,
                        issuer,
                        scheme,
                        authority.urls(issuer).of(serial)),
                authority.issuers().path(issuer).stream()
                        .map(Issuer::certificate)
                        .toList(),
                Set.of());
        Signed signed =
                authority.issuance().issue(linted, issuer.id(), authority.keys().signer(key), Beside.NOTHING);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("certificate", Pem.encode("CERTIFICATE", signed.der()));
        data.put("issuing_ca", issuer.pem());
        data.put("serial_number", Ids.colons(signed.serial()));
        return Response.of(data);
    }
}
