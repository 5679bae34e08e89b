package io.casemate.engine.pki.crl;

import io.casemate.crypto.Signer;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.issue.KeyIds;
import io.casemate.engine.pki.store.CrlShelf;
import io.casemate.engine.pki.store.CrlShelf.State;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Journal;
import io.casemate.engine.pki.store.Keys;
import io.casemate.engine.pki.store.Revocations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The CRL of each issuer, built when somebody reads it and something changed: any number of revocations cost one build.
 * A large CRL is not built again until ten times its last build's duration has passed, so that revocations and readers
 * together never take more than a tenth of a processor.
 *
 * <p>While the HSM is away the last CRL is served as long as it is valid.
 */
public final class Crls {
    private static final System.Logger LOG = System.getLogger("casemate.engine");
    private static final int LARGE = 5000;

    private final Keys keys;
    private final Revocations revocations;
    private final CrlShelf shelf;
    private final Journal journal;
    private final Supplier<CrlSettings> settings;
    private final InstantSource clock;
    private final Map<UUID, Desk> desks = new ConcurrentHashMap<>();

    /** CRLs on {@code shelf}, signed with {@code keys}. */
    public Crls(
            Keys keys,
            Revocations revocations,
            CrlShelf shelf,
            Journal journal,
            Supplier<CrlSettings> settings,
            InstantSource clock) {
        this.keys = keys;
        this.revocations = revocations;
        this.shelf = shelf;
        this.journal = journal;
        this.settings = settings;
        this.clock = clock;
    }

    /** The CRL in DER, with every revocation that is acknowledged (large ones: see above). */
    public byte[] current(Issuer issuer) {
        journal.sweep();
        Desk desk = desks.computeIfAbsent(issuer.id(), id -> new Desk());
        Optional<State> state = shelf.state(issuer.id());
        if (state.isPresent() && fresh(issuer, state.get(), desk)) {
            return read(issuer, state.get(), desk);
        }
        try {
            return build(issuer, desk, false);
        } catch (FaultException away) {
            boolean passing = away.fault() instanceof Fault.HsmFailed || away.fault() instanceof Fault.StorageFailed;
            if (!passing
                    || state.isEmpty()
                    || !clock.instant().isBefore(state.get().nextUpdate())) {
                throw away;
            }
            LOG.log(System.Logger.Level.WARNING, "CRL not rebuilt, the last one is served: " + away.getMessage());
            return read(issuer, state.get(), desk);
        }
    }

    /** Builds a new CRL now. */
    public void rotate(Issuer issuer) {
        journal.sweep();
        build(issuer, desks.computeIfAbsent(issuer.id(), id -> new Desk()), true);
    }

    private boolean fresh(Issuer issuer, State state, Desk desk) {
        Instant now = clock.instant();
        if (!now.isBefore(state.nextUpdate().minus(settings.get().grace()))) {
            return false;
        }
        return revocations.staleness(issuer.id()).isEmpty()
                || (state.entries() > LARGE && System.nanoTime() - desk.notBeforeNanos < 0);
    }

    private byte[] read(Issuer issuer, State state, Desk desk) {
        Published known = desk.published;
        if (known != null && known.number == state.number()) {
            return known.der;
        }
        byte[] der = shelf.read(issuer.id(), state).orElseGet(() -> current(issuer));
        desk.published = new Published(state.number(), der);
        return der;
    }

    private byte[] build(Issuer issuer, Desk desk, boolean always) {
        desk.lock.lock();
        try {
            Optional<State> old = shelf.state(issuer.id());
            if (!always && old.isPresent() && fresh(issuer, old.get(), desk)) {
                return read(issuer, old.get(), desk);
            }
            long start = System.nanoTime();
            byte[] der = write(issuer, old, desk);
            long end = System.nanoTime();
            desk.notBeforeNanos = end + 10 * (end - start);
            return der;
        } finally {
            desk.lock.unlock();
        }
    }

    private byte[] write(Issuer issuer, Optional<State> old, Desk desk) {
        Optional<String> mark = revocations.staleness(issuer.id());
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Instant next = now.plus(settings.get().expiry());
        CrlBuilder builder = new CrlBuilder();
        // An expired certificate stays on the list until one CRL after its end has shown it (RFC 5280 3.3).
        Instant since = old.map(State::thisUpdate).orElse(Instant.EPOCH);
        revocations.each(issuer.id(), (serial, revocation) -> {
            if (!revocation.notAfter().isBefore(since)) {
                builder.add(serial, revocation);
            }
        });
        long number = old.map(State::number).orElse(0L) + 1;
        byte[] der = sign(issuer, builder, number, now, next);
        State state = new State(number, now, next, CrlShelf.pieces(der.length), builder.count());
        shelf.publish(
                issuer.id(),
                der,
                state,
                old,
                editor -> mark.ifPresent(seen -> Revocations.settled(editor, issuer.id(), seen)));
        desk.published = new Published(number, der);
        return der;
    }

    private byte[] sign(Issuer issuer, CrlBuilder builder, long number, Instant now, Instant next) {
        if (issuer.keyId().isEmpty() || !issuer.usages().contains("crl-signing")) {
            throw Fault.badRequest("issuer " + issuer.id() + " has no key here, or may not sign CRLs");
        }
        Signer signer = keys.signer(keys.find(issuer.keyId()));
        SignatureScheme scheme = SignatureScheme.of(signer.kind(), 0);
        byte[] keyId = KeyIds.ofCertificate(issuer.certificate());
        byte[] toBeSigned = builder.toBeSigned(
                new CrlBuilder.Head(issuer.certificate().getSubject(), keyId, number, now, next), scheme);
        return CrlBuilder.signed(toBeSigned, scheme, signer.sign(scheme.jca(), toBeSigned));
    }

    /** One issuer's builder and its last result. */
    private static final class Desk {
        private final ReentrantLock lock = new ReentrantLock();
        private volatile Published published;
        private volatile long notBeforeNanos = System.nanoTime();
    }

    private record Published(long number, byte[] der) {}
}
