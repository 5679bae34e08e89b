package io.casemate.core.request;

import io.casemate.barrier.View.Editor;
import io.casemate.engine.SecretsEngine.Leased;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Caller.TokenKind;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.lease.Leases;
import io.casemate.lease.Leases.Origin;
import io.casemate.mount.Mounted;
import io.casemate.token.TokenStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Makes leases of the terms that engines ask for. Guarantees: the client never sees an answer whose lease is not on disk and
 * tied to its token, and what is not given out is ended: by its lease where there is one, else at once by its engine.
 */
public final class Leasing {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final Leases leases;
    private final TokenStore tokens;
    private final InstantSource clock;

    /** Keeps leases in {@code leases}, tied to {@code tokens}. */
    public Leasing(Leases leases, TokenStore tokens, InstantSource clock) {
        this.leases = leases;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * The answer with a lease in place of its terms; any other answer stays as it is.
     *
     * @param mounted where the request went
     * @throws FaultException when no lease can be made; {@link #refuse} ends what the engine handed out
     */
    Response applyTo(Request request, Mounted mounted, Caller caller, Response response) {
        if (!(response.lease() instanceof Lease.Terms terms)) {
            return response;
        }
        Origin origin = origin(request, mounted, caller);
        refuseLastUse(caller);
        Lease.Given given = leases.register(
                terms, origin, mounted.entry().config().ttls(), editor -> holds(editor, origin.token()));
        return response.leased(given);
    }

    private boolean holds(Editor editor, String token) {
        return token.isEmpty() || tokens.lives(editor, token);
    }

    /** Ends at once what an answer was to be leased for that has no lease. */
    void refuse(Request request, Mounted mounted, Caller caller, Response response) {
        if (response.lease() instanceof Lease.Terms terms) {
            endUnleased(mounted, origin(request, mounted, caller), terms);
        }
    }

    /** Ends the lease that was made for an answer which does not leave. Once it is noted, the sweep tries again. */
    void takeBack(Response response, TakingBack back) {
        if (response.lease() instanceof Lease.Given given) {
            takeBack(given.id(), back);
        }
        response.wrap()
                .map(Response.Wrap::wrappedLease)
                .filter(id -> !id.isEmpty())
                .ifPresent(id -> takeBack(id, back));
    }

    private void takeBack(String id, TakingBack back) {
        back.end("lease " + id, () -> leases.revoke(List.of(id)));
    }

    private Origin origin(Request request, Mounted mounted, Caller caller) {
        String path = request.path().value();
        return new Origin(
                path,
                request.path().below(mounted.entry().path()).value(),
                mounted.entry().uuid(),
                endsWith(caller),
                caller.kind() == TokenKind.BATCH && !caller.ttl().isZero()
                        ? Optional.of(left(caller))
                        : Optional.empty());
    }

    /** A batch token is stored nowhere and cannot be ended by itself: what it was given ends with the token that made it. */
    private static String endsWith(Caller caller) {
        return switch (caller.kind()) {
            case SERVICE -> caller.tokenKey();
            case BATCH -> caller.parentKey();
            case NONE -> "";
        };
    }

    private Duration left(Caller caller) {
        Duration left = Duration.between(clock.instant(), caller.issued().plus(caller.ttl()));
        return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
    }

    /** Its token ends with this very request, and so would the lease. */
    private static void refuseLastUse(Caller caller) {
        if (caller.remainingUses() < 0) {
            throw Fault.badRequest("Secret cannot be returned; token had one use left, so leased credentials were"
                    + " immediately revoked.");
        }
    }

    private static void endUnleased(Mounted mounted, Origin origin, Lease.Terms terms) {
        try {
            mounted.engine().ifPresent(engine -> engine.revoke(new Leased(origin.below(), terms.kept())));
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "what " + origin.path() + " handed out has no lease and could not be ended; end it by hand",
                    e);
        }
    }
}
