package io.casemate.engine;

import io.casemate.barrier.MemoryView;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Callers;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Calls an engine as the pipeline would: settle create or update, coerce, dispatch. For tests. */
public final class EngineDriver implements InstantSource {
    /** The mount's default time to live. */
    public static final Duration DEFAULT_TTL = Duration.ofDays(32);

    private final EndpointTable table;
    private final MemoryView view = new MemoryView();
    private volatile Instant now = Instant.parse("2026-01-02T03:04:05.678Z");

    /** Opens an engine on empty storage. */
    public EngineDriver(SecretsEngine.Factory factory, Map<String, String> options) {
        table = new EndpointTable(factory.open(new SecretsEngine.Context(
                        "11111111-2222-3333-4444-555555555555",
                        options,
                        () -> new SecretsEngine.Ttls(DEFAULT_TTL, DEFAULT_TTL),
                        view,
                        new NoSigners(),
                        ref -> {
                            throw Fault.badRequest("no managed key " + ref);
                        },
                        new SecureRandom(),
                        this))
                .endpoints());
    }

    /** Opens endpoints that live outside of an engine. */
    public EngineDriver(List<Endpoint> endpoints) {
        table = new EndpointTable(endpoints);
    }

    /** The engine's storage. */
    public MemoryView view() {
        return view;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the engine's clock. */
    public void pass(Duration time) {
        now = now.plus(time);
    }

    /** One call, by a token whose key is {@code token}. */
    public Response call(String token, Operation operation, String path, Map<String, Object> data) {
        Request request = request(operation, path, data);
        EndpointTable.Match match =
                table.find(request.path(), request.operation()).orElseThrow();
        Caller caller = caller(token);
        return match.dispatch(request.as(match.settle(request, caller)), caller);
    }

    /** One call. */
    public Response call(Operation operation, String path, Map<String, Object> data) {
        return call("token", operation, path, data);
    }

    /** One call without a body. */
    public Response call(Operation operation, String path) {
        return call(operation, path, Map.of());
    }

    /** What the policies would be asked about. */
    public Operation settled(Operation operation, String path) {
        Request request = request(operation, path, Map.of());
        return table.find(request.path(), request.operation()).orElseThrow().settle(request, caller("token"));
    }

    /** The {@code data} of an answer. */
    public static Map<String, Object> data(Response response) {
        return ((Response.Content.Data) response.content()).data();
    }

    private static Request request(Operation operation, String path, Map<String, Object> data) {
        return Requests.of(operation, path, data);
    }

    private static Caller caller(String token) {
        return Callers.of(token, "root");
    }

    /** A machine without an HSM. */
    private static final class NoSigners implements Signers {
        @Override
        public Signer named(String name, String id) {
            throw new IllegalStateException("no HSM here");
        }

        @Override
        public Signer generate(String name, KeyKind kind) {
            throw new IllegalStateException("no HSM here");
        }
    }
}
