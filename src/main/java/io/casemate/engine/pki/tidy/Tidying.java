package io.casemate.engine.pki.tidy;

import io.casemate.barrier.View;
import io.casemate.engine.pki.tidy.TidyStatus.State;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Repeated;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Tidies in the background, one at a time, a page after the other; each page is a short transaction, so that nobody waits for it.
 * Where it stands is on record: a tidy that a seal or a crash interrupted goes on.
 */
public final class Tidying implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("casemate.engine");
    private static final String STATUS = "tidy/status";
    private static final Duration LOOKS = Duration.ofMinutes(1);

    private final View view;
    private volatile List<TidyTask> tasks;
    private final Supplier<Map<String, Object>> automatic;
    private final InstantSource clock;
    private final Instant opened;
    private final ReentrantLock lock = new ReentrantLock();
    private final Repeated looks = new Repeated("casemate-pki-tidy-clock", this::looked);
    private volatile Run run = new Run();

    /** Does {@code tasks}, by itself as {@code automatic} says. */
    public Tidying(View view, List<TidyTask> tasks, Supplier<Map<String, Object>> automatic, InstantSource clock) {
        this.view = view;
        this.tasks = tasks;
        this.automatic = automatic;
        this.clock = clock;
        this.opened = clock.instant();
        run.over = true;
    }

    /** Begins to look, once a minute, whether something is to be done, {@code more} tasks too. Reads nothing now. */
    public void open(List<TidyTask> more) {
        tasks = Stream.concat(tasks.stream(), more.stream()).toList();
        looks.start(LOOKS);
    }

    private Duration looked() {
        try {
            look();
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.Sealed) {
                looks.stop();
            } else {
                LOG.log(System.Logger.Level.WARNING, "cannot look whether to tidy, will try again", e);
            }
        }
        return LOOKS;
    }

    /** Goes on with a tidy that was interrupted, or starts one that is due. */
    public void look() {
        lock.lock();
        try {
            TidyStatus status = status();
            if (!run.over) {
                return;
            }
            if (status.state().active()) {
                go(status);
            } else if (due(status)) {
                go(status.begun(automatic.get(), now(), true));
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean due(TidyStatus status) {
        Map<String, Object> values = automatic.get();
        if (!Boolean.TRUE.equals(values.get("enabled"))) {
            return false;
        }
        Duration wait = TidyPlan.seconds(values, "min_startup_backoff_duration");
        Duration interval = TidyPlan.seconds(values, "interval_duration");
        return !now().isBefore(opened.plus(wait))
                && status.lastAutomatic()
                        .map(last -> !now().isBefore(last.plus(interval)))
                        .orElse(true);
    }

    /** Starts one; false when one is under way. */
    public boolean start(Map<String, Object> values) {
        lock.lock();
        try {
            TidyStatus status = status();
            if (!run.over || status.state().active()) {
                return false;
            }
            go(status.begun(values, now(), false));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the one under way after its page; false when there is none. */
    public boolean cancel() {
        lock.lock();
        try {
            TidyStatus status = status();
            if (!status.state().active()) {
                return false;
            }
            if (run.over) {
                save(status.ended(State.CANCELLED, "", now()));
            } else {
                run.cancelled = true;
                run.wake.release();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How the last one stands. */
    public TidyStatus status() {
        TidyStatus status = view.get(STATUS).map(TidyStatus::decoded).orElse(TidyStatus.NONE);
        return run.cancelled && status.state() == State.RUNNING ? status.in(State.CANCELLING) : status;
    }

    private void go(TidyStatus status) {
        save(status);
        Run mine = new Run();
        run = mine;
        Thread.ofVirtual().name("casemate-pki-tidy").start(() -> {
            try {
                work(mine, status);
            } finally {
                mine.over = true;
            }
        });
    }

    private void work(Run mine, TidyStatus begun) {
        TidyStatus status = begun;
        try {
            TidyPlan plan = TidyPlan.of(status.plan());
            Optional<TidyTask> task = next(
                    plan,
                    status.task(),
                    status.task().isEmpty() || status.cursor().isEmpty());
            while (task.isPresent()) {
                TidyTask.Page page = task.get().page(plan, status.cursor(), clock.instant());
                status = status.advanced(task.get().name(), page);
                if (mine.wake.tryAcquire(plan.pause().toNanos() * page.seen(), TimeUnit.NANOSECONDS)) {
                    if (mine.cancelled) {
                        save(status.ended(State.CANCELLED, "", now()));
                    }
                    return;
                }
                save(status);
                task = page.cursor().isEmpty() ? next(plan, task.get().name(), true) : task;
            }
            save(status.ended(State.FINISHED, "", now()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (FaultException e) {
            failed(status, e);
        } catch (RuntimeException bug) {
            LOG.log(System.Logger.Level.ERROR, "tidying met a bug", bug);
            failed(status, new Fault.Internal("tidy").causedBy(bug));
        }
    }

    /** The task called {@code name}, or the one that is wanted after it. */
    private Optional<TidyTask> next(TidyPlan plan, String name, boolean after) {
        boolean reached = name.isEmpty();
        for (TidyTask task : tasks) {
            boolean self = task.name().equals(name);
            if ((reached || (self && !after)) && task.wanted(plan)) {
                return Optional.of(task);
            }
            reached |= self;
        }
        return Optional.empty();
    }

    /** A seal is an interruption; anything else ends the tidy, with its reason on record where that is possible. */
    private void failed(TidyStatus status, FaultException e) {
        if (e.fault() instanceof Fault.Sealed) {
            return;
        }
        LOG.log(System.Logger.Level.WARNING, "tidying failed", e);
        try {
            save(status.ended(State.ERROR, String.valueOf(e.getMessage()), now()));
        } catch (FaultException alsoFailed) {
            LOG.log(System.Logger.Level.WARNING, "and that could not be written; it goes on later", alsoFailed);
        }
    }

    private void save(TidyStatus status) {
        view.put(STATUS, status.encoded());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Interrupts what is under way; it goes on when the engine is opened again. */
    @Override
    public void close() {
        looks.stop();
        run.wake.release();
    }

    /** One tidy of this process. */
    private static final class Run {
        private final Semaphore wake = new Semaphore(0);
        private volatile boolean cancelled;
        private volatile boolean over;
    }
}
