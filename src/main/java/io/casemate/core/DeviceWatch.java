package io.casemate.core;

import io.casemate.kernel.FaultException;
import io.casemate.seal.SealSet.Device;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** What is known of one device's health, and since when. Transitions are logged once. Safe for concurrent use. */
final class DeviceWatch {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private record State(Optional<Instant> unhealthySince, String problem) {}

    private final Device device;
    private final InstantSource clock;
    private volatile State state;
    private volatile boolean asked;

    DeviceWatch(Device device, InstantSource clock) {
        this.device = device;
        this.clock = clock;
        this.state = new State(Optional.of(clock.instant()), "not asked yet");
    }

    Device device() {
        return device;
    }

    SealHealth.Backend backend(boolean wrapped) {
        State now = state;
        return new SealHealth.Backend(
                device.name(), device.seal().type(), device.disabled(), wrapped, now.unhealthySince(), now.problem());
    }

    /** What is wrong with it; empty while it is healthy. */
    String problem() {
        return state.problem();
    }

    /** Not known to be ill. */
    boolean usable() {
        return !asked || healthy();
    }

    boolean healthy() {
        return state.unhealthySince().isEmpty();
    }

    /** It works; true when it did not before. */
    synchronized boolean well() {
        boolean news = !healthy();
        if (news && asked) {
            LOG.log(Level.WARNING, "seal " + device.name() + " is healthy again");
        }
        asked = true;
        state = new State(Optional.empty(), "");
        return news;
    }

    /** It does not. */
    synchronized void failed(String problem) {
        boolean news = !asked || healthy() || !state.problem().equals(problem);
        Instant since = asked ? state.unhealthySince().orElseGet(clock::instant) : clock.instant();
        asked = true;
        state = new State(Optional.of(since), problem);
        if (news) {
            LOG.log(Level.WARNING, "seal " + device.name() + " is unhealthy: " + problem);
        }
    }

    synchronized void failed(FaultException failure) {
        failed(failure.getMessage());
    }
}
