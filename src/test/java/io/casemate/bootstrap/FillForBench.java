package io.casemate.bootstrap;

import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Lease;
import io.casemate.lease.Leases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Fills a server's store for {@code tests/bench/core}: the server as wired, without its listener, asked from within.
 *
 * <p>Arguments: configuration, secrets, keys of one folder, tokens, leases. The root token comes in TOKEN. Leases are written by
 * the lease room itself, on a mount {@code pki}; everything else by requests.
 */
final class FillForBench {
    private static final int POLICIES = 1000;
    private static final Duration LONG = Duration.ofDays(30);
    private final Filling filling;

    private FillForBench(Filling filling) {
        this.filling = filling;
    }

    /** Fills, and says how long each part took. */
    public static void main(String... args) throws Exception {
        try (Filling filling = Filling.of(Path.of(args[0]))) {
            FillForBench fill = new FillForBench(filling);
            fill.all(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
            fill.leases(Integer.parseInt(args[4]));
        }
    }

    private void all(int secrets, int wide, int tokens) throws InterruptedException {
        Map<String, Object> secret = Map.of("data", Map.of("password", "correct horse battery staple"));
        filling.many(
                "secrets",
                secrets,
                i -> filling.ask(String.format(Locale.ROOT, "kv/data/many/%03d/%06d", i % 1000, i), secret));
        filling.many(
                "keys of one folder",
                wide,
                i -> filling.ask(String.format(Locale.ROOT, "kv/data/wide/%06d", i), secret));
        filling.many("policies", POLICIES, i -> filling.ask("sys/policies/acl/p" + i, Map.of("policy", policy(i))));
        filling.many(
                "tokens",
                tokens,
                i -> filling.ask("auth/token/create", Map.of("policies", List.of("p" + i % 7), "ttl", "700h")));
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
        Leases book = filling.wiring().leases().leases();
        String mount = filling.wiring().mounts().existing("pki/").entry().uuid();
        Leases.Origin origin = new Leases.Origin("pki/issue/leased", "issue/leased", mount, "", Optional.empty());
        Lease.Terms terms = new Lease.Terms(LONG, Duration.ZERO, false, Map.of("serial", "00:00"));
        filling.many("leases", count, _ -> book.register(terms, origin, new Ttls(LONG, LONG), _ -> true));
    }
}
