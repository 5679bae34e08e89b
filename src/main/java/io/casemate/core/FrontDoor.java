package io.casemate.core;

import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.EndpointTable.Match;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import java.util.List;
import java.util.Optional;

/**
 * What the HTTP room serves. The few endpoints that must answer while the server is sealed are answered here, without a
 * token and without audit, as clients and load balancers expect; everything else is refused while sealed and takes
 * {@link RequestPipeline} otherwise.
 */
public final class FrontDoor implements Service {
    private static final String SYS = "sys/";

    private final EndpointTable open;
    private final Unsealer unsealer;
    private final RequestPipeline pipeline;

    /** Answers {@code whileSealed}, whose patterns are relative to {@code sys/}, itself. */
    public FrontDoor(List<Endpoint> whileSealed, Unsealer unsealer, RequestPipeline pipeline) {
        this.open = new EndpointTable(whileSealed);
        this.unsealer = unsealer;
        this.pipeline = pipeline;
    }

    @Override
    public Response handle(Request request) {
        Optional<Match> match = request.path().value().startsWith(SYS)
                ? open.find(request.path().below(SYS))
                : Optional.empty();
        if (match.isPresent()) {
            return match.get().dispatch(request.within(SYS), Caller.anonymous());
        }
        if (unsealer.sealed()) {
            throw new Fault.Sealed().asException();
        }
        return pipeline.handle(
                request.operation() == Operation.LIST
                        ? request.at(request.path().asFolder())
                        : request);
    }
}
