package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.barrier.View.Editor;
import io.casemate.crypto.KeyKind;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.draft.Linter;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.CaDraft;
import io.casemate.engine.pki.issue.CaRequest;
import io.casemate.engine.pki.issue.Issuance.Beside;
import io.casemate.engine.pki.issue.Issuance.Signed;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.issue.Validity;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Making roots, and taking everything away. */
final class RootEndpoints {
    /** What root/rotate calls its new issuer, and root/replace looks for. */
    private static final String NEXT = "next";

    private final Authority authority;
    private final NewKeys newKeys;

    RootEndpoints(Authority authority) {
        this.authority = authority;
        this.newKeys = new NewKeys(authority);
    }

    List<Endpoint> endpoints() {
        return List.of(
                generate("root/generate/{type}", ""),
                generate("issuers/generate/root/{type}", ""),
                generate("root/rotate/{type}", NEXT),
                at("root", "Deletes every issuer and every key of this mount. Keys in the HSM stay there.")
                        .access(Access.SUDO)
                        .on(Operation.DELETE, this::deleteAll)
                        .build());
    }

    /** @param name the issuer's when none is sent */
    private Endpoint generate(String pattern, String name) {
        return at(
                        pattern,
                        "Makes a root: internal or exported (key behind the barrier), kms (key in the HSM), existing.")
                .fields(CaRequest.FIELDS)
                .fields(NewKeys.FIELDS)
                .field("issuer_name", new Field(Field.Type.STRING, name, "A name for the issuer; unique in the mount."))
                .on(Operation.UPDATE, this::generate)
                .build();
    }

    private Response generate(Exchange exchange) {
        authority.governor().refuseFrozen();
        Fields fields = exchange.fields();
        CaRequest ask = CaRequest.of(fields);
        CertificateFormat form = CertificateFormat.of(fields);
        String name = freeName(fields.string("issuer_name"));
        Validity validity = Validity.ofCa(
                ask.life(),
                ask.backdate(),
                authority.context().ttls().get(),
                authority.context().clock().instant());
        rehearse(ask, validity);
        NewKeys.Made made = newKeys.make(fields);
        UUID id = Ids.uuid(authority.context().random());
        Signed signed = sign(ask, validity, made, id, issuerOf(id, name, made.entry()));
        Issuer issuer = authority.issuers().find(id.toString());
        Map<String, Object> data = new LinkedHashMap<>();
        form.put(data, signed.der(), List.of(), made.exported());
        data.put("issuing_ca", form.certificate(signed.der()));
        data.put("serial_number", Ids.colons(signed.serial()));
        data.put("expiration", signed.notAfter().getEpochSecond());
        data.put("issuer_id", issuer.id().toString());
        data.put("issuer_name", issuer.name());
        data.put("key_id", made.entry().id());
        data.put("key_name", made.entry().name());
        return NewKeys.naming(Response.of(data).warnings(validity.warnings()), fields, made.entry());
    }

    /** Lints the same root with a key that is thrown away, so that no key is born in the HSM for a request that fails. */
    private void rehearse(CaRequest ask, Validity validity) {
        SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(
                authority.software().generate(KeyKind.EC_P256).publicKey().getEncoded());
        CaDraft.By by = new CaDraft.By(Optional.empty(), SignatureScheme.ECDSA_SHA256, Urls.NONE);
        Draft draft = CaDraft.of(ask, Ids.serial(authority.context().random()), key, validity, by);
        Linter.pass(draft, List.of(), Set.of());
    }

    private Signed sign(CaRequest ask, Validity validity, NewKeys.Made made, UUID id, Function<byte[], Issuer> maker) {
        SignatureScheme scheme = SignatureScheme.of(
                made.entry().kind(), ask.signing().bits(), ask.signing().pss());
        Draft draft = CaDraft.of(
                ask,
                Ids.serial(authority.context().random()),
                SubjectPublicKeyInfo.getInstance(made.entry().publicKey().getEncoded()),
                validity,
                new CaDraft.By(Optional.empty(), scheme, Urls.NONE));
        LintedDraft linted = Linter.pass(draft, List.of(), Set.of());
        return authority
                .issuance()
                .issue(
                        linted,
                        id,
                        made.signer(),
                        new Beside(made::store, (editor, der) -> added(editor, maker.apply(der))));
    }

    private void added(Editor editor, Issuer root) {
        authority.issuers().add(editor, root);
        authority.issuers().settleDefault(editor, List.of(root), List.of());
    }

    private static Function<byte[], Issuer> issuerOf(UUID id, String name, KeyEntry key) {
        return der -> Issuer.fresh(id, name, key.id(), der);
    }

    private String freeName(String sent) {
        if (sent.isEmpty()) {
            return "";
        }
        String name = Ids.name("issuer_name", sent);
        authority.issuers().byRef(name).ifPresent(taken -> {
            throw Fault.badRequest("issuer name already in use: '" + name + "'");
        });
        return name;
    }

    private Response deleteAll(Exchange exchange) {
        authority.context().storage().transact(editor -> deleteAll(editor));
        authority.keys().clear();
        authority.delegates().clear();
        return Response.none();
    }

    private Void deleteAll(Editor editor) {
        for (String id : authority.issuers().ids()) {
            authority.issuers().byId(id).ifPresent(issuer -> authority.issuers().delete(editor, issuer));
        }
        for (String id : authority.keys().ids()) {
            authority.keys().byId(id).ifPresent(key -> authority.keys().delete(editor, key));
        }
        return null;
    }
}
