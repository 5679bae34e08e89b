package io.casemate.core;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.Repeated;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.SealSet;
import io.casemate.seal.WrappedKey;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Watches each device by a thread of its own, so that one which hangs delays no other, and has wraps renewed when one comes
 * back. A refused PIN is never used by it: while the server is sealed it does not log in at all, and the device refuses a
 * login after a refusal by itself.
 */
public final class SealWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    /**
     * How often to look.
     *
     * @param well at a device that was well; each look then costs it one decryption
     * @param ill at one that was not
     */
    public record Times(Duration well, Duration ill) {
        /** A quarter of a minute, and three seconds. */
        public static final Times DEFAULT = new Times(Duration.ofSeconds(15), Duration.ofSeconds(3));
    }

    private final SealSet seals;
    private final BarrierOpener opener;
    private final Rewrapper rewrapper;
    private final Times times;
    private final List<Loop> loops;
    private volatile String storeProblem = "";

    /** Not started. */
    public SealWatch(SealParts parts, Unsealer unsealer, Times times) {
        this.seals = parts.seals();
        this.opener = unsealer.opener();
        this.rewrapper = new Rewrapper(parts, opener);
        this.times = times;
        this.loops = seals.devices().stream()
                .map(device -> new Loop(new DeviceWatch(device, parts.clock())))
                .toList();
    }

    /** Begins to watch. */
    public void start() {
        loops.forEach(loop -> loop.looks.start(Duration.ZERO));
    }

    /** Looks now: something has happened. */
    public void poke() {
        loops.forEach(loop -> loop.looks.wake());
    }

    /** How the seals are, as seen last. Asks no device. */
    public SealHealth health() {
        boolean complete = false;
        KeyWraps wraps = KeyWraps.whole(List.of());
        String problem = storeProblem;
        try {
            complete = rewrapper.complete();
            wraps = opener.records().initialised() ? opener.records().rootKey().wraps() : wraps;
        } catch (FaultException damaged) {
            problem = damaged.getMessage();
        }
        List<WrappedKey> stored = wraps.keys();
        if (!seals.auto() && loops.isEmpty()) {
            var people = new SealHealth.Backend(
                    seals.people().name(), seals.type(), false, !stored.isEmpty(), Optional.empty(), "");
            return new SealHealth(complete, problem, Optional.empty(), List.of(people));
        }
        List<SealHealth.Backend> backends = loops.stream()
                .map(loop -> loop.watch.backend(wraps(stored, loop.watch.device())))
                .toList();
        return new SealHealth(complete, problem, Optional.of(quorum(wraps, backends)), backends);
    }

    private SealHealth.Quorum quorum(KeyWraps wraps, List<SealHealth.Backend> backends) {
        List<SealHealth.Backend> holders =
                backends.stream().filter(SealHealth.Backend::wrapped).toList();
        int able = (int) holders.stream().filter(SealHealth.Backend::healthy).count();
        return new SealHealth.Quorum(wraps.needed(), seals.quorum(), holders.size(), able);
    }

    private static boolean wraps(List<WrappedKey> keys, SealSet.Device device) {
        return device.find(keys).isPresent();
    }

    /** What is wrong with the seals in use, as seen last; empty while none was asked. Costs reads of memory. */
    public Optional<String> trouble() {
        return loops.stream()
                .map(loop -> loop.watch)
                .filter(watch -> !watch.usable() && !watch.device().disabled())
                .map(watch -> "seal " + watch.device().name() + ": " + watch.problem())
                .reduce((one, other) -> one + "; " + other);
    }

    @Override
    public void close() {
        loops.forEach(loop -> loop.looks.stop());
    }

    private final class Loop {
        private final DeviceWatch watch;
        private final Repeated looks = new Repeated("casemate-seal-watch", this::looked);

        Loop(DeviceWatch watch) {
            this.watch = watch;
        }

        private Duration looked() {
            look();
            return watch.healthy() ? times.well() : times.ill();
        }

        private void look() {
            try {
                Optional<String> trouble = trouble();
                if (trouble.isPresent()) {
                    watch.failed(trouble.get());
                    return;
                }
                if (!watch.healthy()) {
                    rewrapper.distrust(watch.device());
                }
                FaultException failure = rewrap().get(watch.device().name());
                if (failure == null) {
                    watch.well();
                } else {
                    watch.failed(failure);
                }
            } catch (RuntimeException e) {
                FaultException failure =
                        BarrierOpener.asFault(e, UUID.randomUUID().toString());
                LOG.log(Level.WARNING, "watching seal " + watch.device().name() + ": " + failure.getMessage(), e);
                watch.failed(failure);
            }
        }

        /** The store's failure is no device's. */
        private Map<String, FaultException> rewrap() {
            try {
                Map<String, FaultException> failures = rewrapper.run(this::usable);
                storeProblem = "";
                return failures;
            } catch (FaultException e) {
                String problem = e.getMessage();
                if (!problem.equals(storeProblem)) {
                    LOG.log(Level.ERROR, "the list of wrapped keys cannot be brought up to date: " + problem);
                }
                storeProblem = problem;
                return Map.of();
            }
        }

        private boolean usable(SealSet.Device device) {
            return loops.stream()
                    .filter(loop -> loop.watch.device().equals(device))
                    .allMatch(loop -> loop.watch.usable() || loop.equals(this));
        }

        /**
         * What is wrong with the device. While the server is sealed, by looking at it without a login; while it is open, by
         * letting it decrypt its wrap of the recovery key, which also mends a lost connection.
         */
        private Optional<String> trouble() {
            if (opener.sealed() || !opener.records().byDevice()) {
                return watch.device().seal().trouble();
            }
            var recovery = opener.records().recoveryKey();
            Optional<WrappedKey> own = watch.device().find(recovery.keys());
            boolean looked = watch.device().disabled() // nobody else looks at what it wrapped
                    || own.filter(rewrapper::verified).isPresent();
            if (own.isEmpty() || !looked) {
                return Optional.empty();
            }
            try {
                SealSet.look(watch.device(), own.get(), recovery.wraps(), recovery.context(), recovery::plausible);
                return Optional.empty();
            } catch (FaultException e) {
                return Optional.of(e.getMessage());
            }
        }
    }
}
