package io.casemate.sys;

import io.casemate.core.SealStatus;
import java.util.Map;
import java.util.Optional;

/** What status and health tell of the devices while the server serves without them. */
final class DeviceMembers {
    private DeviceMembers() {}

    /** Adds {@code seal_healthy}, and {@code seal_error} when it is false; sealed, the status itself tells more. */
    static void put(Map<String, Object> members, SealStatus status, Optional<String> trouble) {
        if (!status.sealed() && status.recoverySeal()) {
            members.put("seal_healthy", trouble.isEmpty());
            trouble.ifPresent(text -> members.put("seal_error", text));
        }
    }
}
