package io.casemate.core;

import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Download;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Content;
import io.casemate.kernel.SecretBytes;
import io.casemate.mount.Mounted;
import io.casemate.quota.Quotas.Room;
import java.util.Optional;

/** What becomes of an engine's answer before it leaves: a token of a grant, a lease of its terms, a wrapping; and all of it back. */
public final class Handing {
    private final Logins logins;
    private final IdentityStore identities;
    private final Leasing leasing;
    private final ResponseWrapping wrapping;
    private final QuotaGate quotas;

    /** In this order, as far as {@code quotas} leave room. */
    public Handing(
            Logins logins, IdentityStore identities, Leasing leasing, ResponseWrapping wrapping, QuotaGate quotas) {
        this.quotas = quotas;
        this.logins = logins;
        this.identities = identities;
        this.leasing = leasing;
        this.wrapping = wrapping;
    }

    /** See {@link WrappingTokens#behindJwt}. */
    Optional<SecretBytes> behindJwt(Request request) {
        return wrapping.behindJwt(request);
    }

    /** The answer as it may leave. When this throws, nothing that it would have handed out is left alive. */
    Response applyTo(Request request, Mounted mounted, Caller caller, Response response) {
        try (Room room = room(request, mounted, caller, response)) {
            Response granted = identified(logins.applyTo(request, mounted, response));
            Response leased = leasing.applyTo(request, mounted, caller, granted);
            room.used();
            return wrapped(request, caller, leased);
        }
    }

    private Room room(Request request, Mounted mounted, Caller caller, Response response) {
        try {
            return quotas.room(request, mounted, response);
        } catch (RuntimeException e) {
            wrapping.takeBack(response);
            leasing.refuse(request, mounted, caller, response);
            throw e;
        }
    }

    private Response wrapped(Request request, Caller caller, Response leased) {
        try {
            return wrapping.applyTo(request, caller, leased);
        } catch (RuntimeException e) {
            leasing.takeBack(leased);
            throw e;
        }
    }

    /** Says of a token that is handed out what it can do because of who stands behind it. */
    private Response identified(Response response) {
        return response.auth()
                .filter(auth -> !auth.entityId().isEmpty())
                .flatMap(auth -> identities.find(auth.entityId()).map(auth::as))
                .map(response::handing)
                .orElse(response);
    }

    /** Ends every token and lease that the answer would have handed out. */
    void takeBack(Response response) {
        if (response.content() instanceof Content.Stream(var _, Download download)) {
            download.close();
        }
        wrapping.takeBack(response);
        leasing.takeBack(response);
    }
}
