package io.casemate.core.request;

import io.casemate.barrier.View.Editor;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import io.casemate.token.Issued;
import io.casemate.token.TokenEntry;
import io.casemate.token.TokenSpec;
import io.casemate.token.TokenStore;
import io.casemate.token.TokenTraits;
import io.casemate.token.WrappingJwt;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Tokens that hold one wrapped answer each: one use, no renewal, one policy that nothing else can be given. */
public final class WrappingTokens {
    /** What is said of a token that opens nothing, or nothing any more; clients look for these words. */
    public static final String NOT_VALID = "wrapping token is not valid or does not exist";

    private static final String POLICY = "response-wrapping";
    private static final String OWN_WORDS = "sys/wrapping/wrap";
    private static final String FORMAT = "x-vault-wrap-format";

    private final TokenStore tokens;
    private final WrappingJwt jwts;

    /** Made in {@code tokens}; shown as a JWT to clients who ask for that. */
    public WrappingTokens(TokenStore tokens, WrappingJwt jwts) {
        this.tokens = tokens;
        this.jwts = jwts;
    }

    /** Where a wrapped answer lies: the storage key of its token. */
    record Holder(String key) {}

    /** A new one, for an answer to {@code path} that {@code kept} writes in the same transaction. */
    Issued issue(String path, Duration ttl, BiConsumer<Editor, Issued> kept) {
        TokenTraits traits =
                new TokenTraits(new TreeSet<>(Set.of(POLICY)), Map.of(), POLICY, path, "", "", false, List.of());
        return tokens.create(new TokenSpec(traits, ttl, ttl, Duration.ZERO, 1, Optional.empty()), kept);
    }

    /**
     * The token as the request wants to see it; the receiver owns it. What callers give to {@link #OWN_WORDS} is never signed:
     * the signature is there to say that the content is this server's.
     */
    SecretBytes shown(Request request, Issued issued, Instant now) {
        String format = request.peer().headers().getOrDefault(FORMAT, "");
        boolean signed = !issued.entry().traits().path().equals(OWN_WORDS);
        return switch (format) {
            case "" -> issued.token().copy();
            case "jwt" -> signed ? jwts.of(issued, now) : issued.token().copy();
            default -> throw Fault.badRequest("X-Vault-Wrap-Format is 'jwt' or left out, not '" + format + "'");
        };
    }

    /** The token that stands behind a JWT in the request's header, which the caller owns; empty without such. */
    Optional<SecretBytes> behindJwt(Request request) {
        return request.token().filter(WrappingJwt::looksLikeOne).flatMap(jwts::token);
    }

    /** See {@link WrappingJwt#publicKey}. */
    Optional<ECPublicKey> publicKey() {
        return jwts.publicKey();
    }

    /** A living one, which stays so. */
    Holder living(SecretBytes token) {
        try (SecretBytes real = real(token)) {
            return tokens.find(real)
                    .filter(entry -> isOne(entry.traits().policies()))
                    .map(TokenEntry::key)
                    .map(Holder::new)
                    .orElseThrow(WrappingTokens::invalid);
        }
    }

    /** Makes the one use of it. The caller's own was made at the gate. */
    Holder spend(Request request, Caller caller, SecretBytes sent) {
        if (sent.length() == 0) {
            return own(caller);
        }
        try (SecretBytes token = real(sent)) {
            if (tokens.keyOf(token).equals(caller.tokenKey())) {
                return own(caller);
            }
            living(token);
            return new Holder(tokens.authenticate(token, request.peer()).tokenKey());
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.PermissionDenied ? invalid() : e;
        }
    }

    static FaultException invalid() {
        return Fault.badRequest(NOT_VALID);
    }

    private static Holder own(Caller caller) {
        if (!isOne(caller.policies())) {
            throw invalid();
        }
        return new Holder(caller.tokenKey());
    }

    private SecretBytes real(SecretBytes sent) {
        return WrappingJwt.looksLikeOne(sent) ? jwts.token(sent).orElseThrow(WrappingTokens::invalid) : sent.copy();
    }

    private static boolean isOne(Set<String> policies) {
        return policies.equals(Set.of(POLICY));
    }
}
