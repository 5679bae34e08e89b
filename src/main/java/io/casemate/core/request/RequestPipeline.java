package io.casemate.core.request;

import io.casemate.audit.AuditBroker;
import io.casemate.audit.Audited;
import io.casemate.core.request.Gate.Passage;
import io.casemate.engine.Endpoint.Headers;
import io.casemate.engine.EndpointTable.Match;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Decision;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Outcome;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Service;
import io.casemate.mount.MountConfig;
import io.casemate.mount.Mounted;
import io.casemate.mount.Mounts;
import io.casemate.policy.Policies;
import io.casemate.token.TokenStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The one road every request takes while unsealed, logins included. The order of the lines in {@link #handle},
 * {@link #travel} and {@link #pass} is the security argument; docs/architecture.md states it.
 */
public final class RequestPipeline implements Service {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final Mounts mounts;
    private final Gate gate;
    private final AuditBroker audit;
    private final TokenStore tokens;
    private final ResponseIssuance issuance;
    private final QuotaGate quotas;
    private final RouteTimers routes;
    private final ActiveClients clients;

    /** A road through {@code mounts}, guarded by {@code tokens} and {@code policies}, watched by {@code audit}. */
    public RequestPipeline(
            Mounts mounts,
            TokenStore tokens,
            IdentityStore identities,
            Policies policies,
            AuditBroker audit,
            ResponseIssuance issuance,
            QuotaGate quotas,
            RouteTimers routes,
            ActiveClients clients) {
        this.mounts = mounts;
        this.gate = new Gate(tokens, identities, policies);
        this.audit = audit;
        this.tokens = tokens;
        this.issuance = issuance;
        this.quotas = quotas;
        this.routes = routes;
        this.clients = clients;
    }

    @Override
    public Response handle(Request request) {
        Route route = route(request);
        Map<String, String> headers = count(request, route);
        // After counting: whoever sends what looks like one of ours has its signature verified, which costs.
        Optional<SecretBytes> behindJwt = issuance.behindJwt(request);
        if (behindJwt.isEmpty()) {
            return travel(request, route).with(headers);
        }
        try (SecretBytes token = behindJwt.get()) {
            return travel(request.with(token), route).with(headers);
        }
    }

    private Response travel(Request request, Route route) {
        Passage passage = gate.decide(request, route.match());
        try {
            return pass(passage, route);
        } finally {
            settle(passage.decision().caller());
        }
    }

    private Response pass(Passage passage, Route route) {
        Audited audited = new Audited(passage.request(), passage.decision(), route.info());
        audit.asked(audited);
        Caller caller = passage.decision().callerOrThrow();
        clients.used(caller);
        Outcome outcome = attempt(passage.request(), route, caller);
        report(audited, outcome);
        return outcome.responseOrThrow();
    }

    /** Before the gate, so that guessing tokens counts too; what is refused here costs no audit entry unless that is wanted. */
    private Map<String, String> count(Request request, Route route) {
        try {
            return quotas.count(request, route.mounted());
        } catch (FaultException e) {
            if (quotas.audits()) {
                audit.asked(new Audited(request, new Decision.Denied(Caller.anonymous(), e), route.info()));
            }
            throw e;
        }
    }

    /**
     * Puts on record what was done at the front door without this road, by somebody nobody knows. What is done is done: devices
     * that do not take it are named in the log.
     */
    void witness(Request request, Response response) {
        Decision decision = new Decision.Allowed(Caller.anonymous(), List.of());
        try {
            Audited audited = new Audited(request, decision, route(request).info());
            audit.asked(audited);
            audit.answered(audited, new Outcome.Answered(response));
        } catch (FaultException e) {
            LOG.log(System.Logger.Level.ERROR, request.path() + " was done, and no audit device took it", e);
        }
    }

    private Route route(Request request) {
        Optional<Mounted> mounted = mounts.at(request.path());
        if (mounted.isEmpty()) {
            return new Route(Optional.empty(), "", Optional.empty());
        }
        String mount = mounted.get().entry().path();
        return new Route(mounted, mount, find(mounted.get(), request, mount));
    }

    private static Optional<Match> find(Mounted mounted, Request request, String mount) {
        return request.path().value().length() < mount.length()
                ? Optional.empty()
                : mounted.endpoints().find(request.path().below(mount), request.operation());
    }

    private Outcome attempt(Request request, Route route, Caller caller) {
        try {
            if (request.operation() == Operation.HELP
                    && request.path().asFolder().value().equals(route.mount())) {
                Mounted mounted = route.mounted().orElseThrow();
                return new Outcome.Answered(
                        mounted.endpoints().help(mounted.entry().type()));
            }
            Match match = route.match().orElseThrow(() -> nowhere(request, route));
            MountConfig config = route.config();
            Headers headers = match.endpoint().headers();
            Request seen =
                    request.within(route.mount()).hearing(joined(config.passthroughRequestHeaders(), headers.heard()));
            Response response =
                    timed(match, seen, route, caller).showing(joined(config.allowedResponseHeaders(), headers.sent()));
            Response ready = issuance.applyTo(request, route.mounted().orElseThrow(), caller, response);
            return new Outcome.Answered(ready.from(route.info().type()));
        } catch (FaultException e) {
            return new Outcome.Failed(e);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "request " + request.id() + " met a bug", bug);
            return new Outcome.Failed(new Fault.Internal(request.id()).causedBy(bug));
        }
    }

    private Response timed(Match match, Request seen, Route route, Caller caller) {
        long began = System.nanoTime();
        try {
            return match.dispatch(seen, caller);
        } finally {
            routes.of(seen.operation(), route.mount()).since(began);
        }
    }

    private static List<String> joined(List<String> tuned, List<String> own) {
        return own.isEmpty()
                ? tuned
                : Stream.concat(tuned.stream(), own.stream()).toList();
    }

    private static FaultException nowhere(Request request, Route route) {
        return route.mount().isEmpty()
                ? Fault.notFound("no handler for route \"" + request.path() + "\". route entry not found.")
                : Fault.notFound("unsupported path");
    }

    /**
     * An answer that nobody witnessed is not given, and what it would have handed out is taken back. One without content
     * may go when the barrier was shut meanwhile: that is {@code sys/seal}, which seals first and was witnessed as asked.
     */
    private void report(Audited audited, Outcome outcome) {
        try {
            audit.answered(audited, outcome);
        } catch (RuntimeException | Error e) {
            if (outcome instanceof Outcome.Answered(Response response)) {
                if (e instanceof FaultException known && known.fault() instanceof Fault.Sealed && response.silent()) {
                    return;
                }
                issuance.takeBack(response, e);
            }
            throw e;
        }
    }

    /** Ends a token that has just made its last use. If that fails, it is refused all the same and swept later. */
    private void settle(Caller caller) {
        try {
            tokens.settle(caller);
        } catch (FaultException e) {
            LOG.log(System.Logger.Level.WARNING, "a used-up token is left to the sweep", e);
        }
    }

    /** Where a request goes. */
    private record Route(Optional<Mounted> mounted, String mount, Optional<Match> match) {
        MountInfo info() {
            return mounted.map(Mounted::info).orElse(MountInfo.NONE);
        }

        MountConfig config() {
            return mounted.map(there -> there.entry().config()).orElse(MountConfig.DEFAULT);
        }
    }
}
