package io.casemate.engine.kv;

import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The option {@code cas} of a write: the number of the version it means to replace, 0 for "there is none yet".
 *
 * @param expected empty when the client sent none
 */
record CheckAndSet(OptionalLong expected) implements VersionStore.Guard {
    static CheckAndSet of(Map<String, Object> options) {
        Object sent = options.get("cas");
        if (sent == null) {
            return new CheckAndSet(OptionalLong.empty());
        }
        try {
            return new CheckAndSet(
                    OptionalLong.of(Long.parseLong(sent.toString().strip())));
        } catch (NumberFormatException e) {
            throw new Fault.BadRequest(
                            List.of("error parsing check-and-set parameter: 'cas' must be the number of a version"))
                    .causedBy(e);
        }
    }

    @Override
    public boolean admits(KeyMetadata before, Limits mount) {
        if (expected.isEmpty() && before.limits().casRequired(mount)) {
            throw Fault.badRequest("check-and-set parameter required for this call");
        }
        if (expected.isPresent() && expected.getAsLong() != before.current()) {
            throw Fault.badRequest("check-and-set parameter did not match the current version");
        }
        return true;
    }
}
