package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.crl.CrlDraft.Entries;
import io.casemate.engine.pki.crl.CrlDraft.Frame;
import io.casemate.engine.pki.crl.CrlExtensions.Places;
import io.casemate.engine.pki.crl.RevocationSigner.Voice;
import io.casemate.engine.pki.store.CrlLedger;
import io.casemate.engine.pki.store.CrlRolls;
import io.casemate.engine.pki.store.CrlRolls.Kind;
import io.casemate.engine.pki.store.CrlScope;
import io.casemate.engine.pki.store.CrlShards;
import io.casemate.engine.pki.store.CrlShards.Shards;
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
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The CRLs of each issuer, complete and delta, made when somebody reads one and it is time, or something changed: any number of
 * revocations cost one signature. To make one costs what was revoked since the last, and a pass of the signature's hash over the
 * rolls ({@link CrlRolls}). A large CRL is not made again because of a revocation until ten times its last making's duration has
 * passed, so that revocations and readers together never take more than a tenth of a processor; meanwhile, and while it is made,
 * the last one is served.
 *
 * <p>While the HSM is away or hangs the last CRL is served as long as it is valid, and nobody waits for long ({@link SigningBulkhead}).
 *
 * <p>Where certificates name shards, each shard is a list of its own, made of rolls of its own: a revocation makes the complete CRL
 * and one shard anew, and the others stay as they are.
 */
public final class Crls {
    private static final System.Logger LOG = System.getLogger("casemate.engine");
    private static final int LARGE = 5000;
    private static final String USAGE = "crl-signing";
    private static final Places NOWHERE = new Places(List.of(), List.of());

    private final RevocationSigner signer;
    private final Issuers issuers;
    private final CrlRolls rolls;
    private final Journal journal;
    private final Supplier<CrlSettings> settings;
    private final Where where;
    private final InstantSource clock;
    private final Map<String, Publisher> publishers = new ConcurrentHashMap<>();

    /**
     * Where things are.
     *
     * @param deltas where the delta CRL of an issuer is
     */
    public record Where(CrlShards shards, Function<Issuer, List<String>> deltas) {}

    /** CRLs of what lies on {@code rolls}. */
    public Crls(
            RevocationSigner signer,
            Issuers issuers,
            CrlRolls rolls,
            Journal journal,
            Supplier<CrlSettings> settings,
            Where where,
            InstantSource clock) {
        this.where = where;
        this.signer = signer;
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
        return current(issuer, CrlPart.whole(CrlScope.of(issuer, issuers)), kind);
    }

    /**
     * The CRL of a shard, in the same way.
     *
     * @throws FaultException {@code NotFound} when certificates of this issuer name no such shard
     */
    public Optional<Crl> shard(Issuer issuer, int number) {
        CrlScope scope = CrlScope.of(issuer, issuers);
        Shards shards = where.shards().of(scope.id());
        if (number < 0 || number >= shards.count()) {
            throw Fault.notFound("the CRL of this issuer has " + shards.count() + " shards, counted from 0");
        }
        return current(issuer, CrlPart.shard(scope, shards, number), Kind.COMPLETE);
    }

    private Optional<Crl> current(Issuer issuer, CrlPart part, Kind kind) {
        CrlSettings wanted = settings.get();
        if (wanted.disabled() || (kind == Kind.DELTA && !wanted.delta())) {
            return Optional.empty();
        }
        journal.sweep();
        Publisher publisher = publisher(part);
        Optional<CrlState> state = rolls.state(part.id(), kind);
        if (state.isPresent()
                && (fresh(part, kind, state.get(), wanted) || (publisher.making.busy() && good(state.get(), wanted)))) {
            return Optional.of(publisher.crl(part.id(), kind, state.get(), rolls));
        }
        try {
            make(issuer, part, kind, wanted, false);
        } catch (FaultException away) {
            boolean waited = away.fault() instanceof Fault.Unavailable;
            boolean passing =
                    waited || away.fault() instanceof Fault.HsmFailed || away.fault() instanceof Fault.StorageFailed;
            if (!passing || state.isEmpty() || over(state.get())) {
                throw away;
            }
            LOG.log(
                    waited ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                    "CRL not made, the last one is served: " + away.getMessage());
        }
        return rolls.state(part.id(), kind).map(made -> publisher.crl(part.id(), kind, made, rolls));
    }

    /**
     * Makes a new CRL now, and those shards that do not have every revocation; the others would say the same.
     *
     * @throws FaultException {@code BadRequest} when such CRLs are not made, {@code Unavailable} while another is being made for long
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
        CrlScope scope = CrlScope.of(issuer, issuers);
        make(issuer, CrlPart.whole(scope), kind, wanted, true);
        Shards shards = kind == Kind.COMPLETE ? where.shards().of(scope.id()) : Shards.NONE;
        for (int number = 0; number < shards.count(); number++) {
            CrlPart part = CrlPart.shard(scope, shards, number);
            long entries = rolls.ledger(part.id()).entries();
            if (rolls.state(part.id(), kind)
                    .filter(state -> state.covers() != entries)
                    .isPresent()) {
                make(issuer, part, kind, wanted, true);
            }
        }
    }

    /** One thread at a time for a scope, whichever of its CRLs is being made. */
    private void fold(CrlScope scope) {
        ReentrantLock folding = publisher(CrlPart.whole(scope)).folding;
        folding.lock();
        try {
            rolls.fold(scope, CrlEntry::der);
        } finally {
            folding.unlock();
        }
    }

    private Publisher publisher(CrlPart part) {
        return publishers.computeIfAbsent(part.id(), id -> new Publisher());
    }

    private boolean fresh(CrlPart part, Kind kind, CrlState state, CrlSettings wanted) {
        Instant now = clock.instant();
        if (kind == Kind.DELTA) {
            return now.isBefore(state.thisUpdate().plus(wanted.deltaInterval()))
                    && rolls.state(part.id(), Kind.COMPLETE)
                            .filter(base -> base.number() == state.base() && fresh(part, Kind.COMPLETE, base, wanted))
                            .isPresent();
        }
        if (!now.isBefore(state.nextUpdate().minus(wanted.grace())) || !tellsItsPlaces(part, state)) {
            return false;
        }
        return wanted.autoRebuild()
                || (state.count() > LARGE && System.nanoTime() - publisher(part).notBeforeNanos < 0)
                || (!rolls.waiting(part.scope()) && rolls.ledger(part.id()).entries() == state.covers());
    }

    /** A client takes a shard's CRL only when it names the very address that the certificate does. */
    private static boolean tellsItsPlaces(CrlPart part, CrlState state) {
        return part.isWhole() || Der.contains(state.tail(), Der.of(CrlExtensions.point(part.places())));
    }

    /** Good enough for whoever would have to wait for a new one that somebody else is making. */
    private boolean good(CrlState state, CrlSettings wanted) {
        return !over(state) && (wanted.autoRebuild() || state.count() > LARGE);
    }

    private boolean over(CrlState state) {
        return !clock.instant().isBefore(state.nextUpdate());
    }

    private void make(Issuer issuer, CrlPart part, Kind kind, CrlSettings wanted, boolean always) {
        publisher(part).making.pass(() -> {
            makeAlone(issuer, part, kind, wanted, always);
            return null;
        });
    }

    private void makeAlone(Issuer issuer, CrlPart part, Kind kind, CrlSettings wanted, boolean always) {
        Publisher publisher = publisher(part);
        if (!part.isWhole()) {
            // What waits may belong to other shards: then this one is as it was.
            fold(part.scope());
        }
        Optional<CrlState> base = rolls.state(part.id(), Kind.COMPLETE);
        boolean baseFresh = base.isPresent() && fresh(part, Kind.COMPLETE, base.get(), wanted);
        if (!baseFresh || (always && kind == Kind.COMPLETE)) {
            long start = System.nanoTime();
            complete(issuer, part, base, wanted);
            long end = System.nanoTime();
            publisher.notBeforeNanos = end + 10 * (end - start);
        } else if (kind == Kind.DELTA
                && (always
                        || !rolls.state(part.id(), kind)
                                .filter(state -> fresh(part, kind, state, wanted))
                                .isPresent())) {
            delta(issuer, part, base.get(), wanted);
        }
    }

    /** A complete CRL, and with it, where deltas are made, the empty one that adds nothing to it. */
    private void complete(Issuer issuer, CrlPart part, Optional<CrlState> old, CrlSettings wanted) {
        Speaker speaker = speaker(issuer, part);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        rolls.sweep(part.id(), now);
        fold(part.scope());
        CrlLedger ledger = rolls.ledger(part.id());
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
        Plan plan = new Plan(ledger.number() + 1, 0, now, now.plus(wanted.life()), ledger.entries(), NOWHERE);
        Map<Kind, CrlState> states = new EnumMap<>(Kind.class);
        Places places = new Places(
                part.places(), wanted.delta() && part.isWhole() ? where.deltas().apply(speaker.issuer()) : List.of());
        states.put(Kind.COMPLETE, signed(speaker, plan.at(places), spans, count));
        if (wanted.delta() && part.isWhole()) {
            states.put(Kind.DELTA, signed(speaker, plan.delta(plan.number(), wanted), List.of(), 0));
        }
        rolls.publish(part.id(), plan.number(), states, over, now);
    }

    /** What is on the rolls beyond the complete CRL. */
    private void delta(Issuer issuer, CrlPart part, CrlState base, CrlSettings wanted) {
        Speaker speaker = speaker(issuer, part);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        fold(part.scope());
        CrlLedger ledger = rolls.ledger(part.id());
        Map<Integer, Long> listed = new HashMap<>();
        base.spans().forEach(span -> listed.put(span.day(), span.to()));
        List<Span> spans = ledger.days().entrySet().stream()
                .map(each -> new Span(
                        each.getKey(),
                        listed.getOrDefault(each.getKey(), 0L),
                        each.getValue().bytes()))
                .filter(span -> span.to() > span.from())
                .toList();
        Plan plan = new Plan(ledger.number() + 1, 0, now, base.nextUpdate(), ledger.entries(), NOWHERE)
                .delta(base.number(), wanted);
        CrlState state = signed(speaker, plan, spans, ledger.entries() - base.covers());
        rolls.publish(part.id(), plan.number(), Map.of(Kind.DELTA, state), List.of(), now);
    }

    private CrlState signed(Speaker speaker, Plan plan, List<Span> spans, long count) {
        CrlDraft draft = new CrlDraft(
                speaker.issuer().certificate().getSubject(),
                plan.thisUpdate(),
                plan.nextUpdate(),
                CrlExtensions.of(speaker.issuer(), plan.number(), plan.base(), plan.places()));
        Entries entries = new Entries(
                CrlState.length(spans), use -> rolls.read(speaker.part().id(), spans, use));
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

    /** The issuer that was named, or, when it may not, a twin: to whoever reads the CRL they are one. */
    private Speaker speaker(Issuer named, CrlPart part) {
        Stream<Issuer> twins = part.scope().owners().stream().flatMap(id -> issuers.byId(id.toString()).stream());
        Issuer able = Stream.concat(Stream.of(named), twins)
                .filter(each -> RevocationSigner.may(each, USAGE))
                .findFirst()
                .orElse(named);
        return new Speaker(able, part, signer.of(able, USAGE));
    }

    private record Speaker(Issuer issuer, CrlPart part, Voice voice) {}

    private record Plan(long number, long base, Instant thisUpdate, Instant nextUpdate, long covers, Places places) {
        Plan at(Places all) {
            return new Plan(number, base, thisUpdate, nextUpdate, covers, all);
        }

        /** A delta is good for two intervals: one to be fetched in, and one for whoever fetched it at the first's end. */
        Plan delta(long complete, CrlSettings wanted) {
            Instant end = thisUpdate.plus(wanted.deltaInterval().multipliedBy(2));
            return new Plan(number, complete, thisUpdate, end.isBefore(nextUpdate) ? end : nextUpdate, covers, NOWHERE);
        }
    }

    /** One issuer's maker and its last results. */
    private static final class Publisher {
        private final SigningBulkhead making = new SigningBulkhead(1);
        private final ReentrantLock folding = new ReentrantLock();
        private final Map<Kind, Crl> made = new ConcurrentHashMap<>();
        private volatile long notBeforeNanos = System.nanoTime();

        Crl crl(String id, Kind kind, CrlState state, CrlRolls rolls) {
            Crl known = made.get(kind);
            if (known != null && known.number() == state.number()) {
                return known;
            }
            Crl fresh = new Crl(id, state, rolls);
            made.put(kind, fresh);
            return fresh;
        }
    }
}
