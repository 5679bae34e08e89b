package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.challenge.Question;
import io.casemate.engine.pki.acme.challenge.Result;
import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.AcmeStore.Look;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Challenge;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Looks at challenges in the background: several times, with pauses that grow, on a virtual thread each. What is promised is
 * on disk before; a promise that a stop or a seal interrupted is taken up by the first request after the next start.
 * No account's promises keep those of others waiting ({@link FairScheduler}).
 */
final class ChallengeValidator implements AutoCloseable {
    /** Before each look: half a minute in all, for servers that need time to show what they were told to. */
    static final List<Duration> PAUSES = List.of(
            Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(16));

    private static final System.Logger LOG = System.getLogger("casemate.pki");
    /** Longest time of one look, names and redirects included. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int AT_ONCE = 64;
    private static final int AT_ONCE_EACH = 16;
    private static final int AT_ONCE_AGAIN = 48;
    private static final int MOST = 4096;
    private static final int MOST_EACH = 1024;
    private static final int PAGE = 256;

    private final AcmeStore store;
    private final Supplier<Instant> clock;
    private final Consumer<String> failed;
    private final Function<Question, Result> eye;
    private final List<Duration> pauses;
    private final FairScheduler scheduler = new FairScheduler(AT_ONCE, AT_ONCE_EACH, AT_ONCE_AGAIN);
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final ReentrantLock resuming = new ReentrantLock();
    private String resumedTo = "";
    private volatile boolean resumed;
    private volatile boolean closed;

    /** Looks by {@code eye}, once after each of {@code pauses}; {@code failed} hears whose challenge was failed. */
    ChallengeValidator(
            AcmeStore store,
            Supplier<Instant> clock,
            Consumer<String> failed,
            Function<Question, Result> eye,
            List<Duration> pauses) {
        this.failed = failed;
        this.store = store;
        this.clock = clock;
        this.eye = eye;
        this.pauses = pauses;
    }

    private record Running(String account, Thread thread) {}

    /** Whether one more can be promised to an account now. */
    boolean room(String account) {
        return room()
                && running.values().stream()
                                .filter(each -> each.account().equals(account))
                                .count()
                        < MOST_EACH;
    }

    private boolean room() {
        return running.size() < MOST;
    }

    /** Keeps a promise that is on disk. Asked twice, it is kept once. */
    void start(Look look) {
        if (closed) {
            return;
        }
        Thread thread = Thread.ofVirtual().name("acme-look").unstarted(() -> {
            try {
                keep(look);
            } finally {
                running.remove(look.authorization());
            }
        });
        if (running.putIfAbsent(look.authorization(), new Running(look.account(), thread)) == null) {
            thread.start();
        }
    }

    /** Takes up what an earlier run left, as far as there is room; once all of it is, later calls cost nothing. */
    void resume() {
        if (resumed || !resuming.tryLock()) {
            return;
        }
        try {
            while (!resumed && room()) {
                List<String> page = store.looks(resumedTo, PAGE);
                page.forEach(id -> store.look(id).ifPresent(this::start));
                resumedTo = page.isEmpty() ? resumedTo : page.getLast();
                resumed = page.size() < PAGE;
            }
        } finally {
            resuming.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        running.values().forEach(each -> each.thread().interrupt());
    }

    private void keep(Look look) {
        try {
            for (int i = 0; i < pauses.size(); i++) {
                Thread.sleep(pauses.get(i));
                if (settled(look, i)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FaultException e) {
            LOG.log(Level.DEBUG, "a challenge is left for later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "looking at a challenge met a bug", e);
        }
    }

    /** One look and its record; false when another one is due. */
    private boolean settled(Look look, int round) throws InterruptedException {
        boolean last = round == pauses.size() - 1;
        Optional<Account> account = store.account(look.account()).filter(each -> each.status() == Account.Status.VALID);
        Optional<Authorization> authorization =
                store.authorization(look.account(), look.authorization()).filter(each -> each.open(clock.get()));
        Optional<Challenge> challenge = authorization.flatMap(each -> each.challenge(look.type()));
        if (account.isEmpty() || challenge.isEmpty()) {
            store.transact(changes -> {
                changes.kept(look.authorization());
                return null;
            });
            return true;
        }
        Identifier identifier = authorization.orElseThrow().identifier();
        Question question = new Question(
                look.type(),
                identifier.base(),
                identifier.ip(),
                challenge.get().token(),
                account.get().thumbprint());
        Result result = look(look.account(), question, round == 0);
        if (result instanceof Result.Failed && (last || hopeless(result))) {
            failed.accept(look.account());
        }
        return record(look, result, last);
    }

    /** On a thread of its own, which is interrupted when it takes too long: that closes its sockets. */
    private Result look(String account, Question question, boolean first) throws InterruptedException {
        AtomicReference<Result> seen = new AtomicReference<>(Result.connection("it took too long"));
        scheduler.acquire(account, first);
        try {
            Thread thread = Thread.ofVirtual().name("acme-probe").start(() -> seen.set(seen(question)));
            try {
                if (!thread.join(LONGEST)) {
                    thread.interrupt();
                }
            } catch (InterruptedException e) {
                thread.interrupt();
                throw e;
            }
        } finally {
            scheduler.release(account);
        }
        return seen.get();
    }

    private Result seen(Question question) {
        try {
            return eye.apply(question);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "looking at a challenge met a bug", e);
            return new Result.Failed("serverInternal", "the server failed to look", false);
        }
    }

    private boolean record(Look look, Result result, boolean last) {
        return store.transact(changes -> {
            Optional<Authorization> now =
                    changes.authorization(look.account(), look.authorization()).filter(each -> each.open(clock.get()));
            boolean done = now.isEmpty() || result instanceof Result.Proven || last || hopeless(result);
            now.map(each -> changed(each, look.type(), result, done))
                    .ifPresent(each -> changes.put(look.account(), each));
            if (done) {
                changes.kept(look.authorization());
            }
            return done;
        });
    }

    private Authorization changed(Authorization authorization, String type, Result result, boolean done) {
        return switch (result) {
            case Result.Proven() ->
                authorization
                        .with(type, challenge -> challenge.proven(clock.get()))
                        .as(Authorization.Status.VALID, clock.get().plus(Lifetimes.PROOF));
            case Result.Failed failed -> {
                Authorization noted = authorization.with(type, challenge -> challenge.failed(failed, done));
                yield done ? noted.as(Authorization.Status.INVALID, noted.expires()) : noted;
            }
        };
    }

    private static boolean hopeless(Result result) {
        return result instanceof Result.Failed(String _, String _, boolean last) && last;
    }
}
