package io.casemate.hsm;

import io.casemate.hsm.jna.Ckf;
import io.casemate.hsm.jna.Cryptoki;
import io.casemate.hsm.jna.TokenInfo;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps a login to the token and repairs it: new sessions first, then a new login, and the library's re-initialisation as
 * the last resort. The only place that logs in.
 *
 * <p>Runs on the threads of {@link NativeCalls}. Work handed to it may run several times and has to allow for that.
 */
final class TokenLink {
    private static final Logger LOG = System.getLogger("casemate.hsm");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int RENEWALS = 5;

    private final ReentrantLock connecting = new ReentrantLock();
    private final Set<KeyRef> seenKeys = ConcurrentHashMap.newKeySet();
    private final PinGuard pinGuard;
    private final HsmSettings settings;
    private final Library library;
    private volatile Connection connection;
    private volatile String lastError = "";
    private volatile boolean closed;

    TokenLink(HsmSettings settings, HsmEvents events) {
        this.settings = settings;
        this.pinGuard = new PinGuard(events);
        this.library = Libraries.join(settings.library(), settings.initArguments());
    }

    /** The guard of the PIN. */
    PinGuard pinGuard() {
        return pinGuard;
    }

    /** The login there is now, or null. */
    Connection current() {
        Connection known = connection;
        return known != null && known.generation() == library.generation() ? known : null;
    }

    /** The newest failure, or empty. */
    String lastError() {
        return lastError;
    }

    /** Uses the module without a login. */
    <T> T bare(Function<Cryptoki, T> work) {
        try {
            return library.use(work);
        } catch (FaultException e) {
            remember(e);
            throw e;
        }
    }

    /** Does the work, repairing and repeating while that can help. */
    <T> T run(Function<Connection, T> work) {
        RecoveryPlan course = new RecoveryPlan();
        while (true) {
            Attempt attempt = new Attempt();
            try {
                T result = library.use(module -> work.apply(attempt.on(connected(module))));
                if (!lastError.isEmpty()) {
                    lastError = "";
                }
                return result;
            } catch (FaultException e) {
                remember(e);
                Remedy next = curable(e) ? course.next(HsmFailures.failure(e), attempt.overtaken()) : Remedy.NONE;
                if (next == Remedy.NONE) {
                    throw e;
                }
                if (!attempt.overtaken()) {
                    repair(next, attempt, e);
                }
            }
        }
    }

    /**
     * Finds out whether a key that was just made will be there tomorrow: a library that is begun anew has to show it. Some
     * tokens say that they made a key when their storage is full, and have lost it after the next restart.
     *
     * @param test whether what {@code key} names works
     */
    void proveKept(Predicate<Connection> test, String key) {
        if (!renewPatiently()) {
            throw HsmFailures.away(
                    HsmFailures.TIMEOUT,
                    "C_Finalize",
                    "another call is still under way in the library, so whether the token keeps " + key
                            + " could not be told; try again");
        }
        boolean kept;
        try {
            kept = run(test::test);
        } catch (FaultException e) {
            if (!HsmFailures.failure(e).code().equals(HsmFailures.KEY_NOT_FOUND)) {
                throw e;
            }
            kept = false;
        }
        if (!kept) {
            throw HsmFailures.away(
                    "KEY_NOT_KEPT",
                    "C_GenerateKey",
                    "the token said that it made " + key + " and does not have it any more; it may be full or"
                            + " write-protected, look at its storage. Nothing was done with the key");
        }
    }

    private boolean renewPatiently() {
        boolean renewed = renew();
        for (int i = 1; i < RENEWALS && !renewed && !Thread.currentThread().isInterrupted(); i++) {
            renewed = renew();
        }
        return renewed;
    }

    /** Begins the library anew; false when a call hangs in it. */
    boolean renew() {
        return library.renew();
    }

    private boolean curable(FaultException e) {
        return e.fault() instanceof HsmFailed failed
                && !Thread.currentThread().isInterrupted()
                && !closed
                && !(failed.code().equals(HsmFailures.TOKEN_NOT_FOUND) && library.users() > 1);
    }

    /** What an attempt worked with, so that of many threads that fail together only one repairs. */
    private final class Attempt {
        private final long generation = library.generation();
        private Connection used;

        Connection on(Connection current) {
            used = current;
            return current;
        }

        /** Another thread has repaired meanwhile, which ended our sessions: no failure of the token. */
        boolean overtaken() {
            return used != null && used != connection;
        }
    }

    private void repair(Remedy remedy, Attempt attempt, FaultException failure) {
        LOG.log(Level.DEBUG, "{0}: {1} after {2}", settings, remedy, lastError);
        switch (remedy) {
            case NEW_SESSIONS -> refresh(attempt.used);
            case RECONNECT -> drop(attempt.used);
            case RESET -> {
                if (!library.reset(attempt.generation)) {
                    throw failure;
                }
            }
            case NONE -> throw failure;
        }
    }

    private void refresh(Connection current) {
        if (current != null) {
            end(current, current::refresh);
        }
    }

    private void drop(Connection broken) {
        Library.acquire(connecting, PATIENCE);
        try {
            if (broken == null || connection != broken) {
                return;
            }
            connection = null;
        } finally {
            connecting.unlock();
        }
        end(broken, broken::close);
    }

    /** Not after the library was begun anew: sessions of before are dead, and their numbers may be those of present ones. */
    void end(Connection sessions, Runnable work) {
        library.use(_ -> {
            if (sessions.generation() == library.generation()) {
                work.run();
            }
            return null;
        });
    }

    private Connection connected(Cryptoki module) {
        Connection known = current();
        if (known != null) {
            return known;
        }
        Library.acquire(connecting, PATIENCE);
        try {
            known = current();
            if (known == null) {
                known = connect(module);
                connection = known;
            }
            return known;
        } finally {
            connecting.unlock();
        }
    }

    private Connection connect(Cryptoki module) {
        TokenSearch.Found found = TokenSearch.find(module, settings);
        TokenInfo token = found.token();
        boolean forWriting = settings.forceReadWrite() || !token.has(Ckf.WRITE_PROTECTED);
        long owner = module.openSession(found.slot(), forWriting);
        boolean ok = false;
        try {
            login(module, owner, found);
            ok = true;
        } finally {
            if (!ok) {
                module.closeSession(owner);
            }
        }
        LOG.log(Level.INFO, "connected to {0} (serial {1})", settings, token.serial());
        SessionPool sessions = new SessionPool(module, found.slot(), forWriting, limit(token));
        return new Connection(module, found, library.generation(), owner, sessions, seenKeys);
    }

    /** One of the token's sessions is the owner's. */
    private int limit(TokenInfo token) {
        long most = token.maxSessions();
        return most == 0 ? settings.maxSessions() : Math.clamp(most - 1, 1, settings.maxSessions());
    }

    private void login(Cryptoki module, long session, TokenSearch.Found found) {
        if (!found.token().has(Ckf.LOGIN_REQUIRED)) {
            return;
        }
        pinGuard.check(found.token());
        try (SecretBytes pin = settings.pin().get()) {
            pinGuard.trying();
            module.login(session, Ckf.USER, pin);
            pinGuard.accepted();
        } catch (FaultException e) {
            if (e.fault() instanceof HsmFailed failed) {
                if (failed.problem() == HsmProblem.PIN) {
                    throw pinGuard.refused(failed);
                }
                if (pinGuard.counted(found.token(), () -> module.tokenInfo(found.slot()))) {
                    throw pinGuard.refused(PinGuard.wrongPin(failed));
                }
            }
            pinGuard.failed();
            throw e;
        }
    }

    private void remember(FaultException e) {
        if (e.fault() instanceof HsmFailed failed) {
            lastError = failed.operation() + ": " + failed.code() + ": " + failed.advice();
        }
    }

    /** Ends the login and the use of the library. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        Connection last = current();
        connection = null;
        if (last != null) {
            library.use(_ -> {
                last.close();
                return null;
            });
        }
        Libraries.leave(library);
    }
}
