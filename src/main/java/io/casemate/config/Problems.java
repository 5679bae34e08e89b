package io.casemate.config;

import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.List;

/** Collects everything that is wrong, so that an operator is told all at once. */
final class Problems {
    private final List<String> found = new ArrayList<>();

    /** @param where such as {@code casemate.yaml:12} or the name of an environment variable */
    void add(String where, String what) {
        String problem = where + ": " + what;
        if (!found.contains(problem)) {
            found.add(problem);
        }
    }

    /** @throws io.casemate.kernel.FaultException {@code Misconfigured} with every problem, when there is one */
    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new Fault.Misconfigured(List.copyOf(found)).asException();
        }
    }

    boolean any() {
        return !found.isEmpty();
    }
}
