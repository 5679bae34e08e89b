package io.casemate.kernel;

import io.casemate.kernel.Response.Auth;
import io.casemate.kernel.Response.Content;
import io.casemate.kernel.Response.Wrap;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Vault's success envelope as a JSON object: every key present, null when empty. Tokens become text here. */
public final class Envelope {
    private Envelope() {}

    /** Of an answer whose content is a JSON object or nothing. */
    public static Map<String, Object> of(String requestId, Response response) {
        return switch (response.content()) {
            case Content.Plain(Map<String, Object> members) -> members;
            case Content.DoublePlaced(Map<String, Object> data) -> enveloped(requestId, response, data, data);
            case Content.Data(Map<String, Object> data) -> enveloped(requestId, response, data, Map.of());
            case Content.None() -> enveloped(requestId, response, null, Map.of());
            case Content.Stream(var mediaType, var _) ->
                throw new IllegalArgumentException(mediaType + " has no envelope");
            case Content.Raw(var mediaType, var _) ->
                throw new IllegalArgumentException(mediaType + " has no envelope");
        };
    }

    private static Map<String, Object> enveloped(
            String requestId, Response response, Map<String, Object> data, Map<String, Object> beside) {
        Map<String, Object> members = new LinkedHashMap<>(beside);
        // Vault leaves the id out of a wrapping answer: the wrapped one has it.
        members.put("request_id", response.wrap().isPresent() ? "" : requestId);
        members.put("lease_id", leaseId(response.lease()));
        members.put("renewable", renewable(response.lease()));
        members.put("lease_duration", response.leaseDuration().toSeconds());
        members.put("data", data);
        members.put("wrap_info", response.wrap().map(Envelope::wrap).orElse(null));
        members.put("warnings", response.warnings().isEmpty() ? null : response.warnings());
        members.put("auth", response.auth().map(Envelope::auth).orElse(null));
        members.put("mount_type", response.mountType());
        return members;
    }

    private static String leaseId(Lease lease) {
        return switch (lease) {
            case Lease.Given given -> given.id();
            case Lease.Renewed renewed -> renewed.id();
            case Lease.Hint _, Lease.Terms _ -> "";
        };
    }

    private static boolean renewable(Lease lease) {
        return switch (lease) {
            case Lease.Given given -> given.renewable();
            case Lease.Renewed renewed -> renewed.renewable();
            case Lease.Hint _, Lease.Terms _ -> false;
        };
    }

    private static Map<String, Object> wrap(Wrap wrap) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token", text(wrap.token()));
        members.put("accessor", wrap.accessor());
        members.put("ttl", wrap.ttl().toSeconds());
        members.put("creation_time", wrap.created().toString());
        members.put("creation_path", wrap.path());
        if (!wrap.wrappedAccessor().isEmpty()) {
            members.put("wrapped_accessor", wrap.wrappedAccessor());
        }
        return members;
    }

    private static Map<String, Object> auth(Auth auth) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("client_token", text(auth.clientToken()));
        members.put("accessor", auth.accessor());
        members.put("policies", auth.allPolicies());
        members.put("token_policies", auth.policies());
        if (!auth.identityPolicies().isEmpty()) {
            members.put("identity_policies", auth.identityPolicies());
        }
        members.put("metadata", auth.metadata().isEmpty() ? null : auth.metadata());
        members.put("lease_duration", auth.leaseDuration().toSeconds());
        members.put("renewable", auth.renewable());
        members.put("entity_id", auth.entityId());
        members.put("token_type", auth.tokenType());
        members.put("orphan", auth.orphan());
        members.put("mfa_requirement", null);
        members.put("num_uses", auth.numUses());
        return members;
    }

    private static String text(SecretBytes token) {
        return new String(token.expose(), StandardCharsets.UTF_8);
    }
}
