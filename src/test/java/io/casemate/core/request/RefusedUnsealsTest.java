package io.casemate.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RefusedUnsealsTest {
    private Instant now = Instant.EPOCH;
    private final RefusedUnseals refused = new RefusedUnseals(() -> now);

    private String line(String address) {
        FaultException why = Fault.badRequest("Unseal failed, invalid key");
        return refused.line(new Request.Peer(address, 1, List.of(), Map.of()), why)
                .orElse("");
    }

    @Test
    void theFirstIsToldAtOnceAndAFloodOnceAMinute() {
        assertEquals(
                "an attempt to unseal, from 192.0.2.1, was refused: Unseal failed, invalid key", line("192.0.2.1"));
        for (int i = 0; i < 1000; i++) {
            now = now.plus(Duration.ofMillis(59));
            assertEquals("", line("192.0.2.2"));
        }
        now = now.plus(Duration.ofSeconds(2));
        assertTrue(line("192.0.2.3").endsWith("invalid key; 1000 more were refused since the last line"));
        now = now.plus(Duration.ofMinutes(1));
        assertTrue(line("192.0.2.4").endsWith("invalid key"));
    }
}
