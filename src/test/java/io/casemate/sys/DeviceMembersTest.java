package io.casemate.sys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.casemate.core.SealStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceMembersTest {
    @Test
    void an_open_server_tells_how_its_devices_are() {
        assertEquals(Map.of("seal_healthy", true), told(false, true, Optional.empty()));
        assertEquals(
                Map.of("seal_healthy", false, "seal_error", "seal a: away"),
                told(false, true, Optional.of("seal a: away")));
    }

    @Test
    void a_sealed_server_or_one_without_devices_does_not() {
        assertEquals(Map.of(), told(true, true, Optional.of("seal a: away")));
        assertEquals(Map.of(), told(false, false, Optional.empty()));
    }

    private static Map<String, Object> told(boolean sealed, boolean device, Optional<String> trouble) {
        Map<String, Object> members = new LinkedHashMap<>();
        SealStatus status = new SealStatus(
                "pkcs11", true, sealed, 1, 1, 0, "", device, "", false, Optional.empty(), Optional.empty());
        DeviceMembers.put(members, status, trouble);
        return members;
    }
}
