package io.casemate.core.request;

import io.casemate.core.request.WrappingTokens.Holder;
import io.casemate.engine.TokenScopedData;
import io.casemate.json.Json;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Envelope;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Auth;
import io.casemate.kernel.Response.Content;
import io.casemate.kernel.Response.Wrap;
import io.casemate.kernel.SecretBytes;
import io.casemate.token.Issued;
import io.casemate.token.TokenStore;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Response wrapping: the answer stays in the cubbyhole of a new token of one use, and the client gets that token.
 * Guarantees: who asked for a wrapped answer never gets it in clear; a wrapped answer is opened at most once, whoever
 * races; it is gone with its token. What is kept: docs/formats/wrapping.md.
 */
public final class ResponseWrapping {
    private static final String RESPONSE = "response";
    private static final String WRAPINFO = "wrapinfo";

    private final TokenStore tokens;
    private final WrappingTokens wrappingTokens;
    private final TokenScopedData data;
    private final InstantSource clock;

    /** Keeps answers in {@code data}. */
    public ResponseWrapping(
            TokenStore tokens, WrappingTokens wrappingTokens, TokenScopedData data, InstantSource clock) {
        this.tokens = tokens;
        this.wrappingTokens = wrappingTokens;
        this.data = data;
        this.clock = clock;
    }

    /**
     * The answer as the client asked for it. An answer without content has nothing to wrap and stays as it is.
     *
     * @throws FaultException {@code BadRequest} when the answer is no JSON, or a stranger's; {@link #takeBack} ends a token in it
     */
    Response applyTo(Request request, Caller caller, Response response) {
        if (request.wrapTtl().isEmpty() || response.wrap().isPresent() || response.silent()) {
            return response;
        }
        if (caller.kind() == Caller.TokenKind.NONE && response.auth().isEmpty()) {
            throw Fault.badRequest("without a token only logins are wrapped: strangers store nothing here");
        }
        try {
            return wrap(request, response);
        } finally {
            response.auth().map(Auth::clientToken).ifPresent(SecretBytes::close);
        }
    }

    /** See {@link WrappingTokens#behindJwt}. */
    Optional<SecretBytes> behindJwt(Request request) {
        return wrappingTokens.behindJwt(request);
    }

    /** Verifies the signatures of wrapping tokens in JWT form (ES512); empty before the first one was made. */
    public Optional<ECPublicKey> publicKey() {
        return wrappingTokens.publicKey();
    }

    /** Ends every token that the answer would have handed out. */
    void takeBack(Response response, TakingBack back) {
        Stream.concat(
                        response.auth().map(Auth::accessor).stream(),
                        response.wrap().stream().flatMap(wrap -> Stream.of(wrap.accessor(), wrap.wrappedAccessor())))
                .filter(accessor -> !accessor.isEmpty())
                .forEach(accessor -> back.end("the token of accessor " + accessor, () -> end(accessor)));
    }

    /**
     * What a wrapping token holds, without opening it: {@code creation_path}, {@code creation_time}, {@code creation_ttl}.
     *
     * @param token as sent
     * @throws FaultException {@code BadRequest} when it is no living wrapping token
     */
    public Map<String, Object> lookup(SecretBytes token) {
        return wrapInfo(wrappingTokens.living(token));
    }

    /**
     * Opens, once: the client's answer as it would have been.
     *
     * @param caller who asks; may hold the wrapping token itself
     * @param token as sent in the body; empty when the caller's own counts
     * @throws FaultException {@code BadRequest} when it is no living wrapping token
     */
    public Map<String, Object> unwrap(Request request, Caller caller, SecretBytes token) {
        Holder holder = wrappingTokens.spend(request, caller, token);
        try {
            return Json.object(content(holder).getBytes(StandardCharsets.UTF_8));
        } finally {
            tokens.revoke(holder.key());
        }
    }

    /**
     * Moves a wrapped answer to a new token with the same life, counted from now.
     *
     * @throws FaultException {@code BadRequest} when it is no living wrapping token
     */
    public Response rewrap(Request request, Caller caller, SecretBytes token) {
        Holder holder = wrappingTokens.spend(request, caller, token);
        try {
            Map<String, Object> info = wrapInfo(holder);
            Duration ttl = Duration.ofSeconds((Long) info.get("creation_ttl"));
            Origin origin = new Origin((String) info.get("creation_path"), ttl, "", "");
            return keep(request, origin, content(holder));
        } finally {
            tokens.revoke(holder.key());
        }
    }

    private Response wrap(Request request, Response response) {
        if (response.content() instanceof Content.Raw || response.content() instanceof Content.Stream) {
            throw Fault.badRequest("this path's answer is not JSON and cannot be wrapped; leave out X-Vault-Wrap-TTL");
        }
        String text = new String(Json.bytes(Envelope.of(request.id(), response)), StandardCharsets.UTF_8);
        String accessor = response.auth().map(Auth::accessor).orElse("");
        String lease = response.lease() instanceof Lease.Given given ? given.id() : "";
        return keep(
                request, new Origin(request.path().value(), request.wrapTtl().orElseThrow(), accessor, lease), text);
    }

    private Response keep(Request request, Origin origin, String text) {
        Instant now = clock.instant();
        Issued issued = wrappingTokens.issue(origin.path(), origin.ttl(), (editor, made) -> {
            Map<String, Object> info = Map.of(
                    "creation_path",
                    origin.path(),
                    "creation_time",
                    now.toString(),
                    "creation_ttl",
                    made.left().toSeconds());
            data.put(editor, made.entry().key(), Map.of(RESPONSE, Map.of(RESPONSE, text), WRAPINFO, info));
        });
        try (SecretBytes _ = issued.token()) {
            SecretBytes shown = wrappingTokens.shown(request, issued, now);
            return Response.wrapped(new Wrap(
                    shown,
                    issued.entry().accessor(),
                    issued.left(),
                    now,
                    origin.path(),
                    origin.wrappedAccessor(),
                    origin.wrappedLease()));
        } catch (RuntimeException e) {
            tokens.revoke(issued.entry().key());
            throw e;
        }
    }

    private Map<String, Object> wrapInfo(Holder holder) {
        return data.get(holder.key(), WRAPINFO).orElseThrow(WrappingTokens::invalid);
    }

    private String content(Holder holder) {
        return data.get(holder.key(), RESPONSE)
                .map(secret -> (String) secret.get(RESPONSE))
                .orElseThrow(WrappingTokens::invalid);
    }

    private void end(String accessor) {
        tokens.findByAccessor(accessor)
                .filter(made -> made.life().renewed().isEmpty()) // one that was only renewed is as its holder had it
                .ifPresent(made -> tokens.revoke(made.key()));
    }

    /** Of a wrapped answer: what was asked, how long it keeps, and the accessor of a token and the lease inside. */
    private record Origin(String path, Duration ttl, String wrappedAccessor, String wrappedLease) {}
}
