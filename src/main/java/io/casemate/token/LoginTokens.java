package io.casemate.token;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Fault;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.TokenTerms;
import io.casemate.kernel.TokenType;
import io.casemate.token.TokenTraits.Login;
import java.time.Duration;
import java.util.Optional;

/** Tokens of logins: always orphans, never {@code root}, and gone with the mount that gave them. */
public final class LoginTokens {
    private final TokenStore tokens;

    /** Made in {@code tokens}. */
    public LoginTokens(TokenStore tokens) {
        this.tokens = tokens;
    }

    /**
     * Where a login came from, and who came.
     *
     * @param mount the id of the auth method's mount
     * @param path of the request, mount included
     * @param displayName as the token shall show it
     * @param entityId empty when nobody is known
     * @param limits the mount's
     * @param type of tokens that the mount gives
     */
    public record Place(String mount, String path, String displayName, String entityId, Ttls limits, TokenType type) {}

    /**
     * The token that a grant gives.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the grant names policies that no login gives or asks
     *     for what cannot be, {@code PermissionDenied} when the mount is gone
     */
    public Issued issue(LoginGrant grant, Place place) {
        TokenTerms terms = grant.terms();
        TokenTraits traits = new TokenTraits(
                PolicyChoice.ofLogin(terms),
                grant.metadata(),
                place.displayName(),
                place.path(),
                "",
                place.entityId(),
                grant.renewable(),
                terms.boundCidrs(),
                Optional.of(new Login(place.mount(), tokens.roleKey(grant.role()), grant.kept())));
        Ttls limits = within(place.limits(), terms.maxTtl());
        if (TokenType.batch(place.type(), terms.type())) {
            return batch(terms, traits, within(limits, terms.explicitMax()));
        }
        TokenSpec spec = new TokenSpec(
                traits, terms.ttl(), terms.explicitMax(), terms.period(), terms.numUses(), Optional.empty());
        return tokens.create(spec, Optional.empty(), limits);
    }

    /** What a batch token cannot have is an error, not a silent loss. */
    private Issued batch(TokenTerms terms, TokenTraits traits, Ttls limits) {
        if (terms.numUses() != 0 || !terms.period().isZero()) {
            throw Fault.badRequest("batch tokens cannot have \"" + (terms.numUses() != 0 ? "num_uses" : "period")
                    + "\" set, and the mount gives batch tokens");
        }
        return tokens.createBatch(traits, terms.ttl(), Optional.empty(), limits);
    }

    /** The limits of a mount, narrowed by a role's own longest life; zero for none. */
    public static Ttls within(Ttls limits, Duration max) {
        Duration most = Lifetimes.shorter(limits.max(), max);
        Duration fallback = limits.fallback().compareTo(most) > 0 ? most : limits.fallback();
        return new Ttls(fallback, most);
    }
}
