package io.casemate.sys;

import io.casemate.core.request.ResponseWrapping;
import io.casemate.core.request.WrappingTokens;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import java.security.interfaces.ECPublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code sys/wrapping/*}: answers handed over in a token that opens them once. */
public final class WrappingEndpoints {
    private final ResponseWrapping wrapping;

    /** Opens what {@code wrapping} keeps. */
    public WrappingEndpoints(ResponseWrapping wrapping) {
        this.wrapping = wrapping;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                Endpoint.at("wrapping/wrap", "Wraps the request's own body; needs X-Vault-Wrap-TTL.")
                        .openBody()
                        .on(Operation.UPDATE, WrappingEndpoints::wrap)
                        .build(),
                // Whoever holds a wrapping token may look at it: that is how a receiver notices a forged one.
                at("wrapping/lookup", "What a wrapping token holds, without opening it.")
                        .access(Access.PUBLIC)
                        .on(Operation.READ, this::lookup)
                        .on(Operation.UPDATE, this::lookup)
                        .build(),
                Endpoint.at("wrapping/pubkey", "The public key that verifies wrapping tokens in JWT form.")
                        .access(Access.PUBLIC)
                        .on(Operation.READ, _ -> Response.of(publicKey()))
                        .build(),
                at("wrapping/unwrap", "Opens a wrapped answer, once.")
                        .endedToken(WrappingTokens.NOT_VALID)
                        .on(Operation.UPDATE, this::unwrap)
                        .build(),
                at("wrapping/rewrap", "Moves a wrapped answer to a new token.")
                        .endedToken(WrappingTokens.NOT_VALID)
                        .on(Operation.UPDATE, this::rewrap)
                        .build());
    }

    private static Endpoint.Builder at(String pattern, String synopsis) {
        return Endpoint.at(pattern, synopsis)
                .field("token", Field.string("The wrapping token; the one that asks when absent."));
    }

    private static Response wrap(Exchange exchange) {
        if (exchange.request().wrapTtl().isEmpty()) {
            throw Fault.badRequest("endpoint requires response wrapping to be used: send X-Vault-Wrap-TTL");
        }
        return Response.doublePlaced(exchange.request().data());
    }

    private Map<String, Object> publicKey() {
        ECPublicKey key = wrapping.publicKey()
                .orElseThrow(() -> Fault.notFound("no wrapping token in JWT form was made here yet"));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("jwt_curve", "p521");
        members.put("jwt_x", key.getW().getAffineX().toString());
        members.put("jwt_y", key.getW().getAffineY().toString());
        return members;
    }

    private Response lookup(Exchange exchange) {
        try (SecretBytes sent = sent(exchange)) {
            if (sent.length() > 0) {
                return Response.of(wrapping.lookup(sent));
            }
            return Response.of(wrapping.lookup(exchange.request()
                    .token()
                    .orElseThrow(() -> Fault.badRequest("missing \"token\" value in input"))));
        }
    }

    private Response unwrap(Exchange exchange) {
        try (SecretBytes sent = sent(exchange)) {
            return Response.plain(wrapping.unwrap(exchange.request(), exchange.caller(), sent));
        }
    }

    private Response rewrap(Exchange exchange) {
        try (SecretBytes sent = sent(exchange)) {
            return wrapping.rewrap(exchange.request(), exchange.caller(), sent);
        }
    }

    private static SecretBytes sent(Exchange exchange) {
        return SecretBytes.ofText(exchange.fields().string("token"));
    }
}
