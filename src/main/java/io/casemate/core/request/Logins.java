package io.casemate.core.request;

import io.casemate.auth.AuthMethod;
import io.casemate.auth.AuthMethod.Held;
import io.casemate.core.request.Identities.Known;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.TokenTerms;
import io.casemate.mount.MountEntry;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import io.casemate.token.Issued;
import io.casemate.token.LoginTokens;
import io.casemate.token.LoginTokens.Place;
import io.casemate.token.RenewalTerms;
import io.casemate.token.Renewals;
import io.casemate.token.TokenTraits.Login;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Turns what auth methods grant into tokens, and asks them again when such a token is renewed. A method never sees a token,
 * and a token is never made but from a grant of the method that the request went to.
 */
public final class Logins implements Renewals {
    private final Mounts mounts;
    private final LoginTokens tokens;
    private final Identities identities;

    /** With the methods of {@code mounts}. */
    public Logins(Mounts mounts, LoginTokens tokens, Identities identities) {
        this.mounts = mounts;
        this.tokens = tokens;
        this.identities = identities;
    }

    /**
     * The answer with a token in place of the grant; any other answer stays as it is.
     *
     * @param mounted where the request went
     */
    Response applyTo(Request request, Mounted mounted, Response response) {
        if (response.grant().isEmpty()) {
            return response;
        }
        if (mounted.method().isEmpty()) {
            throw new IllegalStateException(mounted.entry().type() + " is no auth method and granted a token");
        }
        LoginGrant grant = bound(response.grant().get(), request.peer().address());
        MountEntry mount = mounted.entry();
        Known known = identities.entityOf(mount, grant);
        Place place = new Place(
                mount.uuid(),
                request.path().value(),
                displayName(mount, grant),
                known.entityId(),
                mount.config().ttls(),
                mount.config().tokenType());
        Issued issued = tokens.issue(grant, place);
        return response.handing(known.created() ? issued.auth().toNewcomer() : issued.auth())
                .warnings(issued.warnings());
    }

    @Override
    public RenewalTerms terms(Login login, Set<String> policies, Request.Peer peer) {
        Mounted mounted = mounts.byId(login.mount()).orElseThrow(() -> new Fault.PermissionDenied().asException());
        AuthMethod method = mounted.method().orElseThrow(() -> new Fault.PermissionDenied().asException());
        Held held = new Held(login.kept(), policies, peer);
        TokenTerms terms = method.renew(held);
        List<String> warnings = held.has(terms)
                ? List.of()
                : List.of("The policies have changed since the login; log in again to have the new ones.");
        return new RenewalTerms(
                terms.ttl(),
                terms.period(),
                Duration.ZERO,
                LoginTokens.within(mounted.entry().config().ttls(), terms.maxTtl()),
                warnings);
    }

    /** A grant whose token is to be used only from where the login comes from, so bound; any other as it is. */
    private static LoginGrant bound(LoginGrant grant, String address) {
        TokenTerms terms = grant.terms();
        if (!terms.bound().strictly()) {
            return grant;
        }
        if (!terms.boundCidrs().isEmpty() && !Cidr.anyHolds(terms.boundCidrs(), address)) {
            throw new Fault.PermissionDenied().asException();
        }
        return grant.on(terms.boundTo(List.of(address)));
    }

    /** The mount's name and what the method calls the user: {@code userpass-ann}. */
    private static String displayName(MountEntry mount, LoginGrant grant) {
        String name = mount.path().substring("auth/".length()).replace('/', '-') + grant.displayName();
        return name.endsWith("-") ? name.substring(0, name.length() - 1) : name;
    }
}
