package io.casemate.bootstrap;

import io.casemate.config.ServerConfig;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.ApiPath;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Lease;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.Service;
import io.casemate.lease.Leases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.IntConsumer;

/**
 * Fills a server's store for {@code tests/bench/core}: the server as wired, without its listener, asked from within.
 *
 * <p>Arguments: configuration, secrets, keys of one folder, tokens, leases. The root token comes in TOKEN. Leases are written by
 * the lease room itself, on a mount {@code pki}; everything else by requests.
 */
final class FillForBench {
    private static final int AT_ONCE = 256;
    private static final int POLICIES = 1000;
    private static final Duration LONG = Duration.ofDays(30);
    private final Wiring wiring;
    private final Service door;
    private final String token = System.getenv("TOKEN");

    private FillForBench(Wiring wiring) {
        this.wiring = wiring;
        this.door = wiring.door();
    }

    /** Fills, and says how long each part took. */
    public static void main(String... args) throws Exception {
        Wiring wiring = Wiring.of(ServerConfig.load(Path.of(args[0]), System.getenv()));
        try (wiring) {
            wiring.start();
            FillForBench fill = new FillForBench(wiring);
            fill.awaitOpen();
            fill.all(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            fill.leases(Integer.parseInt(args[4]));
        }
    }

    private void all(int secrets, int wide, int tokens) throws InterruptedException {
        Map<String, Object> secret = Map.of("data", Map.of("password", "correct horse battery staple"));
        many("secrets", secrets, i -> ask(String.format(Locale.ROOT, "kv/data/many/%03d/%06d", i % 1000, i), secret));
        many("keys of one folder", wide, i -> ask(String.format(Locale.ROOT, "kv/data/wide/%06d", i), secret));
        many("policies", POLICIES, i -> ask("sys/policies/acl/p" + i, Map.of("policy", policy(i))));
        many("tokens", tokens, i -> ask("auth/token/create", Map.of("policies", List.of("p" + i % 7), "ttl", "700h")));
    }

    private static String policy(int i) {
        StringBuilder text = new StringBuilder();
        for (int rule = 0; rule < 10; rule++) {
            text.append("path \"kv/data/team" + i + "/" + rule
                    + "/*\" { capabilities = [\"read\", \"create\", \"update\"] }\n");
        }
        return text.append("path \"kv/data/app\" { capabilities = [\"read\"] }\n")
                .toString();
    }

    private void leases(int count) throws InterruptedException {
        Leases book = wiring.leases().leases();
        String mount = wiring.mounts().existing("pki/").entry().uuid();
        Leases.Origin origin = new Leases.Origin("pki/issue/leased", "issue/leased", mount, "", Optional.empty());
        Lease.Terms terms = new Lease.Terms(LONG, Duration.ZERO, false, Map.of("serial", "00:00"));
        many("leases", count, _ -> book.register(terms, origin, new Ttls(LONG, LONG)));
    }

    private void many(String what, int count, IntConsumer one) throws InterruptedException {
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

    private void ask(String path, Map<String, Object> data) {
        door.handle(new Request(
                UUID.randomUUID().toString(),
                Request.ROOT_NAMESPACE,
                Operation.UPDATE,
                new ApiPath(path),
                data,
                Optional.of(SecretBytes.ofText(token)),
                Optional.empty(),
                new Request.Peer("127.0.0.1", 1, List.of(), Map.of())));
    }

    /** The HSM unseals it. */
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
}
