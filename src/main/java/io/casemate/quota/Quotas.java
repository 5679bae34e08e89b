package io.casemate.quota;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.quota.Limit.Leases;
import io.casemate.quota.Limit.Rate;
import io.casemate.quota.RateLimiter.Taken;
import io.casemate.quota.Rules.Rule;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Quotas that operators set: how often one client may ask, and how many leases there may be. Kept behind the barrier, all of them in
 * memory while it is open. Asking takes no lock and, without quotas, nothing but one look.
 */
public final class Quotas {
    private static final String CONFIG = "config";
    private static final List<String> TYPES = List.of(Rate.TYPE, Leases.TYPE);

    private final View storage;
    private final Census census;
    private final InstantSource clock;
    private final ReentrantLock changes = new ReentrantLock();
    private volatile State state = State.NONE;

    /** Counts leases for the quotas on their number. */
    @FunctionalInterface
    public interface Census {
        /** How many leases there are in a scope; may stop at {@code most}. */
        long count(Scope scope, long most);
    }

    /** On a part of the barrier that nothing else writes to. */
    public Quotas(View storage, Census census, InstantSource clock) {
        this.storage = storage;
        this.census = census;
        this.clock = clock;
    }

    private record State(QuotaConfig config, Rules<RateLimiter> rates, Rules<LeaseCapacity> capacities) {
        static final State NONE = new State(QuotaConfig.DEFAULT, new Rules<>(List.of()), new Rules<>(List.of()));
    }

    /** Who asks what, as far as quotas are concerned. */
    public record Asking(String path, String mount, String below, Supplier<Optional<String>> role) {}

    /** Holds room for a lease that is being made; given back when it is closed without having been used. */
    public static final class Reservation implements AutoCloseable {
        /** Where there is no quota. */
        public static final Reservation NONE = new Reservation(Optional.empty());

        private final Optional<LeaseCapacity> of;
        private boolean used;

        private Reservation(Optional<LeaseCapacity> of) {
            this.of = of;
        }

        /** The lease is made. */
        public void used() {
            used = true;
        }

        @Override
        public void close() {
            of.ifPresent(capacity -> capacity.settle(used));
        }
    }

    /** Reads them all: there are few. Called when the barrier has opened. */
    public void open() {
        changes.lock();
        try {
            QuotaConfig config = storage.get(CONFIG).map(QuotaCodec::config).orElse(QuotaConfig.DEFAULT);
            List<Quota> all = new ArrayList<>();
            for (String type : TYPES) {
                for (String key : storage.list(type + "/", "", Integer.MAX_VALUE)) {
                    String name = key.substring(type.length() + 1);
                    storage.get(key).ifPresent(stored -> all.add(QuotaCodec.decode(type, name, stored)));
                }
            }
            state = with(config, all, State.NONE);
        } finally {
            changes.unlock();
        }
    }

    /** Forgets them all: on seal. */
    public void close() {
        state = State.NONE;
    }

    /** Whether a request counts anywhere at all. */
    public boolean limitsRates() {
        return !state.rates().none();
    }

    /** Whether leases are counted anywhere at all. */
    public boolean limitsLeases() {
        return !state.capacities().none();
    }

    /**
     * Counts a request.
     *
     * @param client whose requests are counted together
     * @return headers that tell of the limit, where the operator wants that
     * @throws FaultException {@code QuotaExceeded}
     */
    public Map<String, String> count(String client, Asking asking) {
        State now = state;
        if (now.rates().none() || now.config().exempts(asking.path())) {
            return Map.of();
        }
        Optional<Rule<RateLimiter>> rule = now.rates().find(asking.mount(), asking.below(), asking.role());
        if (rule.isEmpty()) {
            return Map.of();
        }
        Taken taken = rule.get().counter().take(client, clock.instant());
        Map<String, String> headers = now.config().headers() ? headers(taken) : Map.of();
        if (!taken.allowed()) {
            throw exceeded(asking, "rate limit quota exceeded", taken.reset(), headers);
        }
        return headers;
    }

    /**
     * Keeps room for one more lease.
     *
     * @throws FaultException {@code QuotaExceeded}
     */
    public Reservation reserve(Asking asking) {
        Optional<LeaseCapacity> capacity = state.capacities()
                .find(asking.mount(), asking.below(), asking.role())
                .map(Rule::counter);
        if (capacity.isEmpty()) {
            return Reservation.NONE;
        }
        if (!capacity.get().take()) {
            throw exceeded(asking, "lease count quota exceeded", Duration.ofSeconds(1), Map.of());
        }
        return new Reservation(capacity);
    }

    /** What holds for all rate limits. */
    public QuotaConfig config() {
        return state.config();
    }

    /** Sets what holds for all rate limits. */
    public void configure(QuotaConfig config) {
        changes.lock();
        try {
            storage.put(CONFIG, QuotaCodec.encode(config));
            state = new State(config, state.rates(), state.capacities());
        } finally {
            changes.unlock();
        }
    }

    /** All of a kind, by name. */
    public List<Quota> all(String type) {
        return quotas(state).stream()
                .filter(quota -> quota.limit().type().equals(type))
                .toList();
    }

    /** How many leases there are in a scope. */
    public long leases(Scope scope) {
        return census.count(scope, Long.MAX_VALUE);
    }

    /**
     * Sets a quota, in force when this returns.
     *
     * @throws FaultException {@code BadRequest} when another one is about the same
     */
    public void write(Quota quota) {
        change(all -> {
            all.stream()
                    .filter(other -> same(other, quota))
                    .filter(other -> !other.name().equals(quota.name()))
                    .findFirst()
                    .ifPresent(other -> {
                        throw Fault.badRequest(
                                "quota rule with similar properties exists under the name \"" + other.name() + "\"");
                    });
            storage.put(key(quota), QuotaCodec.encode(quota));
            all.removeIf(other -> key(other).equals(key(quota)));
            all.add(quota);
        });
    }

    /** Takes a quota away; nothing happens when there is none. */
    public void delete(String type, String name) {
        change(all -> {
            storage.delete(type + "/" + name);
            all.removeIf(quota -> key(quota).equals(type + "/" + name));
        });
    }

    /** Takes away the quotas of a mount that leaves. */
    public void endMount(String mount) {
        List<Quota> gone = quotas(state).stream()
                .filter(quota -> quota.scope().mount().equals(mount))
                .toList();
        gone.forEach(quota -> delete(quota.limit().type(), quota.name()));
    }

    private void change(Consumer<List<Quota>> work) {
        changes.lock();
        try {
            List<Quota> all = new ArrayList<>(quotas(state));
            work.accept(all);
            state = with(state.config(), all, state);
        } finally {
            changes.unlock();
        }
    }

    /** What has not changed goes on counting where it was. */
    private State with(QuotaConfig config, List<Quota> all, State before) {
        Map<Quota, RateLimiter> limiters = new HashMap<>();
        before.rates().all().forEach(rule -> limiters.put(rule.quota(), rule.counter()));
        Map<Quota, LeaseCapacity> known = new HashMap<>();
        before.capacities().all().forEach(rule -> known.put(rule.quota(), rule.counter()));
        List<Rule<RateLimiter>> rates = new ArrayList<>();
        List<Rule<LeaseCapacity>> capacities = new ArrayList<>();
        for (Quota quota : all) {
            switch (quota.limit()) {
                case Rate rate ->
                    rates.add(new Rule<>(quota, limiters.computeIfAbsent(quota, _ -> new RateLimiter(rate))));
                case Leases(long max) ->
                    capacities.add(new Rule<>(quota, known.computeIfAbsent(quota, _ -> capacity(quota, max))));
            }
        }
        return new State(config, new Rules<>(rates), new Rules<>(capacities));
    }

    private LeaseCapacity capacity(Quota quota, long max) {
        return new LeaseCapacity(max, most -> census.count(quota.scope(), most), clock);
    }

    private static List<Quota> quotas(State state) {
        List<Quota> all = new ArrayList<>();
        state.rates().all().forEach(rule -> all.add(rule.quota()));
        state.capacities().all().forEach(rule -> all.add(rule.quota()));
        all.sort(Comparator.comparing(Quota::name));
        return all;
    }

    private static boolean same(Quota a, Quota b) {
        return a.limit().type().equals(b.limit().type()) && a.scope().same(b.scope());
    }

    private static String key(Quota quota) {
        return quota.limit().type() + "/" + quota.name();
    }

    private static FaultException exceeded(Asking asking, String why, Duration wait, Map<String, String> headers) {
        return new Fault.QuotaExceeded("request path \"" + asking.path() + "\": " + why, wait, headers).asException();
    }

    private static Map<String, String> headers(Taken taken) {
        return Map.of(
                "X-Ratelimit-Limit", Long.toString(taken.limit()),
                "X-Ratelimit-Remaining", Long.toString(taken.remaining()),
                "X-Ratelimit-Reset", Long.toString(taken.reset().plusMillis(999).toSeconds()));
    }
}
