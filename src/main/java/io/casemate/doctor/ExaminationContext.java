package io.casemate.doctor;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one examination looks at.
 *
 * @param machine the files of the machine, the kernel's among them
 * @param server the server's process
 * @param brokers the processes that have an HSM's library, found once for all checks
 * @param facts what the server says of itself
 * @param wire what its listener does
 * @param now the time
 */
record ExaminationContext(
        Machine machine,
        Tools tools,
        Sought<ServerProcess> server,
        Sought<List<ServerProcess>> brokers,
        Sought<Facts> facts,
        Sought<Wire> wire,
        Instant now) {
    /** The same, with one of the HSM's processes in the server's place, which nobody can ask anything. */
    ExaminationContext of(ServerProcess broker) {
        return new ExaminationContext(
                machine,
                tools,
                Sought.of(broker),
                Sought.of(List.of()),
                Sought.missing(broker + " is not asked"),
                wire,
                now);
    }

    /**
     * Something that may not have been found.
     *
     * @param reason why not, for the report
     */
    record Sought<T>(Optional<T> found, String reason) {
        static <T> Sought<T> of(T thing) {
            return new Sought<>(Optional.of(thing), "");
        }

        static <T> Sought<T> missing(String reason) {
            return new Sought<>(Optional.empty(), reason);
        }

        /** The thing; without it, nothing can be proven. */
        T get() {
            return found.orElseThrow(() -> new UnreadableException(reason));
        }
    }
}
