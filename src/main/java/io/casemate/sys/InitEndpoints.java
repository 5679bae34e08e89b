package io.casemate.sys;

import io.casemate.core.InitRequest;
import io.casemate.core.InitResult;
import io.casemate.core.Initialiser;
import io.casemate.core.ShareOrder;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
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
        fields.put("pgp_keys", Field.strings("One OpenPGP public key for each share, in base64."));
        fields.put("recovery_shares", Field.integer(0, "Shares of the recovery key; with an auto seal only."));
        fields.put("recovery_threshold", Field.integer(0, "How many of them authorise."));
        fields.put("recovery_pgp_keys", Field.strings("One OpenPGP public key for each recovery share, in base64."));
        fields.put("recipients", Field.strings(ShareFields.RECIPIENTS));
        fields.put("root_token_pgp_key", Field.string("An OpenPGP public key, in base64, for the root token."));
        fields.put("root_token_recipient", Field.string("The same, with a key of any kind that recipients takes."));
        fields.put("stored_shares", Field.any("Taken for old clients, without effect."));
        return fields;
    }

    private Response initialise(Fields fields) {
        InitRequest request = new InitRequest(
                order(fields, "secret_", "pgp_keys"),
                order(fields, "recovery_", "recovery_pgp_keys"),
                fields.string("root_token_pgp_key"),
                fields.string("root_token_recipient"));
        try (InitResult result = initialiser.initialise(request)) {
            return Response.plain(members(result));
        }
    }

    private static ShareOrder order(Fields fields, String prefix, String pgpKeys) {
        return new ShareOrder(
                fields.integer(prefix + "shares"),
                fields.integer(prefix + "threshold"),
                fields.strings(pgpKeys),
                fields.strings("recipients"));
    }

    private static Map<String, Object> members(InitResult result) {
        List<String> hex = result.shares().hex();
        List<String> base64 = result.shares().base64();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("keys", result.recovery() ? List.of() : hex);
        members.put("keys_base64", result.recovery() ? List.of() : base64);
        if (result.recovery()) {
            members.put("recovery_keys", hex);
            members.put("recovery_keys_base64", base64);
        }
        if (result.shares().encrypted()) {
            members.put("pgp_fingerprints", result.shares().fingerprints());
        }
        members.put("root_token", result.rootTokenText());
        return members;
    }
}
