package io.casemate.sys;

import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Rights;
import io.casemate.kernel.SecretBytes;
import io.casemate.policy.Policies;
import io.casemate.token.TokenEntry;
import io.casemate.token.TokenStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/capabilities*}: what a token may do on a path. */
public final class CapabilityEndpoints {
    private final Policies policies;
    private final TokenStore tokens;
    private final IdentityStore identities;

    /** Asks {@code policies} on behalf of {@code tokens} and of who stands behind them. */
    public CapabilityEndpoints(Policies policies, TokenStore tokens, IdentityStore identities) {
        this.policies = policies;
        this.tokens = tokens;
        this.identities = identities;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                at("capabilities", "What a token may do on a path.")
                        .field("token", Field.string("The token."))
                        .on(Operation.UPDATE, exchange -> answer(exchange, byToken(exchange)))
                        .build(),
                at("capabilities-accessor", "What the token of an accessor may do on a path.")
                        .field("accessor", Field.string("The token's accessor."))
                        .on(Operation.UPDATE, exchange -> answer(exchange, byAccessor(exchange)))
                        .build(),
                at("capabilities-self", "What the token that asks may do on a path.")
                        .field("token", Field.string("Taken for clients; the token that asks counts."))
                        .on(
                                Operation.UPDATE,
                                exchange -> answer(exchange, exchange.caller().rights()))
                        .build());
    }

    private static Endpoint.Builder at(String pattern, String synopsis) {
        return Endpoint.at(pattern, synopsis)
                .field("path", Field.strings("One or more paths."))
                .field("paths", Field.strings("One or more paths."));
    }

    private Response answer(Exchange exchange, Rights held) {
        List<String> sent = exchange.fields().strings("paths");
        List<String> paths = sent.isEmpty() ? exchange.fields().strings("path") : sent;
        if (paths.isEmpty()) {
            throw Fault.badRequest("paths must be supplied");
        }
        Map<String, Object> data = new LinkedHashMap<>();
        for (String path : paths) {
            data.put(path, policies.capabilities(held, path.startsWith("/") ? path.substring(1) : path));
        }
        if (paths.size() == 1) {
            data.put("capabilities", data.get(paths.getFirst()));
        }
        return Response.doublePlaced(data);
    }

    private Rights byToken(Exchange exchange) {
        try (SecretBytes token = SecretBytes.ofText(exchange.fields().string("token"))) {
            return tokens.find(token).map(this::rights).orElseThrow(() -> Fault.badRequest("invalid token"));
        }
    }

    private Rights byAccessor(Exchange exchange) {
        return tokens.findByAccessor(exchange.fields().string("accessor"))
                .map(this::rights)
                .orElseThrow(() -> Fault.badRequest("invalid accessor"));
    }

    private Rights rights(TokenEntry entry) {
        return identities.rights(entry.traits().policies(), entry.traits().entityId());
    }
}
