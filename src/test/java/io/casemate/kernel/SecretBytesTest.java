package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SecretBytesTest {
    @Test
    void wipesOnCloseAndRefusesLaterUse() {
        byte[] bytes = {1, 2, 3};
        SecretBytes secret = SecretBytes.owning(bytes);
        secret.close();
        assertArrayEquals(new byte[3], bytes);
        assertThrows(IllegalStateException.class, secret::expose);
    }

    @Test
    void copiesLiveOn() {
        SecretBytes original = SecretBytes.ofText("hunter2");
        SecretBytes copy = original.copy();
        original.close();
        assertTrue(copy.matches(SecretBytes.ofText("hunter2")));
        assertFalse(copy.matches(SecretBytes.ofText("hunter3")));
    }

    @Test
    void neverPrints() {
        assertEquals("[redacted]", SecretBytes.ofText("hunter2").toString());
    }
}
