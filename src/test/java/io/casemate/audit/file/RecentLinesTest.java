package io.casemate.audit.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RecentLinesTest {
    @Test
    void a_long_line_does_not_hold_its_memory_for_ever() {
        RecentLines lines = new RecentLines();
        lines.writeBytes(new byte[32 << 20]);
        lines.reset();
        assertTrue(lines.held() <= 1 << 20, () -> "bytes: " + lines.held());
        lines.writeBytes(new byte[] {1, 2});
        assertArrayEquals(new byte[] {1, 2}, lines.toByteArray());
    }
}
