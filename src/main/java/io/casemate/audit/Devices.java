package io.casemate.audit;

import io.casemate.audit.EnabledDevice.Handed;
import io.casemate.kernel.Fault;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The devices enabled at one moment; or, while the barrier is shut, that nobody knows which. */
final class Devices {
    private static final System.Logger LOG = System.getLogger("casemate.audit");

    /** Refuses every entry. */
    static final Devices UNKNOWN = new Devices(List.of(), false);

    private final List<EnabledDevice> all;
    private final boolean known;

    private Devices(List<EnabledDevice> all, boolean known) {
        this.all = List.copyOf(all);
        this.known = known;
    }

    static Devices of(List<EnabledDevice> all) {
        return new Devices(all, true);
    }

    List<EnabledDevice> all() {
        return all;
    }

    /**
     * Offers an entry to every device; false when there are devices and none took it. A single local device is written to
     * on this thread; otherwise each is written to on its own, all at the same time.
     */
    boolean take(Function<Redactor, AuditLine> entry) {
        if (!known) {
            throw new Fault.Sealed().asException();
        }
        if (all.isEmpty()) {
            return true;
        }
        if (all.size() == 1 && all.getFirst().direct()) {
            return all.getFirst().accepts(entry);
        }
        return deal(entry);
    }

    /**
     * Waits for the devices that are well, each for its own patience at most, so that a trail that can be complete is; for
     * the others only while nobody else took the entry.
     */
    private boolean deal(Function<Redactor, AuditLine> entry) {
        List<AuditLine> lines = lines(entry);
        boolean anyWell = all.stream().anyMatch(EnabledDevice::well);
        List<Handed> awaited = new ArrayList<>(all.size());
        List<Handed> left = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            boolean await = !anyWell || all.get(i).well();
            (await ? awaited : left).add(all.get(i).hand(lines.get(i)));
        }
        return anyTaken(awaited) || anyTaken(left);
    }

    private static boolean anyTaken(List<Handed> handed) {
        boolean taken = false;
        handed.forEach(each -> each.device().urge());
        for (Handed each : handed) {
            taken |= each.taken();
        }
        return taken;
    }

    /** Made before any is handed over: an entry that is too long for one reaches none. Empty when one was just disabled. */
    private List<AuditLine> lines(Function<Redactor, AuditLine> entry) {
        try {
            return all.stream().map(each -> entry.apply(each.redactor())).toList();
        } catch (IllegalStateException e) {
            LOG.log(Level.DEBUG, "an audit device was disabled while a request was under way", e);
            return List.of();
        }
    }
}
