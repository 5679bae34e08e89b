package io.casemate.http;

import io.casemate.json.Json;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Content;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns a {@link Response} into Vault's success envelope: every key present, null when empty. */
final class Envelope {
    private Envelope() {}

    static Answer of(String requestId, Response response) {
        return switch (response.content()) {
            case Content.Raw(String mediaType, byte[] bytes) ->
                new Answer(status(response, 200), mediaType, bytes, Map.of());
            case Content.Plain(Map<String, Object> members) -> Answer.json(status(response, 200), Json.bytes(members));
            case Content.None() -> withoutData(requestId, response);
            case Content.Data(Map<String, Object> data) -> enveloped(requestId, response, data, Map.of());
            case Content.DoublePlaced(Map<String, Object> data) -> enveloped(requestId, response, data, data);
        };
    }

    private static Answer withoutData(String requestId, Response response) {
        if (response.auth().isEmpty() && response.warnings().isEmpty()) {
            return Answer.empty(status(response, 204));
        }
        return enveloped(requestId, response, null, Map.of());
    }

    private static Answer enveloped(
            String requestId, Response response, Map<String, Object> data, Map<String, Object> beside) {
        Map<String, Object> members = new LinkedHashMap<>(beside);
        members.put("request_id", requestId);
        members.put("lease_id", "");
        members.put("renewable", false);
        members.put("lease_duration", response.leaseDuration().toSeconds());
        members.put("data", data);
        members.put("wrap_info", null);
        members.put("warnings", response.warnings().isEmpty() ? null : response.warnings());
        members.put("auth", response.auth().map(Envelope::auth).orElse(null));
        members.put("mount_type", "");
        int status = status(response, 200);
        return Answer.json(status == 204 ? 200 : status, Json.bytes(members));
    }

    /** The client's token becomes text here, where it leaves the process, and nowhere else. */
    private static Map<String, Object> auth(Response.Auth auth) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("client_token", new String(auth.clientToken().expose(), StandardCharsets.UTF_8));
        members.put("accessor", auth.accessor());
        members.put("policies", auth.policies());
        members.put("token_policies", auth.policies());
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

    private static int status(Response response, int usual) {
        return response.status() == 0 ? usual : response.status();
    }
}
