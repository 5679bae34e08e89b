package io.casemate.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestIdsTest {
    private static final int MANY = 50_000;

    @Test
    void ids_are_random_uuids_that_differ_within_a_process_and_between_two() {
        Set<String> seen = new HashSet<>();
        long ones = 0;
        for (RequestIds process :
                new RequestIds[] {new RequestIds(new SecureRandom()), new RequestIds(new SecureRandom())}) {
            for (int i = 0; i < MANY; i++) {
                String id = process.next();
                UUID uuid = UUID.fromString(id);
                assertEquals(4, uuid.version());
                assertEquals(2, uuid.variant());
                assertTrue(seen.add(id), id);
                ones += Long.bitCount(uuid.getMostSignificantBits()) + Long.bitCount(uuid.getLeastSignificantBits());
            }
        }
        // 122 even bits and two fixed ones: 63 ones on average, give or take far less than 0.1.
        assertEquals(63.0, ones / (2.0 * MANY), 0.3);
    }
}
