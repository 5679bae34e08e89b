package io.casemate.engine.pki.acme;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.HmacSha256;
import io.casemate.crypto.JwkThumbprint;
import io.casemate.crypto.VerificationKey;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Paging;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.Eab;
import io.casemate.engine.pki.store.Ids;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** External account bindings (RFC 8555 section 7.3.4): operators hand out a key, an account is made with it, once. */
final class ExternalAccountBindings {
    private static final String ALGORITHM = "HS256";

    private final AcmeStore store;
    private final MountServices services;

    ExternalAccountBindings(AcmeStore store, MountServices services) {
        this.store = store;
        this.services = services;
    }

    /** Those of operators: with a token, and by policy. */
    List<Endpoint> endpoints() {
        return List.of(
                at("eab", "Lists the bindings that nobody has used.")
                        .fields(Paging.FIELDS)
                        .on(Operation.LIST, this::list)
                        .build(),
                at("eab/{key_id}", "Deletes a binding that nobody has used.")
                        .on(Operation.DELETE, this::delete)
                        .build());
    }

    /** Making one for the directory below {@code prefix}. */
    Endpoint making(String prefix) {
        return at(prefix + "acme/new-eab", "Makes a key by which one ACME account can be made at this directory.")
                .on(Operation.UPDATE, exchange -> make(Directory.of(prefix, exchange.fields())))
                .build();
    }

    /**
     * The binding that a new account brings along: its id, or empty when there is none and none is needed. It is still to be
     * taken, in the transaction that makes the account.
     */
    String passed(AcmeRequest incoming, PublicKey key, Object sent) {
        if (sent == null) {
            if (incoming.settings().bindsNew()) {
                throw ProblemType.EXTERNAL_ACCOUNT_REQUIRED.because("a new account needs an external account binding");
            }
            return "";
        }
        if (!(sent instanceof Map<?, ?> members)) {
            throw ProblemType.MALFORMED.because("'externalAccountBinding' must be a JWS");
        }
        FlattenedJws binding = FlattenedJws.of(members);
        if (!binding.header("alg").equals(ALGORITHM)) {
            throw ProblemType.BAD_SIGNATURE_ALGORITHM
                    .because("the binding's 'alg' must be " + ALGORITHM)
                    .with("algorithms", List.of(ALGORITHM));
        }
        boolean here = binding.header("url").equals(incoming.url("new-account"))
                && !binding.header().containsKey("nonce");
        if (!here || !sameKey(key, binding.payload())) {
            throw ProblemType.MALFORMED.because("the binding is not for this URL and this account's key");
        }
        return signed(incoming, binding)
                .orElseThrow(() -> ProblemType.UNAUTHORIZED.because(
                        "the external account binding is not known here, was used before, or is not by its key"))
                .id();
    }

    private Optional<Eab> signed(AcmeRequest incoming, FlattenedJws binding) {
        return Optional.of(binding.header("kid"))
                .filter(AcmeRequest::isId)
                .flatMap(store::eab)
                .filter(eab -> eab.directory().equals(incoming.directory().name()))
                .filter(eab -> {
                    try (SecretBytes secret = SecretBytes.owning(eab.bytes());
                            HmacSha256 hmac = new HmacSha256(secret)) {
                        return hmac.verify(binding.signingInput(), binding.signature());
                    }
                });
    }

    private static boolean sameKey(PublicKey key, byte[] payload) {
        return VerificationKey.jwk(FlattenedJws.object("the binding's payload", payload))
                .filter(bound -> JwkThumbprint.of(bound.key()).equals(JwkThumbprint.of(key)))
                .isPresent();
    }

    private Response make(Directory directory) {
        byte[] key = new byte[HmacSha256.LENGTH];
        services.context().random().nextBytes(key);
        String id = Ids.uuid(services.context().random()).toString();
        Eab eab = Eab.of(id, directory.name(), key, services.now());
        store.transact(changes -> {
            changes.put(eab);
            return null;
        });
        Map<String, Object> data = shown(eab);
        data.put("id", eab.id());
        data.put("key", eab.key());
        return Response.of(data);
    }

    private Response list(Exchange exchange) {
        Paging paging = Paging.of(exchange.fields(), Paging.MOST_DETAILED);
        List<String> ids = paging.whole(store.eabs(paging.after(), paging.limit()));
        Map<String, Object> info = new LinkedHashMap<>();
        ids.forEach(id -> store.eab(id).ifPresent(eab -> info.put(id, shown(eab))));
        Map<String, Object> data =
                new LinkedHashMap<>(((Response.Content.Data) Response.keys(ids).content()).data());
        data.put("key_info", info);
        return Response.of(data);
    }

    private Response delete(Exchange exchange) {
        String id = exchange.fields().string("key_id");
        boolean there = store.transact(changes -> changes.take(id));
        return there ? Response.none() : Response.none().warning("there is no binding with this id");
    }

    private static Map<String, Object> shown(Eab eab) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("key_type", "hs");
        data.put("acme_directory", eab.directory() + "/directory");
        data.put("created_on", eab.created().toString());
        return data;
    }
}
