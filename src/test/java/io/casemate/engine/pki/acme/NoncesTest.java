package io.casemate.engine.pki.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NoncesTest {
    private final Nonces nonces = new Nonces(new SecureRandom());

    @Test
    void eachIsGoodOnceInAnyOrder() {
        String first = nonces.next();
        String second = nonces.next();
        assertTrue(nonces.use(second));
        assertTrue(nonces.use(first));
        assertFalse(nonces.use(first));
        assertFalse(nonces.use(second));
    }

    @Test
    void theWindowIsTheNewest() {
        String old = nonces.next();
        String kept = nonces.next();
        for (int i = 1; i < Nonces.WINDOW; i++) {
            nonces.next();
        }
        assertFalse(nonces.use(old));
        assertTrue(nonces.use(kept));
        String same = nonces.next();
        nonces.next();
        assertTrue(nonces.use(same));
        assertFalse(nonces.use(kept), "its slot is another's now");
    }

    @Test
    void anothersAndBrokenOnesAreRefused() {
        try (Nonces other = new Nonces(new SecureRandom())) {
            assertFalse(nonces.use(other.next()));
        }
        String mine = nonces.next();
        for (int i = 0; i < mine.length(); i++) {
            char flipped = mine.charAt(i) == 'A' ? 'B' : 'A';
            assertFalse(nonces.use(mine.substring(0, i) + flipped + mine.substring(i + 1)));
        }
        for (String broken : List.of("", "=", "\u00e4", mine + "A", mine.substring(1))) {
            assertFalse(nonces.use(broken));
        }
        assertTrue(nonces.use(mine), "and it is good all the same");
    }

    @Test
    void oneOfManyWhoUseTheSameWins() throws InterruptedException {
        for (int round = 0; round < 100; round++) {
            String nonce = nonces.next();
            AtomicInteger won = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                threads.add(Thread.ofVirtual().start(() -> won.addAndGet(nonces.use(nonce) ? 1 : 0)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(1, won.get());
        }
    }
}
