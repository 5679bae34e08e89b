package io.casemate.core.request;

import io.casemate.engine.Endpoint.Access;
import io.casemate.engine.EndpointTable.Match;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Decision;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import io.casemate.policy.Policies;
import io.casemate.policy.Verdict;
import io.casemate.token.TokenStore;
import java.util.List;
import java.util.Optional;

/**
 * Authenticates, then authorises. A path that leads nowhere is judged like any other, so that a stranger cannot tell
 * what exists.
 */
final class Gate {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final TokenStore tokens;
    private final IdentityStore identities;
    private final Policies policies;

    Gate(TokenStore tokens, IdentityStore identities, Policies policies) {
        this.tokens = tokens;
        this.identities = identities;
        this.policies = policies;
    }

    /** The verdict, and the request with its settled operation. Throws nothing: what goes wrong is a refusal, and audited. */
    Passage decide(Request request, Optional<Match> match) {
        Access access = match.map(found -> found.endpoint().access()).orElse(Access.TOKEN);
        if (access == Access.PUBLIC) {
            return new Passage(request, new Decision.Allowed(Caller.anonymous(), List.of()));
        }
        Caller caller = Caller.anonymous();
        try {
            caller = recognised(request, match);
            if (!caller.entityId().isEmpty()) {
                caller = caller.as(identities.admit(caller.entityId()));
            }
            return judge(request, match, caller, access == Access.SUDO);
        } catch (FaultException e) {
            return new Passage(request, new Decision.Denied(caller, e));
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "request " + request.id() + " met a bug at the gate", bug);
            return new Passage(request, new Decision.Denied(caller, new Fault.Internal(request.id()).causedBy(bug)));
        }
    }

    private Caller recognised(Request request, Optional<Match> match) {
        SecretBytes token = request.token().orElseThrow(() -> noToken(match));
        try {
            return tokens.authenticate(token, request.peer());
        } catch (FaultException e) {
            throw match.flatMap(found -> found.endpoint().endedToken())
                    .filter(_ -> e.fault() instanceof Fault.PermissionDenied
                            && !request.data().containsKey("token"))
                    .map(problem -> new Fault.BadRequest(List.of(problem)).causedBy(e))
                    .orElse(e);
        }
    }

    private static FaultException noToken(Optional<Match> match) {
        Optional<String> hint = match.flatMap(found -> found.endpoint().withoutToken());
        return new Fault.PermissionDenied(hint.map(List::of).orElse(List.of())).asException();
    }

    private Passage judge(Request request, Optional<Match> match, Caller caller, boolean sudo) {
        Request settled = request.as(operation(request, match, caller));
        Verdict verdict = policies.judge(caller, settled, sudo);
        Decision decision = verdict.allowed()
                ? new Decision.Allowed(caller, verdict.grantedBy())
                : new Decision.Denied(caller, new Fault.PermissionDenied().asException());
        return new Passage(settled, decision);
    }

    /** What cannot be settled stays as it was: who may not come in learns nothing of what is wrong with the request. */
    private static Operation operation(Request request, Optional<Match> match, Caller caller) {
        try {
            return match.map(found -> found.settle(request, caller)).orElse(request.operation());
        } catch (FaultException e) {
            return request.operation();
        }
    }

    /** What came through the gate. */
    record Passage(Request request, Decision decision) {}
}
