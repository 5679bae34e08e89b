package io.casemate.engine.pki.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.engine.pki.acme.challenge.Question;
import io.casemate.engine.pki.acme.challenge.Result;
import io.casemate.engine.pki.acme.store.Account;
import io.casemate.engine.pki.acme.store.AcmeStore;
import io.casemate.engine.pki.acme.store.AcmeStore.Look;
import io.casemate.engine.pki.acme.store.Authorization;
import io.casemate.engine.pki.acme.store.Challenge;
import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.kernel.Await;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose challenge is looked at when. */
class ChallengeValidatorTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final String TYPE = "http-01";
    private static final PublicKey KEY =
            new SoftwareKeys(new SecureRandom()).generate(KeyKind.EC_P256).publicKey();

    private final AcmeStore store = new AcmeStore(new MemoryView());
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger hanging = new AtomicInteger();
    private final ChallengeValidator validator = looks(Duration.ZERO);

    private ChallengeValidator looks(Duration... pauses) {
        return new ChallengeValidator(store, () -> NOW, account -> {}, this::seen, List.of(pauses));
    }

    @AfterEach
    void close() {
        end.countDown();
        validator.close();
    }

    /** Names of the greedy account lead to servers that do not answer. */
    private Result seen(Question question) {
        if (question.name().startsWith("hang")) {
            hanging.incrementAndGet();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Result.connection("nobody answers");
        }
        return question.name().startsWith("later") ? Result.connection("not yet") : new Result.Proven();
    }

    private Look promised(String account, String name) {
        return store.transact(changes -> {
            changes.put(
                    new Account(account, "acme", Account.Status.VALID, KEY, List.of(), true, "", NOW, Instant.EPOCH));
            changes.put(
                    account,
                    new Authorization(
                            account + "-" + name,
                            new Identifier(false, name),
                            Authorization.Status.PENDING,
                            NOW.plusSeconds(3600),
                            List.of(Challenge.pending(TYPE, "token").processing())));
            Look look = new Look(account, account + "-" + name, TYPE);
            changes.promise(look);
            return look;
        });
    }

    private boolean proven(Look look) {
        return store.authorization(look.account(), look.authorization())
                        .orElseThrow()
                        .status()
                == Authorization.Status.VALID;
    }

    @Test
    void one_account_does_not_keep_the_others_waiting() {
        for (int i = 0; i < 2000; i++) {
            validator.start(promised("greedy", "hang" + i + ".example"));
        }
        Await.until(() -> hanging.get() == 16);
        assertFalse(validator.room("greedy"));
        assertTrue(validator.room("modest"));
        Look other = promised("modest", "good.example");
        validator.start(other);
        Await.until(() -> proven(other));
        assertEquals(16, hanging.get(), "its share of the turns");
    }

    @Test
    void many_accounts_take_turns() {
        for (int account = 0; account < 4; account++) {
            for (int i = 0; i < 40; i++) {
                validator.start(promised("account" + account, "hang" + i + ".example"));
            }
        }
        Await.until(() -> hanging.get() == 64);
        Look other = promised("late", "good.example");
        validator.start(other);
        end.countDown();
        Await.until(() -> proven(other));
        Await.until(() -> store.looks("", 1000).isEmpty());
        assertEquals(160, hanging.get(), "nobody was forgotten");
    }

    @Test
    void repetitions_leave_turns_for_first_looks() {
        FairScheduler scheduler = new FairScheduler(4, 4, 2);
        AtomicInteger again = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            take(scheduler, "a", false, again);
        }
        Await.until(() -> again.get() == 2);
        AtomicInteger first = new AtomicInteger();
        take(scheduler, "b", true, first);
        take(scheduler, "c", true, first);
        Await.until(() -> first.get() == 2);
        assertEquals(2, again.get());
        scheduler.release("a");
        scheduler.release("a");
        scheduler.release("b");
        Await.until(() -> again.get() == 3);
    }

    private static void take(FairScheduler scheduler, String account, boolean first, AtomicInteger had) {
        Thread.ofVirtual().start(() -> {
            try {
                scheduler.acquire(account, first);
                had.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Test
    void who_is_interrupted_leaves_the_line() throws InterruptedException {
        FairScheduler scheduler = new FairScheduler(1, 1, 1);
        scheduler.acquire("a", true);
        AtomicInteger had = new AtomicInteger();
        Thread gone = Thread.ofVirtual().start(() -> {
            try {
                scheduler.acquire("b", true);
                had.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Await.until(() -> gone.getState() == Thread.State.WAITING);
        gone.interrupt();
        gone.join();
        take(scheduler, "c", true, had);
        scheduler.release("a");
        Await.until(() -> had.get() == 1);
    }
}
