package io.casemate.audit;

import io.casemate.kernel.Decision;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Request;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request on its road, as its two entries tell of it. Who asked, and what, stands in both: each device's redactor
 * writes that once and keeps it here, as it goes to the device. For the one thread that works on the request.
 */
public final class Audited {
    private final Request request;
    private final Decision decision;
    private final MountInfo mount;
    private final Map<Redactor, Shared> written = new HashMap<>(2);

    /** About {@code request} with its settled operation, and where it leads. */
    public Audited(Request request, Decision decision, MountInfo mount) {
        this.request = request;
        this.decision = decision;
        this.mount = mount;
    }

    Request request() {
        return request;
    }

    Decision decision() {
        return decision;
    }

    MountInfo mount() {
        return mount;
    }

    Optional<Shared> written(Redactor by) {
        return Optional.ofNullable(written.get(by));
    }

    Shared keep(Redactor by, Shared shared) {
        written.put(by, shared);
        return shared;
    }

    /** The members {@code auth} and {@code request}, redacted. */
    record Shared(byte[] auth, byte[] request) {
        /** In bytes. */
        int length() {
            return auth.length + request.length;
        }
    }
}
