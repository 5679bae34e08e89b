package io.casemate.bootstrap;

import io.casemate.config.ServerConfig;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/** A server as wired, without its listener, asked from within by many at once. The root token comes in TOKEN. */
final class Filling implements AutoCloseable {
    private static final int AT_ONCE = 256;
    private final Wiring wiring;
    private final Service door;
    private final String token = System.getenv("TOKEN");

    private Filling(Wiring wiring) {
        this.wiring = wiring;
        this.door = wiring.door();
    }

    /** The server of a configuration, unsealed by its HSM. */
    static Filling of(Path configuration) throws Exception {
        Filling filling = new Filling(Wiring.of(ServerConfig.load(configuration, System.getenv())));
        filling.wiring.start();
        filling.awaitOpen();
        return filling;
    }

    Wiring wiring() {
        return wiring;
    }

    /** Does it so often, and says how long it took. */
    void many(String what, int count, IntConsumer one) throws InterruptedException {
        long begun = System.nanoTime();
        Semaphore free = new Semaphore(AT_ONCE);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                int which = i;
                free.acquire();
                threads.execute(() -> {
                    try {
                        one.accept(which);
                    } finally {
                        free.release();
                    }
                });
            }
        }
        System.err.printf("%,d %s in %d s%n", count, what, (System.nanoTime() - begun) / 1_000_000_000);
    }

    /** One update. */
    Response ask(String path, Map<String, Object> data) {
        return door.handle(new Request(
                UUID.randomUUID().toString(),
                Request.ROOT_NAMESPACE,
                Operation.UPDATE,
                new ApiPath(path),
                data,
                Optional.of(SecretBytes.ofText(token)),
                Optional.empty(),
                new Request.Peer("127.0.0.1", 1, List.of(), Map.of())));
    }

    private void awaitOpen() throws InterruptedException {
        while (true) {
            try {
                ask("sys/capabilities-self", Map.of("path", "kv"));
                return;
            } catch (FaultException e) {
                if (!(e.fault() instanceof Fault.Sealed)) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    @Override
    public void close() {
        wiring.close();
    }
}
