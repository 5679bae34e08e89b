package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Endpoint.Handler;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.Leniency;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.draft.Linter;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.CaDraft;
import io.casemate.engine.pki.issue.CaRequest;
import io.casemate.engine.pki.issue.Csr;
import io.casemate.engine.pki.issue.CsrMaker;
import io.casemate.engine.pki.issue.Issuance.Beside;
import io.casemate.engine.pki.issue.Issuance.Signed;
import io.casemate.engine.pki.issue.Validity;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuer.LeafLife;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.math.BigInteger;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Intermediates: a request of our own, the certificate that came back, and signing those of others. */
final class IntermediateEndpoints {
    private static final String ENFORCE = "enforce_leaf_not_after_behavior";

    private final Authority authority;
    private final NewKeys newKeys;

    IntermediateEndpoints(Authority authority) {
        this.authority = authority;
        this.newKeys = new NewKeys(authority);
    }

    List<Endpoint> endpoints() {
        return List.of(
                generate("intermediate/generate/{type}", exchange -> generate(exchange, type(exchange))),
                generate("issuers/generate/intermediate/{type}", exchange -> generate(exchange, type(exchange))),
                generate("intermediate/cross-sign", exchange -> generate(exchange, "existing")),
                sign("root/sign-intermediate"),
                sign("issuer/{issuer_ref}/sign-intermediate"));
    }

    private static String type(Exchange exchange) {
        return exchange.fields().string("type");
    }

    private Endpoint generate(String pattern, Handler handler) {
        return at(pattern, "Makes a key and a request for an intermediate CA.")
                .fields(CaRequest.FIELDS)
                .fields(NewKeys.FIELDS)
                .field("add_basic_constraints", Field.flag(false, "Ask for basic constraints in the request."))
                .on(Operation.UPDATE, handler)
                .build();
    }

    private Endpoint sign(String pattern) {
        return at(pattern, "Signs the request of an intermediate CA.")
                .fields(CaRequest.FIELDS)
                .field("csr", Field.string("The request, PEM."))
                .field(
                        ENFORCE,
                        Field.flag(false, "The issuer's leaf_not_after_behavior holds; else a longer life is cut."))
                .field(
                        "use_csr_values",
                        Field.flag(false, "Take subject and alternative names from the request, not from fields."))
                .field("remove_roots_from_chain", Field.flag(false, "Leave self-signed certificates out of ca_chain."))
                .on(
                        Operation.UPDATE,
                        exchange -> sign(
                                exchange.fields(),
                                pattern.startsWith("issuer/")
                                        ? exchange.fields().string("issuer_ref")
                                        : Ids.DEFAULT))
                .build();
    }

    private Response generate(Exchange exchange, String type) {
        Fields fields = exchange.fields();
        CaRequest ask = CaRequest.of(fields);
        CertificateFormat form = CertificateFormat.of(fields);
        NewKeys.Made made = newKeys.make(type, fields);
        SignatureScheme scheme = SignatureScheme.of(
                made.entry().kind(), ask.signing().bits(), ask.signing().pss());
        byte[] request = CsrMaker.request(ask, fields.flag("add_basic_constraints"), made.signer(), scheme);
        authority.context().storage().transact(editor -> {
            made.store(editor);
            return null;
        });
        Map<String, Object> data = new LinkedHashMap<>();
        data.put(
                "csr",
                form.kind() == CertificateFormat.Kind.DER
                        ? Base64.getEncoder().encodeToString(request)
                        : Pem.encode("CERTIFICATE REQUEST", request));
        data.put("key_id", made.entry().id());
        data.put("key_name", made.entry().name());
        made.exported().ifPresent(key -> {
            data.put("private_key", form.privateKey(key));
            data.put("private_key_type", key.kind().type());
        });
        return NewKeys.naming(Response.of(data), fields, made.entry());
    }

    private Response sign(Fields fields, String issuerRef) {
        Issuer issuer = authority.issuing(issuerRef);
        CertificateFormat form = CertificateFormat.of(fields);
        Csr csr = Csr.parse(fields.string("csr"));
        CaRequest ask = (fields.flag("use_csr_values") ? CaRequest.of(fields, csr) : CaRequest.of(fields))
                .within(issuer.certificate());
        Validity wanted = Validity.ofCa(
                ask.life(),
                ask.backdate(),
                authority.context().ttls().get(),
                authority.context().clock().instant());
        Validity validity = fields.flag(ENFORCE) ? wanted.within(issuer) : wanted.cutTo(issuer);
        Signed signed = sign(ask, csr, authority.issuers().path(issuer), validity);
        List<Issuer> chain = authority.issuers().chain(issuer, fields.flag("remove_roots_from_chain"));
        return Response.of(form.signed(signed, issuer, chain, Optional.empty())).warnings(validity.warnings());
    }

    private Signed sign(CaRequest ask, Csr csr, List<Issuer> path, Validity validity) {
        Issuer issuer = path.getFirst();
        KeyEntry key = authority.keys().find(issuer.keyId());
        SignatureScheme scheme = SignatureScheme.of(
                key.kind(), ask.signing().bits(), ask.signing().pss());
        BigInteger serial = Ids.serial(authority.context().random());
        Draft draft = CaDraft.of(
                ask,
                serial,
                csr.key(),
                validity,
                new CaDraft.By(
                        Optional.of(issuer.certificate()),
                        scheme,
                        authority.urls(issuer).of(serial)));
        LintedDraft linted =
                Linter.pass(draft, path.stream().map(Issuer::certificate).toList(), leniency(issuer));
        return authority.issuance().issue(linted, issuer.id(), authority.keys().signer(key), Beside.NOTHING);
    }

    private static Set<Leniency> leniency(Issuer issuer) {
        return issuer.leafLife() == LeafLife.PERMIT ? Set.of(Leniency.MAY_OUTLIVE_ISSUER) : Set.of();
    }
}
