package io.casemate.identity;

import io.casemate.barrier.MemoryView;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.EndpointTable.Match;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** The identity store with its endpoints, on memory, with two auth mounts and a clock that tests turn. */
final class IdentityHouse {
    static final String PEOPLE = "auth_userpass_00000001";
    static final String MACHINES = "auth_approle_00000002";

    private static final Map<String, MountInfo> MOUNTS = Map.of(
            PEOPLE, new MountInfo("auth/people/", "userpass", PEOPLE, Set.of(), Set.of()),
            MACHINES, new MountInfo("auth/machines/", "approle", MACHINES, Set.of(), Set.of()));

    final MemoryView view = new MemoryView();
    final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    IdentityStore store = open();

    private IdentityStore open() {
        return new IdentityStore(
                view, new SecureRandom(), time::get, accessor -> Optional.ofNullable(MOUNTS.get(accessor)));
    }

    /** The process is lost and another one starts. */
    void restart() {
        store = open();
        store.resume();
    }

    Response ask(Operation operation, String path, Map<String, Object> data) {
        Request request = Requests.of(operation, path, data);
        Match match = new EndpointTable(store.engine().endpoints())
                .find(request.path(), request.operation())
                .orElseThrow(Fault::notFound);
        return match.dispatch(request, Caller.anonymous());
    }

    Response write(String path, Map<String, Object> data) {
        return ask(Operation.UPDATE, path, data);
    }

    Map<String, Object> read(String path) {
        return data(ask(Operation.READ, path, Map.of()));
    }

    List<?> list(String path) {
        return (List<?>) data(ask(Operation.LIST, path, Map.of())).get("keys");
    }

    void delete(String path) {
        time.updateAndGet(now -> now.plus(Duration.ofSeconds(1)));
        ask(Operation.DELETE, path, Map.of());
    }

    /** Makes something; its id. */
    String make(String path, Map<String, Object> data) {
        time.updateAndGet(now -> now.plus(Duration.ofSeconds(1)));
        return (String) data(write(path, data)).get("id");
    }

    Recognised login(String accessor, String name, String... groups) {
        return store.login(new Login(accessor, name, Map.of(), List.of(groups)));
    }

    static Map<String, Object> data(Response response) {
        return ((Response.Content.Data) response.content()).data();
    }

    static String refusal(Runnable work) {
        try {
            work.run();
        } catch (FaultException e) {
            return switch (e.fault()) {
                case Fault.BadRequest(List<String> details) -> "400 " + String.join("; ", details);
                case Fault.PermissionDenied _ -> "403";
                case Fault.NotFound _ -> "404";
                default -> e.fault().toString();
            };
        }
        return "nothing was refused";
    }
}
