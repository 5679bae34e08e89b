package io.casemate.engine.kv;

import io.casemate.barrier.View;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Repeated;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
    private final Repeated steps = new Repeated("casemate-kv-upgrade", this::step);
    private String after = "";
    private volatile boolean running;

    Upgrade(View view, VersionStore store) {
        this.view = view;
        this.store = store;
    }

    /** Begins, if there is something to do. Called when the mount is version 2 for good. */
    void start() {
        after = "";
        running = !view.list(FORMER, "", 1).isEmpty();
        if (running) {
            steps.start(Duration.ZERO);
        }
    }

    /** Ends it where it is and returns when it is at no step; the next {@link #start} goes on. */
    void stop() {
        steps.finish();
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

    /** Moves some, and ends the series when there are none. A failure is told, and tried again later. */
    private Duration step() {
        try {
            List<String> page = view.list(FORMER, after, BATCH);
            if (page.isEmpty()) {
                running = false;
                steps.stop();
            } else {
                move(page);
                after = page.getLast();
            }
            return Duration.ZERO;
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.Sealed) {
                steps.stop();
            } else {
                LOG.log(Level.WARNING, "an upgrade to version 2 of a kv mount goes on later", e);
            }
            return PAUSE;
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
        List<String> overtaken = view.transact(
                editor -> keys.stream().filter(key -> !moved(editor, key)).toList());
        overtaken.forEach(key -> LOG.log(
                Level.WARNING,
                "\"" + key.substring(FORMER.length()) + "\" of a kv mount has versions, so what version 1 of the engine"
                        + " still had there is dropped"));
    }

    /** False when its path has versions already, all of them newer. */
    private boolean moved(View.Editor editor, String key) {
        Optional<byte[]> record = editor.get(key);
        editor.delete(key);
        return record.isEmpty() || store.adopt(editor, key.substring(FORMER.length()), record.get());
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
