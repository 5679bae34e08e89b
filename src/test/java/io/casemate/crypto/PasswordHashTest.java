package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private final PasswordHash hashes = new PasswordHash(new SecureRandom());

    @AfterEach
    void close() {
        hashes.close();
    }

    @Test
    void a_password_matches_its_hash_and_no_other() {
        String hash = hash("correct horse");
        assertTrue(hash.matches("\\$2b\\$11\\$[./A-Za-z0-9]{53}"), hash);
        assertTrue(matches("correct horse", hash));
        assertFalse(matches("correct horsf", hash));
        assertFalse(matches("", hash));
        assertNotEquals(hash, hash("correct horse"), "salted");
        assertFalse(hashes.weak(hash));
    }

    /** From OpenBSD's and Openwall's implementations. */
    @ParameterizedTest
    @CsvSource({
        "open sesame,$2y$05$lFtjYf4EAFfTiGFBQdKPm.49K1KtYTQpothGsftTzIYIHqc.myMVq",
        "U*U,$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "U*U*,$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"
    })
    void hashes_of_others_are_understood(String password, String hash) {
        assertEquals(hash, PasswordHash.imported(hash));
        assertTrue(matches(password, hash));
        assertFalse(matches(password + "x", hash));
        assertTrue(hashes.weak(hash));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "$1$abc$def",
                "$2b$11$short",
                "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2b$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe\u00e9"
            })
    void what_is_no_hash_is_refused(String hash) {
        FaultException refused = assertThrows(FaultException.class, () -> PasswordHash.imported(hash));
        assertInstanceOf(Fault.BadRequest.class, refused.fault());
    }

    @Test
    void a_password_has_1_to_72_bytes() {
        String longest = "\u00fc".repeat(36);
        assertTrue(matches(longest, hash(longest)));
        assertFalse(matches(longest + "x", hash(longest)), "bcrypt alone would take it");
        assertThrows(FaultException.class, () -> hash(longest + "x"));
        assertThrows(FaultException.class, () -> hash(""));
    }

    @Test
    void nobody_has_no_password() {
        try (SecretBytes password = SecretBytes.ofText("anything")) {
            assertFalse(hashes.matches(password, Optional.empty()));
        }
    }

    @Test
    void too_many_that_wait_are_told_to_come_later() throws InterruptedException {
        String hash = hash("x");
        ConcurrentLinkedQueue<Boolean> answered = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Fault> refused = new ConcurrentLinkedQueue<>();
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            all.add(Thread.ofVirtual().start(() -> {
                try {
                    answered.add(matches("x", hash));
                } catch (FaultException e) {
                    refused.add(e.fault());
                }
            }));
        }
        for (Thread each : all) {
            each.join();
        }
        assertEquals(90, answered.size() + refused.size());
        assertTrue(answered.stream().allMatch(same -> same) && answered.size() >= 64, answered::toString);
        assertFalse(refused.isEmpty());
        refused.forEach(fault -> assertInstanceOf(Fault.RateLimited.class, fault));
    }

    private String hash(String password) {
        try (SecretBytes secret = SecretBytes.ofText(password)) {
            return hashes.of(secret);
        }
    }

    private boolean matches(String password, String hash) {
        try (SecretBytes secret = SecretBytes.ofText(password)) {
            return hashes.matches(secret, Optional.of(hash));
        }
    }
}
