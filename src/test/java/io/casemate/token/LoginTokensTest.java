package io.casemate.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.FaultException;
import io.casemate.kernel.LoginGrant;
import io.casemate.kernel.TokenTerms;
import io.casemate.kernel.TokenType;
import io.casemate.token.LoginTokens.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class LoginTokensTest {
    private static final TokenTerms TERMS = TokenTerms.NONE.granting(List.of("p"));

    private final TokenWorld world = new TokenWorld();

    @Test
    void the_tokens_of_a_mount_end_with_it_and_so_do_their_children() {
        Issued own = issue("m1", TokenType.DEFAULT);
        Issued batch = issue("m1", TokenType.BATCH);
        Issued child = world.make(Duration.ofHours(1), Optional.of(own.entry().key()));
        Issued other = issue("m2", TokenType.DEFAULT);
        world.store.endMount("m1");
        assertFalse(world.works(own) || world.works(batch) || world.works(child));
        assertTrue(world.works(other));
        assertEquals(1, world.keys("mount/").size());
        assertEquals(List.of(), world.keys("doomed/"));
        assertThrows(FaultException.class, () -> issue("m1", TokenType.DEFAULT));
        assertThrows(FaultException.class, () -> issue("m1", TokenType.BATCH));
    }

    @Test
    void many_end_in_bounded_steps_and_a_crash_between_them_is_made_good() {
        for (int i = 0; i < 200; i++) {
            issue("m", TokenType.DEFAULT);
        }
        int last = world.view.commits() + 3;
        world.view.beforeCommit(commit -> {
            if (commit > last) {
                throw new IllegalStateException("the process dies here");
            }
        });
        assertThrows(IllegalStateException.class, () -> world.store.endMount("m"));
        world.view.beforeCommit(commit -> {});
        world.open();
        world.store.endMount("m");
        world.store.sweep(10);
        assertEquals(List.of(), world.keys("mount/"));
        assertEquals(List.of(), world.keys("id/"));
        assertEquals(List.of(), world.keys("doomed/"));
    }

    @Test
    void no_login_that_is_under_way_outlives_its_mount() throws InterruptedException {
        ConcurrentLinkedQueue<Issued> made = new ConcurrentLinkedQueue<>();
        List<Thread> logins = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TokenType type = i % 2 == 0 ? TokenType.BATCH : TokenType.DEFAULT;
            logins.add(Thread.ofVirtual().start(() -> {
                for (int j = 0; j < 200; j++) {
                    try {
                        made.add(issue("m", type));
                    } catch (FaultException gone) {
                        return;
                    }
                }
            }));
        }
        while (made.size() < 50) {
            Thread.onSpinWait();
        }
        world.store.endMount("m");
        for (Thread login : logins) {
            login.join();
        }
        assertTrue(made.stream().noneMatch(world::works));
        assertEquals(List.of(), world.keys("mount/"));
    }

    @Test
    void a_token_that_ends_by_itself_leaves_the_index_of_its_mount() {
        Issued one = issue("m", TokenType.DEFAULT);
        issue("m", TokenType.DEFAULT);
        world.store.revoke(one.entry().key());
        assertEquals(1, world.keys("mount/").size());
        world.pass(Duration.ofDays(40));
        world.store.sweep(10);
        assertEquals(List.of(), world.keys("mount/"));
    }

    @Test
    void the_tokens_of_a_role_are_found_by_it_in_any_case_and_after_a_restart() {
        Issued one = issue("m", "Web", TokenType.DEFAULT);
        issue("m", "WEB", TokenType.DEFAULT);
        issue("m", "web", TokenType.BATCH);
        issue("m", "other", TokenType.DEFAULT);
        issue("m", "", TokenType.DEFAULT);
        issue("m2", "web", TokenType.DEFAULT);
        world.open();
        TokenLeases leases = new TokenLeases(world.view, world.store);
        List<String> found = leases.ofRole("m", "web", "", 10);
        assertEquals(2, found.size());
        assertEquals(found.subList(1, 2), leases.ofRole("m", "web", found.getFirst(), 10));
        world.store.revoke(one.entry().key());
        assertEquals(1, leases.ofRole("m", "web", "", 10).size());
        world.store.endMount("m");
        assertEquals(List.of(), leases.ofRole("m", "web", "", 10));
        assertEquals(1, world.keys("mount/").size());
    }

    @Test
    void a_token_from_before_roles_were_kept_is_still_one_of_its_mount() {
        Issued old = issue("m", "", TokenType.DEFAULT);
        String id = "id/" + old.entry().key();
        String record = new String(world.view.get(id).orElseThrow(), StandardCharsets.UTF_8);
        assertTrue(record.contains("\"by\":\"\","), record);
        world.view.put(id, record.replace("\"by\":\"\",", "").getBytes(StandardCharsets.UTF_8));
        world.open();
        assertTrue(world.works(old));
        world.store.endMount("m");
        assertFalse(world.works(old));
        assertEquals(List.of(), world.keys("mount/"));
    }

    private Issued issue(String mount, TokenType type) {
        return issue(mount, "app", type);
    }

    private Issued issue(String mount, String role, TokenType type) {
        LoginGrant grant = new LoginGrant(
                TERMS, role, new LoginGrant.Alias("a", Map.of()), "a", Map.of(), List.of(), true, Map.of("k", "v"));
        Place place = new Place(mount, "auth/x/login", "x-a", "", TokenWorld.LIMITS, type);
        return new LoginTokens(world.store).issue(grant, place);
    }
}
