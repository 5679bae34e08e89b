package io.casemate.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every check there is, in the order of the reports. */
public final class Checks {
    public static final List<Check> ALL = Stream.of(
                    MemoryChecks.ALL,
                    CoreChecks.ALL,
                    ProcessChecks.ALL,
                    KernelChecks.ALL,
                    ConfinementChecks.ALL,
                    NetworkChecks.ALL,
                    HostChecks.ALL,
                    FileChecks.ALL,
                    TlsChecks.ALL,
                    SealChecks.ALL,
                    ServerChecks.ALL)
            .flatMap(List::stream)
            .toList();

    private Checks() {}

    /** The check of this id. */
    public static Optional<Check> named(String id) {
        return ALL.stream().filter(check -> check.id().equals(id)).findFirst();
    }
}
