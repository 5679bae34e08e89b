package io.casemate.sys;

import io.casemate.core.RootGeneration;
import io.casemate.core.RootGeneration.Order;
import io.casemate.core.RootGeneration.Status;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.token.OneTimePad;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code sys/generate-root/*}, its twin {@code sys/generate-root-token/*}, which always asks for a token, and
 * {@code sys/decode-token}, which reveals what they hide.
 */
public final class GenerateRootEndpoints {
    private final RootGeneration generation;
    private final OpenCeremonies open;

    /** @param open says whether the former asks for a token */
    public GenerateRootEndpoints(RootGeneration generation, OpenCeremonies open) {
        this.generation = generation;
        this.open = open;
    }

    /** All of them; none answers while sealed. */
    public List<Endpoint> endpoints() {
        return List.of(
                open.rule(attempt("generate-root/attempt", Form.PLAIN), OpenCeremonies.GENERATE_ROOT),
                open.rule(update("generate-root/update", Form.PLAIN), OpenCeremonies.GENERATE_ROOT),
                attempt("generate-root-token/attempt", Form.ENVELOPED).build(),
                update("generate-root-token/update", Form.ENVELOPED).build(),
                decode());
    }

    private Endpoint.Builder attempt(String pattern, Form form) {
        return Endpoint.at(pattern, "A root token by agreement of the holders of shares: how far it is, start, cancel.")
                .field("otp", Field.string("Text as long as a token, which the token is XORed with; made when absent."))
                .field("pgp_key", Field.string("An OpenPGP public key, in base64, to encrypt the token to."))
                .field("recipient", Field.string("The same with an age recipient or a certificate in PEM."))
                .field("nonce", Field.string("Of the attempt to cancel; not needed."))
                .on(Operation.READ, _ -> form.of(members(generation.status())))
                .on(Operation.UPDATE, exchange -> form.of(members(generation.start(order(exchange.fields())))))
                .on(Operation.DELETE, exchange -> {
                    generation.cancel(exchange.fields().string("nonce"));
                    return Response.none();
                });
    }

    private Endpoint.Builder update(String pattern, Form form) {
        return Endpoint.at(pattern, "Gives one share; the last one needed answers the hidden token.")
                .fields(ShareFields.share())
                .on(Operation.UPDATE, exchange -> {
                    Fields fields = exchange.fields();
                    return form.of(members(generation.update(ShareFields.share(fields), fields.string("nonce"))));
                });
    }

    /** Who has both halves has the token: there is nothing to protect, and nothing of the server is needed. */
    private static Endpoint decode() {
        return Endpoint.at("decode-token", "Reveals an encoded root token by its one-time password.")
                .access(Access.PUBLIC)
                .field("encoded_token", Field.string("As the last share's answer has it."))
                .field("otp", Field.string("The one-time password that hides it."))
                .on(Operation.UPDATE, exchange -> Response.of(decoded(exchange.fields())))
                .build();
    }

    private static Map<String, Object> decoded(Fields fields) {
        return Map.of("token", OneTimePad.decode(fields.string("encoded_token"), fields.string("otp")));
    }

    private static Order order(Fields fields) {
        return new Order(fields.string("otp"), fields.string("pgp_key"), fields.string("recipient"));
    }

    private static Map<String, Object> members(Status status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("nonce", status.nonce());
        members.put("started", status.started());
        members.put("progress", status.progress());
        members.put("required", status.required());
        members.put("complete", status.complete());
        members.put("encoded_token", status.encodedToken());
        members.put("encoded_root_token", status.encodedToken());
        members.put("pgp_fingerprint", status.fingerprint());
        members.put("otp", status.otp());
        members.put("otp_length", OneTimePad.LENGTH);
        return members;
    }
}
