package io.casemate.audit;

import io.casemate.kernel.Fault;
import java.util.List;
import java.util.function.Function;

/** The devices enabled at one moment; or, while the barrier is shut, that nobody knows which. */
final class Devices {
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

    /** Offers an entry to every device; false when there are devices and none took it. */
    boolean take(Function<Redactor, AuditLine> entry) {
        if (!known) {
            throw new Fault.Sealed().asException();
        }
        boolean taken = all.isEmpty();
        for (EnabledDevice each : all) {
            taken |= each.accepts(entry);
        }
        return taken;
    }
}
