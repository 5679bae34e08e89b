package io.casemate.lease;

import io.casemate.barrier.MemoryView;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Lease;
import io.casemate.lease.Leases.Origin;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** Leases in memory with a clock that tests turn, and engines that write down what they are asked and fail as told. */
final class LeaseWorld implements LeaseIssuers {
    static final Ttls LIMITS = new Ttls(Duration.ofHours(1), Duration.ofHours(24));

    final MemoryView view = new MemoryView();
    final AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2026-11-22T00:00:00Z"));
    /** How often the engine was told to end each lease, by what it kept. */
    final Map<String, Integer> ended = new ConcurrentHashMap<>();

    volatile Ttls limits = LIMITS;
    volatile boolean mountThere = true;
    volatile Runnable onRenew = () -> {};
    volatile Runnable onRevoke = () -> {};
    Leases leases = open();

    /** The store as a new process finds it. */
    Leases open() {
        InstantSource clock = time::get;
        leases = new Leases(view, this, new SecureRandom(), clock);
        return leases;
    }

    void pass(Duration duration) {
        time.updateAndGet(now -> now.plus(duration));
    }

    Lease.Given make(Duration ttl, String token) {
        return make("db/creds/app", ttl, token);
    }

    Lease.Given make(String path, Duration ttl, String token) {
        Lease.Terms terms = new Lease.Terms(ttl, Duration.ZERO, true, Map.of("user", path + "-" + System.nanoTime()));
        return leases.register(
                terms, new Origin(path, path.substring(3), "mount-1", token, Optional.empty()), limits, _ -> true);
    }

    String user(String id) {
        return leases.find(id).orElseThrow().kept().get("user");
    }

    /** The engine cannot reach its system. */
    void broken(boolean is) {
        onRevoke = is
                ? () -> {
                    throw new Fault.UpstreamFailed("db").asException();
                }
                : () -> {};
    }

    /** Keys of {@code folder}, to see that nothing is left behind. */
    List<String> keys(String folder) {
        return view.list(folder, "", Integer.MAX_VALUE);
    }

    @Override
    public boolean there(LeaseEntry lease) {
        return mountThere;
    }

    @Override
    public Lease.Terms renew(LeaseEntry lease, Duration increment) {
        onRenew.run();
        return new Lease.Terms(Duration.ZERO, Duration.ZERO, true, lease.kept());
    }

    @Override
    public void revoke(LeaseEntry lease) {
        onRevoke.run();
        ended.merge(lease.kept().get("user"), 1, Integer::sum);
    }

    @Override
    public Ttls limits(LeaseEntry lease) {
        return limits;
    }
}
