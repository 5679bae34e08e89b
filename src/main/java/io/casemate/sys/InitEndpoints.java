package io.casemate.sys;

import io.casemate.core.InitRequest;
import io.casemate.core.InitResult;
import io.casemate.core.Initialiser;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.ShareText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/init}: answers while sealed. */
public final class InitEndpoints {
    private final Initialiser initialiser;

    public InitEndpoints(Initialiser initialiser) {
        this.initialiser = initialiser;
    }

    /** All of them; each must answer while sealed. */
    public List<Endpoint> whileSealed() {
        return List.of(Endpoint.at("init", "Whether the server is initialised; initialises it.")
                .access(Access.PUBLIC)
                .fields(fields())
                .on(Operation.READ, _ -> Response.plain(Map.of("initialized", initialiser.initialised())))
                .on(Operation.UPDATE, exchange -> initialise(exchange.fields()))
                .build());
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("secret_shares", Field.integer(0, "Shares of the unseal key; not with an auto seal."));
        fields.put("secret_threshold", Field.integer(0, "How many of them unseal."));
        fields.put("pgp_keys", Field.strings("Not supported yet."));
        fields.put("recovery_shares", Field.integer(0, "Shares of the recovery key; with an auto seal only."));
        fields.put("recovery_threshold", Field.integer(0, "How many of them authorise."));
        fields.put("recovery_pgp_keys", Field.strings("Not supported yet."));
        fields.put("root_token_pgp_key", Field.string("Not supported yet."));
        fields.put("stored_shares", Field.any("Taken for old clients, without effect."));
        return fields;
    }

    private Response initialise(Fields fields) {
        InitRequest request = new InitRequest(
                fields.integer("secret_shares"),
                fields.integer("secret_threshold"),
                fields.strings("pgp_keys"),
                fields.integer("recovery_shares"),
                fields.integer("recovery_threshold"),
                fields.strings("recovery_pgp_keys"),
                fields.string("root_token_pgp_key"));
        try (InitResult result = initialiser.initialise(request)) {
            return Response.plain(members(result));
        }
    }

    private static Map<String, Object> members(InitResult result) {
        List<String> hex = text(result.shares(), true);
        List<String> base64 = text(result.shares(), false);
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("keys", result.recovery() ? List.of() : hex);
        members.put("keys_base64", result.recovery() ? List.of() : base64);
        if (result.recovery()) {
            members.put("recovery_keys", hex);
            members.put("recovery_keys_base64", base64);
        }
        members.put("root_token", ShareText.utf8(result.rootToken()));
        return members;
    }

    private static List<String> text(List<SecretBytes> shares, boolean hex) {
        return shares.stream().map(hex ? ShareText::hex : ShareText::base64).toList();
    }
}
