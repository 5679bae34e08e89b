package io.casemate.core.request;

import io.casemate.kernel.Operation;
import io.casemate.metrics.Meters;
import io.casemate.metrics.Timer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long engines and auth methods work on requests, by operation and mount: {@code vault.route.create.kv-} and the like.
 * Their number is bounded; what mounts beyond it do is noted together.
 */
public final class RouteTimers {
    /** Timers of their own. Each has some kilobytes, for good: a mount that leaves keeps its own. */
    static final int MOST = 512;

    /** Mounts that are remembered, for each operation. */
    private static final int MOST_MOUNTS = 1 << 14;

    private static final String OTHERS = "others";

    private final Meters meters;
    private final Map<Operation, Map<String, Timer>> byMount = new EnumMap<>(Operation.class);
    private final Map<String, Timer> byName = new HashMap<>();

    /** Shown in {@code meters} once they are used. */
    public RouteTimers(Meters meters) {
        this.meters = meters;
        for (Operation each : Operation.values()) {
            byMount.put(each, new ConcurrentHashMap<>());
        }
    }

    /**
     * Where to note the time that a request takes.
     *
     * @param mount its path, with the slash at its end
     */
    Timer of(Operation operation, String mount) {
        Map<String, Timer> known = byMount.get(operation);
        Timer timer = known.get(mount);
        return timer == null ? first(operation, mount) : timer;
    }

    private synchronized Timer first(Operation operation, String mount) {
        String name = name(operation, mount);
        boolean room = byName.containsKey(name) || byName.size() < MOST;
        Timer timer = named(room ? name : name(operation, OTHERS), operation);
        Map<String, Timer> known = byMount.get(operation);
        if (known.size() < MOST_MOUNTS) {
            known.put(mount, timer);
        }
        return timer;
    }

    /** Mounts whose names differ only in what a metric's name cannot tell share a timer. */
    private Timer named(String name, Operation operation) {
        return byName.computeIfAbsent(
                name,
                absent -> meters.timer(absent, "Work of the mount on " + operation.word() + ", in milliseconds."));
    }

    private static String name(Operation operation, String mount) {
        return "vault.route." + operation.word() + "." + mount.replaceAll("[^A-Za-z0-9]", "-");
    }
}
