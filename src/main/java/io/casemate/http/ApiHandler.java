package io.casemate.http;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Service;
import io.casemate.log.RequestId;
import io.casemate.log.StackText;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.Set;

/** One request from its complete head to its sent answer, on its own virtual thread. */
final class ApiHandler implements Handler {
    private static final System.Logger LOG = System.getLogger("casemate.http");

    private static final String HEALTH = "sys/health";

    private final Service service;
    private final HttpSettings.Limits limits;
    private final Connections connections;
    private final RequestIds ids;
    private final Admission admission;
    private final Admission health;
    private final BodyMemory memory;
    private final Cors cors;
    private final Set<String> uploads;

    /** What is served and to whom. */
    record Served(Service service, Cors cors, Set<String> uploads) {}

    ApiHandler(Served served, HttpSettings.Limits limits, Connections connections, SecureRandom random) {
        this.service = served.service();
        this.uploads = served.uploads();
        this.limits = limits;
        this.connections = connections;
        this.ids = new RequestIds(random);
        this.admission = new Admission(limits);
        this.health = Admission.forHealth(limits);
        this.memory = new BodyMemory(limits.bodyMemory());
        this.cors = served.cors();
    }

    @Override
    public void handle(ServerRequest http, ServerResponse answer) {
        Connection connection = connections
                .of(http.remotePeer().address())
                .orElseThrow(() -> gone(http, new CloseConnectionException("the connection is closed")));
        String id = ids.next();
        try (Exchange exchange = connection.begin();
                Body body = new Body(http, exchange, memory, limits.body())) {
            ScopedValue.where(RequestId.CURRENT, id)
                    .run(() -> new AnswerWriter(http, answer, exchange)
                            .write(
                                    cors.early(http)
                                            .orElseGet(() -> cors.allowed(http, answer(id, http, body, connection))),
                                    body));
        }
    }

    private Answer answer(String id, ServerRequest http, Body body, Connection connection) {
        try {
            RequestReader.checkSize(http, limits.headers());
            Request request = RequestReader.read(id, http, body, connection, uploads);
            try {
                return serve(request);
            } finally {
                request.token().ifPresent(SecretBytes::close);
            }
        } catch (FaultException e) {
            return failed(e);
        } catch (CloseConnectionException e) {
            throw gone(http, e);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "internal error: {0}", StackText.of(e));
            return ErrorEnvelope.of(new Fault.Internal(id));
        }
    }

    private static CloseConnectionException gone(ServerRequest http, CloseConnectionException e) {
        if (AnswerWriter.isHttp2(http)) {
            // Helidon would wait for the rest of the body, on a connection that is gone.
            Thread.currentThread().interrupt();
        }
        return e;
    }

    private Answer serve(Request request) {
        // A server that is only busy must not look dead to its watchdog, nor to a load balancer.
        Admission door = request.path().value().equals(HEALTH) ? health : admission;
        door.enter();
        try {
            Response response = service.handle(request);
            try {
                return Answers.of(request.id(), response);
            } finally {
                response.auth().ifPresent(auth -> auth.clientToken().close());
                response.wrap().ifPresent(wrap -> wrap.token().close());
            }
        } finally {
            door.leave();
        }
    }

    /** What the operator must see goes to the log; a client's own mistakes do not. */
    private static Answer failed(FaultException e) {
        switch (e.fault()) {
            case Fault.StorageFailed _, Fault.HsmFailed _, Fault.UpstreamFailed _, Fault.Misconfigured _ ->
                LOG.log(Level.ERROR, "request failed: {0}", e.getMessage());
            case Fault.Internal _ -> LOG.log(Level.ERROR, "internal error: {0}", StackText.of(e));
            default ->
                LOG.log(
                        Level.DEBUG,
                        "request refused: {0}",
                        e.fault().getClass().getSimpleName());
        }
        return ErrorEnvelope.of(e.fault());
    }
}
