package io.casemate.auth;

import io.casemate.barrier.View;
import io.casemate.crypto.Sha256;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Durations;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Locks names out that fail too often, whether there is such a name or not, so that the lock tells nothing.
 *
 * <p>Failures are counted in memory, for the names that failed last; a lock is written down and outlives a restart. A login
 * that succeeds costs one look for a lock, which most mounts answer from memory.
 */
public final class Lockouts {
    private static final int COUNTED = 1 << 12;
    private static final int PAGE = 500;
    private static final int SWEPT = 32;
    /** No role id is longer, and no name of a user. */
    private static final int LONGEST = 1024;
    /** Longer names are kept by their hashes: keys have their limits. */
    private static final int SPELT = 512;

    private final View storage;
    private final Supplier<LockoutLimits> limits;
    private final InstantSource clock;
    private final ReentrantLock counting = new ReentrantLock();
    private final Map<String, Failures> failures = new Newest();

    private record Failures(int count, Instant last) {}

    /** Keeps locks on {@code storage}, a part of the mount's that nothing else writes to. */
    public Lockouts(View storage, Supplier<LockoutLimits> limits, InstantSource clock) {
        this.storage = storage;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * To be called before anything is compared.
     *
     * @throws FaultException {@code PermissionDenied} while {@code name} is locked out
     */
    public void check(String name) {
        if (limits.get().disabled() || tooLong(name)) {
            return;
        }
        Optional<Instant> since = storage.get(key(name)).map(Lockouts::since);
        if (since.isPresent() && !over(since.get())) {
            throw new Fault.PermissionDenied().asException();
        }
    }

    /** Counts a failure; the one that reaches the threshold locks the name out. */
    public void failed(String name) {
        LockoutLimits now = limits.get();
        if (now.disabled() || tooLong(name)) {
            return;
        }
        boolean locked = counted(() -> {
            Failures before = failures.get(key(name));
            boolean fresh = before == null || past(before.last(), now.counterReset());
            int count = fresh ? 1 : before.count() + 1;
            failures.put(key(name), new Failures(count, clock.instant()));
            return count >= now.threshold();
        });
        if (locked) {
            storage.put(
                    key(name),
                    JsonRecord.of(Map.of("name", name, "since", clock.instant().getEpochSecond())));
            counted(() -> failures.remove(key(name)));
            sweep(key(name));
        }
    }

    /** Forgets the failures of a name that got in, and an old lock. */
    public void succeeded(String name) {
        counted(() -> failures.remove(key(name)));
        if (!tooLong(name) && storage.get(key(name)).isPresent()) {
            storage.delete(key(name));
        }
    }

    /** Lets a name in again at once; nothing happens when it is not locked out. */
    public void unlock(String name) {
        if (!tooLong(name)) {
            storage.delete(key(name));
            counted(() -> failures.remove(key(name)));
        }
    }

    /** Who is locked out now. */
    public List<String> locked() {
        List<String> names = new ArrayList<>();
        if (limits.get().disabled()) {
            return names;
        }
        List<String> page = storage.list("", "", PAGE);
        while (!page.isEmpty()) {
            for (String key : page) {
                storage.get(key)
                        .filter(stored -> !over(since(stored)))
                        .ifPresent(stored -> names.add(lock(stored).text("name")));
            }
            page = storage.list("", page.getLast(), PAGE);
        }
        return names;
    }

    /** Each new lock takes some old ones away, so that they do not pile up. */
    private void sweep(String from) {
        List<String> over = storage.list("", from, SWEPT).stream()
                .filter(key ->
                        storage.get(key).filter(stored -> over(since(stored))).isPresent())
                .toList();
        if (!over.isEmpty()) {
            storage.transact(editor -> {
                over.forEach(editor::delete);
                return null;
            });
        }
    }

    private boolean over(Instant since) {
        return past(since, limits.get().duration());
    }

    /** Either way: a clock that was set back by a year must not lock anybody out for a year. */
    private boolean past(Instant since, Duration duration) {
        return Durations.apart(since, clock.instant()).compareTo(duration) >= 0;
    }

    private <T> T counted(Supplier<T> work) {
        counting.lock();
        try {
            return work.get();
        } finally {
            counting.unlock();
        }
    }

    private static Instant since(byte[] stored) {
        return lock(stored).time("since");
    }

    private static Members lock(byte[] stored) {
        return Members.read("the record of a lockout", stored);
    }

    /** No such name exists; it only would take memory. */
    private static boolean tooLong(String name) {
        return name.length() > LONGEST;
    }

    private static String key(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return name.length() > SPELT
                ? "sha256-" + Sha256.hex(bytes)
                : HexFormat.of().formatHex(bytes);
    }

    /** The names that failed last; to push one out, an attacker has to make some thousand failures, slow ones for passwords. */
    private static final class Newest extends LinkedHashMap<String, Failures> {
        private static final long serialVersionUID = 1L;

        Newest() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > COUNTED;
        }
    }
}
