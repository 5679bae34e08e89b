package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.crl.CrlDraft.Entries;
import io.casemate.engine.pki.crl.CrlDraft.Frame;
import io.casemate.engine.pki.crl.Statements.Voice;
import io.casemate.engine.pki.store.CrlLedger;
import io.casemate.engine.pki.store.CrlRolls;
import io.casemate.engine.pki.store.CrlRolls.Kind;
import io.casemate.engine.pki.store.CrlScope;
import io.casemate.engine.pki.store.CrlState;
import io.casemate.engine.pki.store.CrlState.Span;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuers;
import io.casemate.engine.pki.store.Journal;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The CRLs of each issuer, complete and delta, made when somebody reads one and it is time, or something changed: any number of
 * revocations cost one signature. To make one costs what was revoked since the last, and a pass of the signature's hash over the
 * rolls ({@link CrlRolls}). A large CRL is not made again because of a revocation until ten times its last making's duration has
 * passed, so that revocations and readers together never take more than a tenth of a processor; meanwhile, and while it is made,
 * the last one is served.
 *
 * <p>While the HSM is away the last CRL is served as long as it is valid.
 */
public final class Crls {
    private static final System.Logger LOG = System.getLogger("casemate.engine");
    private static final int LARGE = 5000;
    private static final String USAGE = "crl-signing";

    private final Statements statements;
    private final Issuers issuers;
    private final CrlRolls rolls;
    private final Journal journal;
    private final Supplier<CrlSettings> settings;
    private final InstantSource clock;
    private final Map<String, Desk> desks = new ConcurrentHashMap<>();

    /** CRLs of what lies on {@code rolls}. */
    public Crls(
            Statements statements,
            Issuers issuers,
            CrlRolls rolls,
            Journal journal,
            Supplier<CrlSettings> settings,
            InstantSource clock) {
        this.statements = statements;
        this.issuers = issuers;
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
        CrlScope scope = CrlScope.of(issuer, issuers);
        Desk desk = desk(scope);
        Optional<CrlState> state = rolls.state(scope.id(), kind);
        if (state.isPresent()
                && (fresh(scope, kind, state.get(), wanted) || (desk.lock.isLocked() && good(state.get(), wanted)))) {
            return Optional.of(desk.crl(scope.id(), kind, state.get(), rolls));
        }
        try {
            make(issuer, scope, kind, wanted, false);
        } catch (FaultException away) {
            boolean passing = away.fault() instanceof Fault.HsmFailed || away.fault() instanceof Fault.StorageFailed;
            if (!passing || state.isEmpty() || over(state.get())) {
                throw away;
            }
            LOG.log(System.Logger.Level.WARNING, "CRL not made, the last one is served: " + away.getMessage());
        }
        return rolls.state(scope.id(), kind).map(made -> desk.crl(scope.id(), kind, made, rolls));
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
        make(issuer, CrlScope.of(issuer, issuers), kind, wanted, true);
    }

    /** Before an issuer is deleted: puts what it revoked where a later issuer of the same name and key finds it. */
    public void keep(Issuer issuer) {
        CrlScope scope = CrlScope.of(issuer, issuers);
        Desk desk = desk(scope);
        desk.lock.lock();
        try {
            rolls.fold(scope, CrlEntry::der);
        } finally {
            desk.lock.unlock();
        }
    }

    private Desk desk(CrlScope scope) {
        return desks.computeIfAbsent(scope.id(), id -> new Desk());
    }

    private boolean fresh(CrlScope scope, Kind kind, CrlState state, CrlSettings wanted) {
        Instant now = clock.instant();
        if (kind == Kind.DELTA) {
            return now.isBefore(state.thisUpdate().plus(wanted.deltaInterval()))
                    && rolls.state(scope.id(), Kind.COMPLETE)
                            .filter(base -> base.number() == state.base() && fresh(scope, Kind.COMPLETE, base, wanted))
                            .isPresent();
        }
        if (!now.isBefore(state.nextUpdate().minus(wanted.grace()))) {
            return false;
        }
        return wanted.autoRebuild()
                || (state.count() > LARGE && System.nanoTime() - desk(scope).notBeforeNanos < 0)
                || (!rolls.waiting(scope) && rolls.ledger(scope.id()).entries() == state.covers());
    }

    /** Good enough for whoever would have to wait for a new one that somebody else is making. */
    private boolean good(CrlState state, CrlSettings wanted) {
        return !over(state) && (wanted.autoRebuild() || state.count() > LARGE);
    }

    private boolean over(CrlState state) {
        return !clock.instant().isBefore(state.nextUpdate());
    }

    private void make(Issuer issuer, CrlScope scope, Kind kind, CrlSettings wanted, boolean always) {
        Desk desk = desk(scope);
        desk.lock.lock();
        try {
            Optional<CrlState> base = rolls.state(scope.id(), Kind.COMPLETE);
            boolean baseFresh = base.isPresent() && fresh(scope, Kind.COMPLETE, base.get(), wanted);
            if (!baseFresh || (always && kind == Kind.COMPLETE)) {
                long start = System.nanoTime();
                complete(issuer, scope, base, wanted);
                long end = System.nanoTime();
                desk.notBeforeNanos = end + 10 * (end - start);
            } else if (kind == Kind.DELTA
                    && (always
                            || !rolls.state(scope.id(), kind)
                                    .filter(state -> fresh(scope, kind, state, wanted))
                                    .isPresent())) {
                delta(issuer, scope, base.get(), wanted);
            }
        } finally {
            desk.lock.unlock();
        }
    }

    /** A complete CRL, and with it, where deltas are made, the empty one that adds nothing to it. */
    private void complete(Issuer issuer, CrlScope scope, Optional<CrlState> old, CrlSettings wanted) {
        Speaker speaker = new Speaker(issuer, scope, statements.of(issuer, USAGE));
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        rolls.sweep(scope.id(), now);
        rolls.fold(scope, CrlEntry::der);
        CrlLedger ledger = rolls.ledger(scope.id());
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
        states.put(Kind.COMPLETE, signed(speaker, plan, spans, count));
        if (wanted.delta()) {
            states.put(Kind.DELTA, signed(speaker, plan.delta(plan.number(), wanted), List.of(), 0));
        }
        rolls.publish(scope.id(), plan.number(), states, over, now);
    }

    /** What is on the rolls beyond the complete CRL. */
    private void delta(Issuer issuer, CrlScope scope, CrlState base, CrlSettings wanted) {
        Speaker speaker = new Speaker(issuer, scope, statements.of(issuer, USAGE));
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        rolls.fold(scope, CrlEntry::der);
        CrlLedger ledger = rolls.ledger(scope.id());
        Map<Integer, Long> listed = new HashMap<>();
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
        CrlState state = signed(speaker, plan, spans, ledger.entries() - base.covers());
        rolls.publish(scope.id(), plan.number(), Map.of(Kind.DELTA, state), List.of(), now);
    }

    private CrlState signed(Speaker speaker, Plan plan, List<Span> spans, long count) {
        CrlDraft draft = new CrlDraft(
                speaker.issuer().certificate().getSubject(),
                plan.thisUpdate(),
                plan.nextUpdate(),
                CrlExtensions.of(speaker.issuer(), plan.number(), plan.base()));
        Entries entries = new Entries(
                CrlState.length(spans), use -> rolls.read(speaker.scope().id(), spans, use));
        Frame frame = draft.signed(speaker.voice(), entries);
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

    private record Speaker(Issuer issuer, CrlScope scope, Voice voice) {}

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

        Crl crl(String scope, Kind kind, CrlState state, CrlRolls rolls) {
            Crl known = made.get(kind);
            if (known != null && known.number() == state.number()) {
                return known;
            }
            Crl fresh = new Crl(scope, state, rolls);
            made.put(kind, fresh);
            return fresh;
        }
    }
}
