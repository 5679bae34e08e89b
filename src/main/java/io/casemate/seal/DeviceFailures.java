package io.casemate.seal;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Why each of several devices could not do it, as one failure. Its kind is that of the device which is most likely to come
 * back by itself: a refused PIN on one device must not keep the server from waiting for another.
 */
final class DeviceFailures {
    private record Failure(String seal, FaultException cause) {
        int rank() {
            return cause.fault() instanceof HsmFailed failed
                    ? switch (failed.problem()) {
                        case AWAY -> 0;
                        case SETUP -> 1;
                        case DATA -> 2;
                        case PIN -> 3;
                    }
                    : 4;
        }

        String text() {
            return cause.fault() instanceof HsmFailed(String code, String operation, HsmProblem _, String advice)
                    ? "seal '" + seal + "': " + operation + ": " + code + ": " + advice
                    : "seal '" + seal + "': " + cause.getMessage();
        }
    }

    private final List<Failure> failures = new ArrayList<>();

    void add(String seal, FaultException cause) {
        failures.add(new Failure(seal, cause));
    }

    /**
     * Fewer devices than are needed together could.
     *
     * @param there those that could
     * @param configured those that could have been asked
     */
    FaultException tooFew(KeyWraps wraps, Collection<String> there, Collection<String> configured) {
        List<String> holders = wraps.keys().stream()
                .filter(key -> key.share().isPresent())
                .map(WrappedKey::seal)
                .toList();
        List<String> missing =
                holders.stream().filter(seal -> !there.contains(seal)).toList();
        String need = wraps.needed() + " of the seals " + holders + " have to open together; "
                + (there.isEmpty() ? "none did" : there + " did") + ", missing: " + missing;
        Optional<FaultException> all = asOne();
        if (all.isPresent() && all.get().fault() instanceof HsmFailed best) {
            return new HsmFailed(best.code(), best.operation(), best.problem(), need + ": " + best.advice())
                    .causedBy(all.get());
        }
        return all.orElseGet(
                () -> new Fault.Misconfigured(List.of(need + "; the configuration has " + configured)).asException());
    }

    /** Empty when nothing failed; the failure itself when there is one only. */
    Optional<FaultException> asOne() {
        Optional<Failure> first = failures.stream().min(Comparator.comparingInt(Failure::rank));
        if (failures.size() < 2 || !(first.orElseThrow().cause().fault() instanceof HsmFailed best)) {
            return first.map(Failure::cause);
        }
        List<String> others = failures.stream()
                .filter(failure -> !failure.equals(first.get()))
                .map(Failure::text)
                .toList();
        String advice = best.advice() + " (seal '" + first.get().seal() + "'); " + String.join("; ", others);
        return Optional.of(new HsmFailed(best.code(), best.operation(), best.problem(), advice)
                .causedBy(first.get().cause()));
    }
}
