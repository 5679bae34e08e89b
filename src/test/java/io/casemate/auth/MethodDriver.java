package io.casemate.auth;

import io.casemate.barrier.MemoryView;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Callers;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.TokenTerms;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Calls an auth method as the pipeline would: settle create or update, coerce, dispatch. For tests. */
public final class MethodDriver implements InstantSource, AutoCloseable {
    private final AuthMethod.Factory factory;
    private final MemoryView view = new MemoryView();
    private AuthMethod method;
    private EndpointTable table;
    private volatile Instant now = Instant.now();

    /** Opens a method on empty storage; its clock begins now and stands still. */
    public MethodDriver(AuthMethod.Factory factory) {
        this.factory = factory;
        reopen();
    }

    /** Closes the method and opens it again on the same storage, as a restart does. */
    public void reopen() {
        if (method != null) {
            method.close();
        }
        Ttls ttls = new Ttls(Duration.ofDays(32), Duration.ofDays(32));
        method = factory.open(new AuthMethod.Context(
                UUID.randomUUID().toString(),
                Map.of(),
                () -> ttls,
                () -> LockoutLimits.DEFAULT,
                view,
                new SecureRandom(),
                this));
        table = new EndpointTable(method.endpoints());
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the method's clock. */
    public void pass(Duration time) {
        now = now.plus(time);
    }

    /** The method's storage. */
    public MemoryView view() {
        return view;
    }

    /** One call from loopback without a client certificate. */
    public Response call(Operation operation, String path, Map<String, Object> data) {
        return call(operation, path, data, peer(List.of()));
    }

    /** One call by {@code peer}. */
    public Response call(Operation operation, String path, Map<String, Object> data, Request.Peer peer) {
        Request request = request(operation, path, data, peer);
        EndpointTable.Match match =
                table.find(request.path(), request.operation()).orElseThrow();
        return match.dispatch(request.as(match.settle(request, Callers.holding("root"))), Callers.holding("root"));
    }

    /** The role that a login is about, before anything is looked at. */
    public Optional<String> claimedRole(String path, Map<String, Object> data) {
        return method.claimedRole().orElseThrow().of(request(Operation.UPDATE, path, data, peer(List.of())));
    }

    /** What a login grants. */
    public LoginGrant login(Map<String, Object> data, Request.Peer peer) {
        return call(Operation.UPDATE, "login", data, peer).grant().orElseThrow();
    }

    /** What a token of {@code grant} may have from now on. */
    public TokenTerms renew(LoginGrant grant, Request.Peer peer) {
        return method.renew(
                new AuthMethod.Held(grant.kept(), Set.copyOf(grant.terms().policies()), peer));
    }

    private static Request request(Operation operation, String path, Map<String, Object> data, Request.Peer peer) {
        return Requests.from(peer, Requests.of(operation, path, data));
    }

    /** The {@code data} of an answer. */
    public static Map<String, Object> data(Response response) {
        return ((Response.Content.Data) response.content()).data();
    }

    /** Somebody at loopback with these certificates, DER. */
    public static Request.Peer peer(List<byte[]> certificates) {
        return new Request.Peer("127.0.0.1", 1, certificates, Map.of());
    }

    /** What is said of a request that is refused as bad; anything else is thrown on. */
    public static String refusal(Runnable call) {
        try {
            call.run();
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.BadRequest(List<String> details)) {
                return String.join("; ", details);
            }
            throw e;
        }
        throw new AssertionError("not refused");
    }

    @Override
    public void close() {
        method.close();
    }
}
