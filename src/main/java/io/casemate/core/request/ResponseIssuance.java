package io.casemate.core.request;

import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Download;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Content;
import io.casemate.kernel.SecretBytes;
import io.casemate.mount.Mounted;
import io.casemate.quota.Quotas.Reservation;
import java.util.Optional;

/** What becomes of an engine's answer before it leaves: a token of a grant, a lease of its terms, a wrapping; and all of it back. */
public final class ResponseIssuance {
    private final Logins logins;
    private final IdentityStore identities;
    private final Leasing leasing;
    private final ResponseWrapping wrapping;
    private final QuotaGate quotas;

    /** In this order, as far as {@code quotas} leave room. */
    public ResponseIssuance(
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
        Response made = response;
        try (Reservation reservation = quotas.reserve(request, mounted, response)) {
            made = logins.applyTo(request, mounted, made);
            made = identified(made);
            made = leasing.applyTo(request, mounted, caller, made);
            reservation.used();
            return wrapping.applyTo(request, caller, made);
        } catch (RuntimeException | Error e) {
            takeBack(made, e);
            leasing.refuse(request, mounted, caller, made);
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

    /**
     * Ends every token and lease that the answer would have handed out, and gives back what its stream holds.
     *
     * @param why it does not leave; what cannot be ended now is added to it
     */
    void takeBack(Response response, Throwable why) {
        TakingBack back = new TakingBack(why);
        if (response.content() instanceof Content.Stream(var _, Download download)) {
            back.end("a stream", download::close);
        }
        wrapping.takeBack(response, back);
        leasing.takeBack(response, back);
    }
}
