package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.Pem;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.issue.KeyIds;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** CA keys: list, make, import, read, rename, delete. No answer holds a secret, but that of a key made as exported. */
final class KeyEndpoints {
    private final Authority authority;
    private final NewKeys newKeys;

    KeyEndpoints(Authority authority) {
        this.authority = authority;
        this.newKeys = new NewKeys(authority);
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("keys", "Lists the CA keys.").on(Operation.LIST, this::list).build(),
                at("keys/generate/{type}", "Makes a CA key: internal, exported, or kms (in the HSM).")
                        .fields(NewKeys.FIELDS)
                        .on(Operation.UPDATE, this::generate)
                        .build(),
                at("keys/import", "Takes a private key: PKCS#8, PKCS#1 or SEC 1, not encrypted.")
                        .field("pem_bundle", Field.string("One PEM block."))
                        .field("key_name", Field.string("A name for the key; unique in the mount."))
                        .on(Operation.UPDATE, this::take)
                        .build(),
                at("key/{key_ref}", "A CA key, by id, name or 'default'.")
                        .field("key_ref", Field.string("Id, name or default."))
                        .field("key_name", Field.string("Its name; empty for none."))
                        .on(Operation.READ, exchange -> Response.of(describe(key(exchange))))
                        .on(Operation.UPDATE, this::rename)
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private Response list(Exchange exchange) {
        List<String> ids = authority.keys().ids();
        if (ids.isEmpty()) {
            throw Fault.notFound();
        }
        String standard = authority.defaultKey();
        Map<String, Object> info = new LinkedHashMap<>();
        for (String id : ids) {
            authority
                    .keys()
                    .byId(id)
                    .ifPresent(key -> info.put(id, Map.of("key_name", key.name(), "is_default", id.equals(standard))));
        }
        return Response.of(Map.of("keys", ids, "key_info", info));
    }

    private Response generate(Exchange exchange) {
        Fields fields = exchange.fields();
        if (fields.string("type").equals("existing")) {
            throw Fault.badRequest("the type is internal, exported or kms");
        }
        NewKeys.Made made = newKeys.make(fields);
        authority.context().storage().transact(editor -> {
            made.store(editor);
            return null;
        });
        Map<String, Object> data = describe(made.entry());
        made.exported().ifPresent(key -> {
            CertificateFormat form =
                    new CertificateFormat(CertificateFormat.Kind.PEM, io.casemate.crypto.PrivateKeyForm.TRADITIONAL);
            data.put("private_key", form.privateKey(key));
        });
        return NewKeys.naming(Response.of(data), fields, made.entry());
    }

    private Response take(Exchange exchange) {
        Fields fields = exchange.fields();
        String name = newKeys.freeName(fields);
        List<Pem.Block> blocks = Pem.decode(fields.string("pem_bundle"));
        if (blocks.size() != 1) {
            throw Fault.badRequest("field 'pem_bundle': expected one PEM block, a private key");
        }
        Bundle bundle = new Bundle(authority);
        String fingerprint = bundle.add(authority.software().decode(blocks.getFirst()), name);
        bundle.store();
        KeyEntry key = authority.keys().byFingerprint(fingerprint).orElseThrow(Fault::notFound);
        return NewKeys.naming(Response.of(describe(key)), fields, key);
    }

    private Response rename(Exchange exchange) {
        KeyEntry key = key(exchange);
        String name = exchange.fields().string("key_name");
        if (!name.isEmpty()) {
            Ids.name("key_name", name);
        }
        authority.context().storage().transact(editor -> {
            authority.keys().rename(editor, key, name);
            return null;
        });
        return Response.of(describe(authority.keys().find(key.id())));
    }

    private Response delete(Exchange exchange) {
        KeyEntry key = key(exchange);
        authority.context().storage().transact(editor -> {
            if (authority.issuers().uses(editor, key)) {
                throw Fault.badRequest("the key is used by an issuer; delete the issuer first");
            }
            authority.keys().delete(editor, key);
            return null;
        });
        authority.keys().forget(key.id());
        return Response.none();
    }

    private Map<String, Object> describe(KeyEntry key) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("key_id", key.id());
        data.put("key_name", key.name());
        data.put("key_type", key.kind().type());
        byte[] ski = KeyIds.of(SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()));
        data.put("subject_key_id", HexFormat.ofDelimiter(":").formatHex(ski));
        key.managed().ifPresent(where -> {
            data.put("managed_key_id", where.id().isEmpty() ? where.name() : where.id());
            data.put("managed_key_name", where.name());
        });
        return data;
    }

    private KeyEntry key(Exchange exchange) {
        String ref = exchange.fields().string("key_ref");
        return authority.keys().find(ref.equals(Ids.DEFAULT) ? authority.defaultKey() : ref);
    }
}
