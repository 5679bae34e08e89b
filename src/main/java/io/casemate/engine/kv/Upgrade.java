package io.casemate.engine.kv;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * From version 1 of the engine to version 2: what was stored becomes the first version of its path, a bounded number in one
 * transaction. Runs in the background when the mount opens and finds something to do; meanwhile nothing is served. What a
 * crash cuts short goes on at the next unseal.
 */
final class Upgrade {
    /** Where version 1 keeps its secrets. */
    static final String FORMER = "s/";
    /** Secrets moved in one transaction. */
    static final int BATCH = 64;

    private static final System.Logger LOG = System.getLogger("casemate.engine.kv");
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final View view;
    private final VersionStore store;
    private final Semaphore end = new Semaphore(0);
    private volatile boolean running;

    Upgrade(View view, VersionStore store) {
        this.view = view;
        this.store = store;
    }

    /** Begins, if there is something to do. Called when the mount is version 2 for good. */
    void start() {
        running = !view.list(FORMER, "", 1).isEmpty();
        if (running) {
            Thread.ofVirtual().name("casemate-kv-upgrade").start(this::run);
        }
    }

    /** Ends it where it is; the next {@link #start} goes on. */
    void stop() {
        end.release();
    }

    /** @throws FaultException {@code Unavailable} while it runs */
    void requireDone() {
        if (running) {
            throw new Fault.Unavailable(
                            "Upgrading from non-versioned to versioned data. This backend will be unavailable for a"
                                    + " brief period and will resume service shortly.",
                            PAUSE)
                    .asException();
        }
    }

    private void run() {
        try {
            String after = "";
            while (running && !end.tryAcquire()) {
                after = step(after);
                running = after != null;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Moves some; after which one to go on, null when all are done. A failure is told, and tried again later. */
    private String step(String after) throws InterruptedException {
        try {
            List<String> page = view.list(FORMER, after, BATCH);
            if (!page.isEmpty()) {
                move(page);
            }
            return page.isEmpty() ? null : page.getLast();
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.Sealed) {
                end.release();
                return after;
            }
            LOG.log(Level.WARNING, "an upgrade to version 2 of a kv mount goes on later", e);
            if (end.tryAcquire(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                end.release();
            }
            return after;
        }
    }

    private void move(List<String> keys) {
        try {
            moveTogether(keys);
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
            keys.forEach(this::moveAlone);
        }
    }

    private void moveTogether(List<String> keys) {
        view.transact(editor -> {
            for (String key : keys) {
                editor.get(key).ifPresent(record -> {
                    store.adopt(editor, key.substring(FORMER.length()), record);
                    editor.delete(key);
                });
            }
            return null;
        });
    }

    /** Version 2 needs a few more characters for a path, so that one of nearly 4096 may not fit: it stays where it is. */
    private void moveAlone(String key) {
        try {
            moveTogether(List.of(key));
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
            LOG.log(Level.ERROR, "a secret's path is too long for version 2 of the engine; it is not served", e);
        }
    }
}
