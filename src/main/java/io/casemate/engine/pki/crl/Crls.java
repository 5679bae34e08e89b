package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.crl.CrlDraft.Entries;
import io.casemate.engine.pki.crl.CrlDraft.Frame;
import io.casemate.engine.pki.crl.Statements.Voice;
import io.casemate.engine.pki.store.CrlLedger;
import io.casemate.engine.pki.store.CrlRolls;
import io.casemate.engine.pki.store.CrlRolls.Kind;
import io.casemate.engine.pki.store.CrlState;
import io.casemate.engine.pki.store.CrlState.Span;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Journal;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The CRLs of each issuer, complete and delta, made when somebody reads one and it is time, or something changed: any number of
 * revocations cost one signature. To make one costs what was revoked since the last, and a pass of the signature's hash over the
 * rolls ({@link CrlRolls}). A large CRL is not made again because of a revocation until ten times its last making's duration has
 * passed, so that revocations and readers together never take more than a tenth of a processor.
 *
 * <p>While the HSM is away the last CRL is served as long as it is valid.
 */
public final class Crls {
    private static final System.Logger LOG = System.getLogger("casemate.engine");
    private static final int LARGE = 5000;
    private static final String USAGE = "crl-signing";

    private final Statements statements;
    private final CrlRolls rolls;
    private final Journal journal;
    private final Supplier<CrlSettings> settings;
    private final InstantSource clock;
    private final Map<UUID, Desk> desks = new ConcurrentHashMap<>();

    /** CRLs of what lies on {@code rolls}. */
    public Crls(
            Statements statements,
            CrlRolls rolls,
            Journal journal,
            Supplier<CrlSettings> settings,
            InstantSource clock) {
        this.statements = statements;
        this.rolls = rolls;
        this.journal = journal;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * The CRL with every revocation that is acknowledged: at any time without {@code auto_rebuild} (large ones: see above), else
     * with those since the interval that is configured. Empty when such CRLs are not made.
     */
    public Optional<Crl> current(Issuer issuer, Kind kind) {
        CrlSettings wanted = settings.get();
        if (wanted.disabled() || (kind == Kind.DELTA && !wanted.delta())) {
            return Optional.empty();
        }
        journal.sweep();
        Desk desk = desk(issuer);
        Optional<CrlState> state = rolls.state(issuer.id(), kind);
        if (state.isPresent() && fresh(issuer, kind, state.get(), wanted)) {
            return Optional.of(desk.crl(issuer.id(), kind, state.get(), rolls));
        }
        try {
            make(issuer, kind, wanted, false);
        } catch (FaultException away) {
            boolean passing = away.fault() instanceof Fault.HsmFailed || away.fault() instanceof Fault.StorageFailed;
            if (!passing
                    || state.isEmpty()
                    || !clock.instant().isBefore(state.get().nextUpdate())) {
                throw away;
            }
            LOG.log(System.Logger.Level.WARNING, "CRL not made, the last one is served: " + away.getMessage());
        }
        return rolls.state(issuer.id(), kind).map(made -> desk.crl(issuer.id(), kind, made, rolls));
    }

    /**
     * Makes a new CRL now.
     *
     * @throws FaultException {@code BadRequest} when such CRLs are not made
     */
    public void rotate(Issuer issuer, Kind kind) {
        CrlSettings wanted = settings.get();
        if (wanted.disabled()) {
            throw Fault.badRequest("CRLs are disabled (config/crl, field 'disable')");
        }
        if (kind == Kind.DELTA && !wanted.delta()) {
            throw Fault.badRequest("delta CRLs are not enabled (config/crl, field 'enable_delta')");
        }
        journal.sweep();
        make(issuer, kind, wanted, true);
    }

    private Desk desk(Issuer issuer) {
        return desks.computeIfAbsent(issuer.id(), id -> new Desk());
    }

    private boolean fresh(Issuer issuer, Kind kind, CrlState state, CrlSettings wanted) {
        Instant now = clock.instant();
        if (kind == Kind.DELTA) {
            return now.isBefore(state.thisUpdate().plus(wanted.deltaInterval()))
                    && rolls.state(issuer.id(), Kind.COMPLETE)
                            .filter(base -> base.number() == state.base() && fresh(issuer, Kind.COMPLETE, base, wanted))
                            .isPresent();
        }
        if (!now.isBefore(state.nextUpdate().minus(wanted.grace()))) {
            return false;
        }
        return wanted.autoRebuild()
                || (state.count() > LARGE && System.nanoTime() - desk(issuer).notBeforeNanos < 0)
                || (!rolls.waiting(issuer.id()) && rolls.ledger(issuer.id()).entries() == state.covers());
    }

    private void make(Issuer issuer, Kind kind, CrlSettings wanted, boolean always) {
        Desk desk = desk(issuer);
        desk.lock.lock();
        try {
            Optional<CrlState> base = rolls.state(issuer.id(), Kind.COMPLETE);
            boolean baseFresh = base.isPresent() && fresh(issuer, Kind.COMPLETE, base.get(), wanted);
            if (!baseFresh || (always && kind == Kind.COMPLETE)) {
                long start = System.nanoTime();
                complete(issuer, base, wanted);
                long end = System.nanoTime();
                desk.notBeforeNanos = end + 10 * (end - start);
            } else if (kind == Kind.DELTA
                    && (always
                            || !rolls.state(issuer.id(), kind)
                                    .filter(state -> fresh(issuer, kind, state, wanted))
                                    .isPresent())) {
                delta(issuer, base.get(), wanted);
            }
        } finally {
            desk.lock.unlock();
        }
    }

    /** A complete CRL, and with it, where deltas are made, the empty one that adds nothing to it. */
    private void complete(Issuer issuer, Optional<CrlState> old, CrlSettings wanted) {
        Voice voice = statements.of(issuer, USAGE);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        rolls.sweep(issuer.id(), now);
        rolls.fold(issuer.id(), CrlEntry::der);
        CrlLedger ledger = rolls.ledger(issuer.id());
        // An expired certificate stays on the list until one CRL after its end has shown it (RFC 5280 3.3).
        List<Integer> over = ledger.days().keySet().stream()
                .filter(day -> old.filter(last -> CrlLedger.over(day, last.thisUpdate()))
                        .isPresent())
                .toList();
        List<Span> spans = ledger.days().entrySet().stream()
                .filter(each -> !over.contains(each.getKey()))
                .map(each -> new Span(each.getKey(), 0, each.getValue().bytes()))
                .toList();
        long count = spans.stream()
                .mapToLong(span -> ledger.days().get(span.day()).count())
                .sum();
        Plan plan = new Plan(ledger.number() + 1, 0, now, now.plus(wanted.life()), ledger.entries());
        Map<Kind, CrlState> states = new EnumMap<>(Kind.class);
        states.put(Kind.COMPLETE, signed(issuer, voice, plan, spans, count));
        if (wanted.delta()) {
            states.put(Kind.DELTA, signed(issuer, voice, plan.delta(plan.number(), wanted), List.of(), 0));
        }
        rolls.publish(issuer.id(), plan.number(), states, over, now);
    }

    /** What is on the rolls beyond the complete CRL. */
    private void delta(Issuer issuer, CrlState base, CrlSettings wanted) {
        Voice voice = statements.of(issuer, USAGE);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        rolls.fold(issuer.id(), CrlEntry::der);
        CrlLedger ledger = rolls.ledger(issuer.id());
        Map<Integer, Long> listed = new java.util.HashMap<>();
        base.spans().forEach(span -> listed.put(span.day(), span.to()));
        List<Span> spans = ledger.days().entrySet().stream()
                .map(each -> new Span(
                        each.getKey(),
                        listed.getOrDefault(each.getKey(), 0L),
                        each.getValue().bytes()))
                .filter(span -> span.to() > span.from())
                .toList();
        Plan plan =
                new Plan(ledger.number() + 1, 0, now, base.nextUpdate(), ledger.entries()).delta(base.number(), wanted);
        CrlState state = signed(issuer, voice, plan, spans, ledger.entries() - base.covers());
        rolls.publish(issuer.id(), plan.number(), Map.of(Kind.DELTA, state), List.of(), now);
    }

    private CrlState signed(Issuer issuer, Voice voice, Plan plan, List<Span> spans, long count) {
        CrlDraft draft = new CrlDraft(
                issuer.certificate().getSubject(),
                plan.thisUpdate(),
                plan.nextUpdate(),
                CrlExtensions.of(issuer, plan.number(), plan.base()));
        Entries entries = new Entries(CrlState.length(spans), use -> rolls.read(issuer.id(), spans, use));
        Frame frame = draft.signed(voice, entries);
        return new CrlState(
                plan.number(),
                plan.base(),
                plan.thisUpdate(),
                plan.nextUpdate(),
                plan.covers(),
                count,
                frame.head(),
                frame.tail(),
                spans);
    }

    private record Plan(long number, long base, Instant thisUpdate, Instant nextUpdate, long covers) {
        /** A delta is good for two intervals: one to be fetched in, and one for whoever fetched it at the first's end. */
        Plan delta(long complete, CrlSettings wanted) {
            Instant end = thisUpdate.plus(wanted.deltaInterval().multipliedBy(2));
            return new Plan(number, complete, thisUpdate, end.isBefore(nextUpdate) ? end : nextUpdate, covers);
        }
    }

    /** One issuer's maker and its last results. */
    private static final class Desk {
        private final ReentrantLock lock = new ReentrantLock();
        private final Map<Kind, Crl> made = new ConcurrentHashMap<>();
        private volatile long notBeforeNanos = System.nanoTime();

        Crl crl(UUID issuer, Kind kind, CrlState state, CrlRolls rolls) {
            Crl known = made.get(kind);
            if (known != null && known.number() == state.number()) {
                return known;
            }
            Crl fresh = new Crl(issuer, state, rolls);
            made.put(kind, fresh);
            return fresh;
        }
    }
}
