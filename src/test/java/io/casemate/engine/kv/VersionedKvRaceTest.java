package io.casemate.engine.kv;

import static io.casemate.engine.EngineDriver.data;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.engine.EngineDriver;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class VersionedKvRaceTest {
    private static final int WRITERS = 16;

    private final EngineDriver kv = new EngineDriver(new KvFactory(), Map.of("version", "2"));

    @Test
    void of_writers_with_the_same_cas_exactly_one_wins() throws ExecutionException, InterruptedException {
        for (int round = 0; round < 50; round++) {
            long cas = round;
            List<Boolean> won = together(writer -> {
                try {
                    write(Map.of("by", writer), cas);
                    return true;
                } catch (FaultException e) {
                    return false;
                }
            });
            assertEquals(1, won.stream().filter(each -> each).count());
        }
        assertEquals(50L, metadata().get("current_version"));
    }

    @Test
    void no_patch_is_lost() throws ExecutionException, InterruptedException {
        write(Map.of(), 0);
        together(writer -> kv.call(Operation.PATCH, "data/a", Map.of("data", Map.of("from-" + writer, Map.of("n", (long)
                writer)))));
        assertEquals(WRITERS, ((Map<?, ?>) data(read()).get("data")).size());
        assertEquals(WRITERS + 1L, metadata().get("current_version"));
    }

    /** Readers without locks, while every write prunes the version before: never torn, never a false 404. */
    @Test
    void readers_always_see_one_version_whole() throws ExecutionException, InterruptedException {
        kv.call(Operation.UPDATE, "metadata/a", Map.of("max_versions", 1L));
        write(Map.of("n", 1L), 0);
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> reader = threads.submit(() -> {
                int reads = 0;
                for (; !done.get(); reads++) {
                    Map<String, Object> seen = data(read());
                    assertEquals(
                            ((Map<?, ?>) seen.get("data")).get("n"), ((Map<?, ?>) seen.get("metadata")).get("version"));
                }
                return reads;
            });
            for (long n = 2; n < 3000; n++) {
                write(Map.of("n", n), n - 1);
            }
            done.set(true);
            assertEquals(true, reader.get() > 0);
        }
    }

    private <T> List<T> together(Work<T> work) throws ExecutionException, InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<T>> tasks = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                tasks.add(() -> work.by(writer));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> each : threads.invokeAll(tasks)) {
                results.add(each.get());
            }
            return results;
        }
    }

    private Response write(Map<String, Object> data, long cas) {
        return kv.call(Operation.UPDATE, "data/a", Map.of("data", data, "options", Map.of("cas", cas)));
    }

    private Response read() {
        return kv.call(Operation.READ, "data/a");
    }

    private Map<String, Object> metadata() {
        return data(kv.call(Operation.READ, "metadata/a"));
    }

    private interface Work<T> {
        T by(int writer);
    }
}
