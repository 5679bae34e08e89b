package io.casemate.sys;

import io.casemate.barrier.MemoryView;
import io.casemate.engine.Endpoint;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.identity.IdentityStore;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.policy.PolicyStore;
import io.casemate.token.Renewals;
import io.casemate.token.TokenEndpoints;
import io.casemate.token.TokenStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Tokens and policies wired as the server wires them, asked through endpoint tables, gate included. */
final class TokenHouse {
    final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    final PolicyStore policies = new PolicyStore(new MemoryView());
    final TokenStore tokens;
    final String root;

    private final IdentityStore identities = new IdentityStore(
            new MemoryView(), new SecureRandom(), InstantSource.system(), accessor -> Optional.empty());
    private final EndpointTable auth;
    private final EndpointTable sys;

    TokenHouse() {
        Ttls limits = new Ttls(Duration.ofDays(32), Duration.ofDays(32));
        MemoryView view = new MemoryView();
        InstantSource clock = time::get;
        tokens = new TokenStore(view, new SecureRandom(), clock, () -> limits);
        auth = new EndpointTable(new TokenEndpoints(
                        tokens, view, policies, () -> limits, noLogins(), identities, alias -> "entity-of-" + alias)
                .endpoints());
        List<Endpoint> all = new ArrayList<>(new PolicyEndpoints(policies).endpoints());
        all.addAll(new CapabilityEndpoints(policies, tokens, identities).endpoints());
        sys = new EndpointTable(all);
        try (SecretBytes token = tokens.createRoot()) {
            root = new String(token.expose(), StandardCharsets.UTF_8);
        }
    }

    private static Renewals noLogins() {
        return (login, policies, peer) -> {
            throw new AssertionError("no login made a token here");
        };
    }

    /** One request with the whole gate: token, existence, policy, handler. */
    Response ask(String token, Operation operation, String path, Map<String, Object> data) {
        String mount = path.startsWith("sys/") ? "sys/" : "auth/token/";
        EndpointTable table = path.startsWith("sys/") ? sys : auth;
        try (SecretBytes sent = SecretBytes.ofText(token)) {
            Request request = Requests.of(operation, path, data, Optional.of(sent));
            Caller caller = tokens.authenticate(sent, request.peer());
            EndpointTable.Match match = table.find(request.within(mount).path(), request.operation())
                    .orElseThrow(Fault::notFound);
            Request settled = request.as(match.settle(request.within(mount), caller));
            boolean sudo = match.endpoint().access() == Endpoint.Access.SUDO;
            if (!policies.judge(caller, settled, sudo).allowed()) {
                throw new Fault.PermissionDenied().asException();
            }
            return match.dispatch(settled.within(mount), caller);
        }
    }

    /** Lets time pass. */
    void pass(Duration duration) {
        time.updateAndGet(now -> now.plus(duration));
    }

    Response write(String token, String path, Map<String, Object> data) {
        return ask(token, Operation.UPDATE, path, data);
    }

    Map<String, Object> data(Response response) {
        return switch (response.content()) {
            case Response.Content.Data(Map<String, Object> data) -> data;
            case Response.Content.DoublePlaced(Map<String, Object> data) -> data;
            case Response.Content other -> throw new AssertionError("no data but " + other);
        };
    }

    /** The token in an {@code auth} block. */
    static String token(Response response) {
        return new String(response.auth().orElseThrow().clientToken().expose(), StandardCharsets.UTF_8);
    }

    /** A new token with {@code data}, made by {@code by}. */
    String make(String by, Map<String, Object> data) {
        return token(write(by, "auth/token/create", data));
    }
}
