package io.casemate.engine.pki.acme;

import io.casemate.engine.Endpoint;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where clients begin: the directory (RFC 8555 section 7.1.1) and a first nonce (section 7.2). */
final class DirectoryEndpoints {
    private final RequestVerifier verifier;

    DirectoryEndpoints(RequestVerifier verifier) {
        this.verifier = verifier;
    }

    List<Endpoint> endpoints(String prefix) {
        return List.of(
                verifier.getOrPost(
                        prefix,
                        "directory",
                        "The ACME directory: the URLs of all else.",
                        DirectoryEndpoints::directory),
                verifier.getOrPost(
                        prefix, "new-nonce", "A fresh nonce, in Replay-Nonce.", incoming -> Response.none()));
    }

    private static Response directory(AcmeRequest incoming) {
        incoming.requirePolicy();
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("externalAccountRequired", incoming.settings().bindsNew());
        incoming.settings().terms().ifPresent(url -> meta.put("termsOfService", url));
        if (!incoming.settings().identities().isEmpty()) {
            meta.put("caaIdentities", incoming.settings().identities());
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("newNonce", incoming.url("new-nonce"));
        members.put("newAccount", incoming.url("new-account"));
        members.put("newOrder", incoming.url("new-order"));
        members.put("newAuthz", incoming.url("new-authz"));
        members.put("revokeCert", incoming.url("revoke-cert"));
        members.put("keyChange", incoming.url("key-change"));
        members.put("renewalInfo", incoming.url("renewal-info"));
        members.put("meta", meta);
        return Response.plain(members);
    }
}
