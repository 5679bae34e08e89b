package io.casemate.engine.pki;

import static io.casemate.engine.Endpoint.at;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
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

/** CA keys: list, read, delete. No answer holds a secret. */
final class KeyEndpoints {
    private final Authority authority;

    KeyEndpoints(Authority authority) {
        this.authority = authority;
    }

    List<Endpoint> endpoints() {
        return List.of(
                at("keys", "Lists the CA keys.").on(Operation.LIST, this::list).build(),
                at("key/{key_ref}", "A CA key, by id, name or 'default'.")
                        .field("key_ref", Field.string("Id, name or default."))
                        .on(Operation.READ, exchange -> Response.of(describe(key(exchange))))
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    private Response list(Exchange exchange) {
        List<String> ids = authority.keys().ids();
        if (ids.isEmpty()) {
            throw Fault.notFound();
        }
        String standard = defaultKey();
        Map<String, Object> info = new LinkedHashMap<>();
        for (String id : ids) {
            authority
                    .keys()
                    .byId(id)
                    .ifPresent(key -> info.put(id, Map.of("key_name", key.name(), "is_default", id.equals(standard))));
        }
        return Response.of(Map.of("keys", ids, "key_info", info));
    }

    private Response delete(Exchange exchange) {
        KeyEntry key = key(exchange);
        boolean used = authority.issuers().ids().stream()
                .flatMap(id -> authority.issuers().byId(id).stream())
                .anyMatch(issuer -> issuer.keyId().equals(key.id()));
        if (used) {
            throw Fault.badRequest("the key is used by an issuer; delete the issuer first");
        }
        authority.context().storage().transact(editor -> {
            authority.keys().delete(editor, key);
            return null;
        });
        return Response.none();
    }

    private Map<String, Object> describe(KeyEntry key) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("key_id", key.id());
        data.put("key_name", key.name());
        data.put("key_type", key.kind().type());
        byte[] ski = KeyIds.of(SubjectPublicKeyInfo.getInstance(key.publicKey().getEncoded()));
        data.put("subject_key_id", HexFormat.ofDelimiter(":").formatHex(ski));
        key.managedName().ifPresent(name -> {
            data.put("managed_key_id", name);
            data.put("managed_key_name", name);
        });
        return data;
    }

    private KeyEntry key(Exchange exchange) {
        String ref = exchange.fields().string("key_ref");
        return authority.keys().find(ref.equals(Ids.DEFAULT) ? defaultKey() : ref);
    }

    /** The key of the default issuer. */
    private String defaultKey() {
        return authority
                .issuers()
                .byRef(Ids.DEFAULT)
                .map(io.casemate.engine.pki.store.Issuer::keyId)
                .orElse("");
    }
}
