package io.casemate.sys;

import io.casemate.core.EmergencyShares;
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

/** {@code sys/seal/emergency}: shares that open the server without its HSMs. Not in Vault. */
public final class EmergencyEndpoints {
    private final EmergencyShares shares;

    public EmergencyEndpoints(EmergencyShares shares) {
        this.shares = shares;
    }

    /** All of them; none answers while sealed. */
    public List<Endpoint> endpoints() {
        return List.of(Endpoint.at("seal/emergency", "Shares that unseal while every HSM is away.")
                .access(Access.SUDO)
                .field("secret_shares", Field.integer(0, "How many shares."))
                .field("secret_threshold", Field.integer(0, "How many of them unseal."))
                .on(Operation.READ, _ -> Response.of(status()))
                .on(Operation.UPDATE, exchange -> create(exchange.fields()))
                .on(Operation.DELETE, _ -> {
                    shares.remove();
                    return Response.none();
                })
                .build());
    }

    private Map<String, Object> status() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("allowed", shares.allowed());
        members.put("present", shares.present().isPresent());
        shares.present().ifPresent(configuration -> {
            members.put("n", configuration.shares());
            members.put("t", configuration.threshold());
        });
        return members;
    }

    private Response create(Fields fields) {
        List<SecretBytes> made = shares.create(fields.integer("secret_shares"), fields.integer("secret_threshold"));
        try {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("keys", made.stream().map(ShareText::hex).toList());
            members.put("keys_base64", made.stream().map(ShareText::base64).toList());
            return Response.of(members);
        } finally {
            made.forEach(SecretBytes::close);
        }
    }
}
