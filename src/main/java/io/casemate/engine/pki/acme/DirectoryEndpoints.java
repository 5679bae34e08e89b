package io.casemate.engine.pki.acme;

import io.casemate.engine.Endpoint;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where clients begin: the directory (RFC 8555 section 7.1.1) and a first nonce (section 7.2). */
final class DirectoryEndpoints {
    private final Door door;

    DirectoryEndpoints(Door door) {
        this.door = door;
    }

    List<Endpoint> endpoints(String prefix) {
        return List.of(
                door.getOrPost(
                        prefix,
                        "directory",
                        "The ACME directory: the URLs of all else.",
                        DirectoryEndpoints::directory),
                door.getOrPost(prefix, "new-nonce", "A fresh nonce, in Replay-Nonce.", visit -> Response.none()));
    }

    private static Response directory(Visit visit) {
        visit.requireGround();
        Map<String, Object> meta = new LinkedHashMap<>();
        meta.put("externalAccountRequired", visit.settings().bindsNew());
        visit.settings().terms().ifPresent(url -> meta.put("termsOfService", url));
        if (!visit.settings().identities().isEmpty()) {
            meta.put("caaIdentities", visit.settings().identities());
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("newNonce", visit.url("new-nonce"));
        members.put("newAccount", visit.url("new-account"));
        members.put("newOrder", visit.url("new-order"));
        members.put("newAuthz", visit.url("new-authz"));
        members.put("revokeCert", visit.url("revoke-cert"));
        members.put("keyChange", visit.url("key-change"));
        members.put("renewalInfo", visit.url("renewal-info"));
        members.put("meta", meta);
        return Response.plain(members);
    }
}
