package io.casemate.core.request;

import io.casemate.core.Unsealer;
import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.EndpointTable.Match;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What the HTTP room serves. The few endpoints that must answer while the server is sealed are answered here, without a
 * token, as clients and load balancers expect; everything else is refused while sealed and takes {@link RequestPipeline}
 * otherwise. What is answered here is audited only when it has opened the server (an unseal, a restore into an empty
 * server) or moved its root key to another kind of seal: strangers shall not fill the audit devices.
 */
public final class FrontDoor implements Service {
    private static final String SYS = "sys/";
    private static final String UNSEAL = "sys/unseal";

    private final EndpointTable open;
    private final EndpointTable unborn;
    private final Unsealer unsealer;
    private final RequestPipeline pipeline;
    private final RefusedUnseals refused;

    /**
     * Answers itself, with patterns relative to {@code sys/}:
     *
     * @param whileSealed these, always
     * @param whileUninitialised and these before there is anything to guard
     */
    public FrontDoor(
            List<Endpoint> whileSealed,
            List<Endpoint> whileUninitialised,
            Unsealer unsealer,
            RequestPipeline pipeline,
            InstantSource clock) {
        this.open = new EndpointTable(whileSealed);
        this.unborn = new EndpointTable(whileUninitialised);
        this.unsealer = unsealer;
        this.pipeline = pipeline;
        this.refused = new RefusedUnseals(clock);
    }

    @Override
    public Response handle(Request request) {
        Optional<Match> match = find(open, request);
        if (match.isPresent()) {
            return witnessed(request, match.get());
        }
        if (unsealer.sealed()) {
            return founding(request);
        }
        Request judged = request.operation().lists() ? request.at(request.path().asFolder()) : request;
        return unsealer.bound(() -> pipeline.handle(judged));
    }

    private static Optional<Match> find(EndpointTable table, Request request) {
        return request.path().value().startsWith(SYS)
                ? table.find(request.path().below(SYS), request.operation())
                : Optional.empty();
    }

    private Response founding(Request request) {
        Match match = find(unborn, request)
                .filter(_ -> !unsealer.status().initialized())
                .orElseThrow(() -> new Fault.Sealed().asException());
        Response response = match.dispatch(request.within(SYS), Caller.anonymous());
        if (!unsealer.sealed()) {
            pipeline.witness(request, response);
        }
        return response;
    }

    private Response witnessed(Request request, Match match) {
        boolean ceremony = request.operation() == Operation.UPDATE
                && request.path().value().equals(UNSEAL);
        if (!ceremony) {
            return match.dispatch(request.within(SYS), Caller.anonymous());
        }
        boolean sealed = unsealer.sealed();
        boolean migration = unsealer.status().migration();
        Response response = unseal(request, match);
        boolean opened = sealed && !unsealer.sealed();
        boolean migrated = migration && !unsealer.status().migration();
        if (opened || migrated) {
            pipeline.witness(request, response);
        }
        return response;
    }

    private Response unseal(Request request, Match match) {
        try {
            return match.dispatch(request.within(SYS), Caller.anonymous());
        } catch (FaultException e) {
            refused.note(request.peer(), e);
            throw e;
        }
    }
}
