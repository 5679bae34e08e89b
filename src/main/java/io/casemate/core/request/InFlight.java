package io.casemate.core.request;

import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.Service;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The requests that are being worked on right now: what an operator looks at when the server is slow. No shared lock. */
public final class InFlight implements Service {
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Service service;
    private final InstantSource clock;

    /** Passes everything on to {@code service}. */
    public InFlight(Service service, InstantSource clock) {
        this.service = service;
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        running.put(request.id(), new Running(request, clock.instant()));
        try {
            return service.handle(request);
        } finally {
            running.remove(request.id());
        }
    }

    /** Each of them, in no order. */
    public Collection<Running> requests() {
        return List.copyOf(running.values());
    }

    /** How many there are. */
    public int size() {
        return running.size();
    }

    /** A request and when it began; its token and data are nobody's business. */
    public record Running(String id, String operation, String path, String address, int port, Instant since) {
        Running(Request request, Instant since) {
            this(
                    request.id(),
                    request.operation().word(),
                    request.path().value(),
                    request.peer().address(),
                    request.peer().port(),
                    since);
        }
    }
}
