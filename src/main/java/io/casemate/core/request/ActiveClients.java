package io.casemate.core.request;

import io.casemate.core.Lifecycle;
import io.casemate.core.request.ClientLedger.Terms;
import io.casemate.crypto.Sha256;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Repeated;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Notes who uses the server, month by month in UTC, when an operator wants that. A client is an entity, or all tokens without
 * one that hold the same policies; root tokens and those of wrapped answers are nobody.
 *
 * <p>A request that is allowed pays one look in a set. What is new there is written once a minute, so that a crash or a seal
 * forgets whoever came for the first time in the last minute and never again.
 */
public final class ActiveClients implements Lifecycle.Stage {
    /** Clients that are known in memory. */
    static final int MOST = 1 << 16;

    private static final System.Logger LOG = System.getLogger("casemate.core");
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int BATCH = 256;
    private static final Set<String> WRAPPING = Set.of("response-wrapping");

    private final ClientLedger ledger;
    private final InstantSource clock;
    private volatile Optional<Seen> seen = Optional.empty();
    private final Repeated flushes = new Repeated("casemate-clients", this::flushed);

    /** Writes to {@code ledger}. */
    public ActiveClients(ClientLedger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    /** Who was met in a month, and what of that is not written yet. */
    private record Seen(YearMonth month, Set<Object> known, Queue<String> fresh) {
        static Optional<Seen> in(YearMonth month) {
            return Optional.of(new Seen(month, ConcurrentHashMap.newKeySet(), new ConcurrentLinkedQueue<>()));
        }

        void meet(Object client) {
            if (!known.contains(client) && known.size() < MOST && known.add(client)) {
                fresh.add(key(client));
            }
        }
    }

    /** Notes that a request of {@code caller} was allowed. */
    void used(Caller caller) {
        Optional<Seen> now = seen;
        if (now.isEmpty() || caller.kind() == Caller.TokenKind.NONE || caller.root()) {
            return;
        }
        if (!caller.entityId().isEmpty()) {
            now.get().meet(caller.entityId());
        } else if (!caller.policies().equals(WRAPPING)) {
            now.get().meet(caller.policies());
        }
    }

    /** Where clients are written and counted. */
    public ClientLedger ledger() {
        return ledger;
    }

    /** Begins or ceases to note clients, and keeps that. */
    public synchronized void set(Terms terms) {
        flush();
        ledger.set(terms);
        seen = terms.enabled() ? seen.or(() -> Seen.in(month())) : Optional.empty();
    }

    /** Writes what is new, and begins anew with a month or before there is too much to remember. */
    public synchronized void flush() {
        if (seen.isEmpty()) {
            return;
        }
        Seen now = seen.get();
        write(now);
        boolean over = !now.month().equals(month());
        if (over || now.known().size() > MOST / 2) {
            seen = Seen.in(month());
            write(now);
        }
        if (over) {
            ledger.prune(month());
        }
    }

    @Override
    public String name() {
        return "clients";
    }

    @Override
    public synchronized void start() {
        seen = ledger.terms().enabled() ? Seen.in(month()) : Optional.empty();
        flushes.start(pause());
    }

    @Override
    public synchronized void stop() {
        flushes.stop();
        seen = Optional.empty();
    }

    private Duration flushed() {
        tryFlush();
        return pause();
    }

    private void tryFlush() {
        try {
            flush();
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.Sealed)) {
                LOG.log(System.Logger.Level.WARNING, "cannot note who uses the server, will try again", e);
            }
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "noting who uses the server met a bug", bug);
        }
    }

    private void write(Seen from) {
        while (!from.fresh().isEmpty()) {
            List<String> batch = new ArrayList<>();
            while (batch.size() < BATCH && !from.fresh().isEmpty()) {
                batch.add(from.fresh().remove());
            }
            try {
                ledger.note(from.month(), batch);
            } catch (FaultException e) {
                from.fresh().addAll(batch);
                throw e;
            }
        }
    }

    /** No secret: an entity's id, or a hash of the policies, in order. */
    private static String key(Object client) {
        if (!(client instanceof Set<?> policies)) {
            return ClientLedger.ENTITY + client;
        }
        TreeSet<String> sorted = new TreeSet<>();
        policies.forEach(policy -> sorted.add((String) policy));
        byte[] text = String.join("\n", sorted).getBytes(StandardCharsets.UTF_8);
        return ClientLedger.TOKEN + Sha256.hex(text);
    }

    private YearMonth month() {
        return ClientLedger.month(clock.instant());
    }

    /** No longer than the month. */
    private Duration pause() {
        Duration left = Duration.between(clock.instant(), ClientLedger.begin(month().plusMonths(1)));
        return Duration.ofMillis(Math.clamp(left.toMillis(), 1, PAUSE.toMillis()));
    }
}
