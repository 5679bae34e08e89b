package io.casemate.token;

import io.casemate.kernel.Request;
import io.casemate.token.TokenTraits.Login;
import java.util.Set;

/** Asked before a token that a login made is renewed. */
@FunctionalInterface
public interface Renewals {
    /**
     * What the token may have from now on.
     *
     * @param policies that the token has
     * @param peer who asks
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it shall not be renewed, and why
     */
    RenewalTerms terms(Login login, Set<String> policies, Request.Peer peer);
}
