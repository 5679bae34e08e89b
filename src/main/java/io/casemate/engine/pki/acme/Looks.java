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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Looks at challenges in the background: several times, with pauses that grow, on a virtual thread each. What is promised is
 * on disk before; a promise that a stop or a seal interrupted is taken up by the first request after the next start.
 */
final class Looks implements AutoCloseable {
    /** Before each look: half a minute in all, for servers that need time to show what they were told to. */
    static final List<Duration> PAUSES = List.of(
            Duration.ZERO, Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8), Duration.ofSeconds(16));

    private static final System.Logger LOG = System.getLogger("casemate.pki");
    /** Longest time of one look, names and redirects included. */
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private static final int AT_ONCE = 64;
    private static final int MOST = 4096;
    private static final int PAGE = 256;

    private final AcmeStore store;
    private final Desk desk;
    private final Consumer<String> failed;
    private final Function<Question, Result> eye;
    private final List<Duration> pauses;
    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final Map<String, Thread> running = new ConcurrentHashMap<>();
    private volatile boolean resumed;
    private volatile boolean closed;

    /** Looks by {@code eye}, once after each of {@code pauses}; {@code failed} hears whose challenge was failed. */
    Looks(AcmeStore store, Desk desk, Consumer<String> failed, Function<Question, Result> eye, List<Duration> pauses) {
        this.failed = failed;
        this.store = store;
        this.desk = desk;
        this.eye = eye;
        this.pauses = pauses;
    }

    /** Whether one more can be promised now. */
    boolean room() {
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
        if (running.putIfAbsent(look.authorization(), thread) == null) {
            thread.start();
        }
    }

    /** Takes up what an earlier run left, once; later calls cost nothing. */
    void resume() {
        if (resumed) {
            return;
        }
        resumed = true;
        String after = "";
        List<String> page;
        do {
            page = store.looks(after, PAGE);
            page.forEach(id -> store.look(id).ifPresent(this::start));
            after = page.isEmpty() ? after : page.getLast();
        } while (page.size() == PAGE && room());
    }

    @Override
    public void close() {
        closed = true;
        running.values().forEach(Thread::interrupt);
    }

    private void keep(Look look) {
        try {
            for (int i = 0; i < pauses.size(); i++) {
                Thread.sleep(pauses.get(i));
                if (settled(look, i == pauses.size() - 1)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FaultException e) {
            LOG.log(Level.DEBUG, "a challenge is left for later: {0}", e.fault());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "looking at a challenge met a bug", e);
        }
    }

    /** One look and its record; false when another one is due. */
    private boolean settled(Look look, boolean last) throws InterruptedException {
        Optional<Account> account = store.account(look.account()).filter(each -> each.status() == Account.Status.VALID);
        Optional<Authorization> authorization =
                store.authorization(look.account(), look.authorization()).filter(each -> each.open(desk.now()));
        Optional<Challenge> challenge = authorization.flatMap(each -> each.challenge(look.type()));
        if (account.isEmpty() || challenge.isEmpty()) {
            store.transact(changes -> {
                changes.kept(look.authorization());
                return null;
            });
            return true;
        }
        Identifier identifier = authorization.orElseThrow().identifier();
        Result result = look(new Question(
                look.type(),
                identifier.base(),
                identifier.ip(),
                challenge.get().token(),
                account.get().thumbprint()));
        if (result instanceof Result.Failed && (last || hopeless(result))) {
            failed.accept(look.account());
        }
        return record(look, result, last);
    }

    /** On a thread of its own, which is interrupted when it takes too long: that closes its sockets. */
    private Result look(Question question) throws InterruptedException {
        AtomicReference<Result> seen = new AtomicReference<>(Result.connection("it took too long"));
        turns.acquire();
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
            turns.release();
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
                    changes.authorization(look.account(), look.authorization()).filter(each -> each.open(desk.now()));
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
                        .with(type, challenge -> challenge.proven(desk.now()))
                        .as(Authorization.Status.VALID, desk.now().plus(Lifetimes.PROOF));
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
