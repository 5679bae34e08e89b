package io.casemate.engine.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.barrier.View;
import io.casemate.engine.EndpointTable;
import io.casemate.engine.EngineDriver;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.SecretsEngine;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Await;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A kv mount of version 1 that is tuned to version 2. */
class UpgradeTest {
    private final MemoryView view = new MemoryView();

    @Test
    void whatWasThereIsTheFirstVersionOfItsPath() {
        EndpointTable former = table(open("1", view));
        for (int i = 0; i < 3 * Upgrade.BATCH + 1; i++) {
            call(former, Operation.UPDATE, "a/" + i, Map.of("v", (long) i));
        }
        SecretsEngine engine = open("2", view);
        EndpointTable now = table(engine);
        engine.start();
        Await.until(() -> view.list(Upgrade.FORMER, "", 1).isEmpty());
        Await.until(() -> ready(now));
        for (int i = 0; i < 3 * Upgrade.BATCH + 1; i++) {
            Map<String, Object> read = EngineDriver.data(call(now, Operation.READ, "data/a/" + i, Map.of()));
            assertEquals(Map.of("v", (long) i), read.get("data"));
            assertEquals(1L, ((Map<?, ?>) read.get("metadata")).get("version"));
        }
        assertEquals(
                3 * Upgrade.BATCH + 1,
                ((List<?>) EngineDriver.data(call(now, Operation.LIST, "metadata/a/", Map.of()))
                                .get("keys"))
                        .size());
    }

    private static boolean ready(EndpointTable table) {
        try {
            call(table, Operation.READ, "config", Map.of());
            return true;
        } catch (FaultException e) {
            assertInstanceOf(Fault.Unavailable.class, e.fault());
            return false;
        }
    }

    @Test
    void nothingIsServedBeforeAllIsThere() {
        view.put("s/a", JsonRecord.of(Map.of("v", 1L)));
        StuckView stuck = new StuckView(view);
        SecretsEngine engine = open("2", stuck);
        EndpointTable now = table(engine);
        engine.start();
        Fault fault = assertThrows(FaultException.class, () -> call(now, Operation.READ, "data/a", Map.of()))
                .fault();
        assertTrue(
                assertInstanceOf(Fault.Unavailable.class, fault).detail().startsWith("Upgrading from non-versioned"));
        assertTrue(view.get("s/a").isPresent());
        stuck.full = false;
        Await.until(() -> ready(now));
        assertEquals(
                Map.of("v", 1L),
                EngineDriver.data(call(now, Operation.READ, "data/a", Map.of())).get("data"));
    }

    /** A bug, or a moment without memory, must not keep the mount shut until the next unseal. */
    @Test
    void whateverAStepThrowsTheUpgradeGoesOn() {
        view.put("s/a", JsonRecord.of(Map.of("v", 1L)));
        SecretsEngine engine = open("2", view);
        EndpointTable now = table(engine);
        view.beforeTransact(() -> {
            throw new IllegalStateException("for tests");
        });
        engine.start();
        Await.until(() -> ready(now));
        assertEquals(
                Map.of("v", 1L),
                EngineDriver.data(call(now, Operation.READ, "data/a", Map.of())).get("data"));
    }

    /** What a former release let a writer leave that was under way while the mount was tuned. */
    @Test
    void whatWasLeftComesOnTopOfNoVersion() {
        SecretsEngine engine = open("2", view);
        EndpointTable table = table(engine);
        call(table, Operation.UPDATE, "data/a", Map.of("data", Map.of("v", 1L)));
        call(table, Operation.UPDATE, "metadata/b", Map.of("max_versions", 3L));
        view.put("s/a", JsonRecord.of(Map.of("v", 2L)));
        view.put("s/b", JsonRecord.of(Map.of("v", 3L)));
        engine.start();
        Await.until(() -> ready(table));
        for (String path : List.of("a", "b")) {
            Map<String, Object> read = EngineDriver.data(call(table, Operation.READ, "data/" + path, Map.of()));
            assertEquals(Map.of("v", path.equals("a") ? 1L : 3L), read.get("data"));
            assertEquals(1L, ((Map<?, ?>) read.get("metadata")).get("version"));
        }
        assertEquals(List.of(), view.list(Upgrade.FORMER, "", 1));
    }

    @Test
    void thereIsNoWayBack() {
        SecretsEngine engine = open("2", view);
        call(table(engine), Operation.UPDATE, "data/a", Map.of("data", Map.of("v", 1L)));
        assertInstanceOf(
                Fault.BadRequest.class,
                assertThrows(FaultException.class, () -> open("1", view)).fault());
    }

    private static SecretsEngine open(String version, View view) {
        return new KvFactory()
                .open(new SecretsEngine.Context(
                        "id",
                        Map.of("version", version),
                        () -> new Ttls(Duration.ofHours(1), Duration.ofHours(1)),
                        view,
                        null,
                        null,
                        new SecureRandom(),
                        () -> Instant.EPOCH));
    }

    private static EndpointTable table(SecretsEngine engine) {
        return new EndpointTable(engine.endpoints());
    }

    private static Response call(EndpointTable table, Operation operation, String path, Map<String, Object> data) {
        var request = Requests.of(operation, path, data, Optional.empty());
        return table.find(request.path(), request.operation()).orElseThrow().dispatch(request, Caller.anonymous());
    }

    /** A disk that is full until told otherwise. */
    private static final class StuckView implements View {
        private final View view;
        private volatile boolean full = true;

        StuckView(View view) {
            this.view = view;
        }

        @Override
        public Optional<byte[]> get(String key) {
            return view.get(key);
        }

        @Override
        public List<String> list(String prefix, String after, int limit) {
            return view.list(prefix, after, limit);
        }

        @Override
        public <T> T transact(java.util.function.Function<Editor, T> work) {
            if (full) {
                throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "no space, says the test").asException();
            }
            return view.transact(work);
        }

        @Override
        public View below(String prefix) {
            throw new UnsupportedOperationException();
        }
    }
}
