package io.casemate.core;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static io.casemate.core.LoginHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Auth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names and passwords, over the whole road. */
class UserpassTest {
    private static final String INVALID = "400 invalid username or password";
    /** Of "open sesame", by another implementation, of cost 5. */
    private static final String FOREIGN = "$2y$05$lFtjYf4EAFfTiGFBQdKPm.49K1KtYTQpothGsftTzIYIHqc.myMVq";

    private final LoginHouse house = new LoginHouse();

    @BeforeEach
    void enable() {
        house.write("sys/auth/people", Map.of("type", "userpass"));
        house.write(
                "auth/people/users/Ann",
                Map.of("password", "s3cret", "token_policies", "Team", "token_ttl", "1h", "token_max_ttl", "4h"));
    }

    @Test
    void a_login_gives_a_token_of_the_users_terms() {
        Auth auth = login("ann", "s3cret");
        assertEquals(List.of("default", "team"), auth.policies());
        assertEquals("people-ann", auth.displayName());
        assertEquals(Map.of("username", "ann"), auth.metadata());
        assertEquals(Duration.ofHours(1), auth.leaseDuration());
        assertTrue(auth.renewable());
        assertTrue(auth.orphan());
        Map<String, Object> self = data(house.ask(text(auth), Operation.READ, "auth/token/lookup-self", Map.of()));
        assertEquals("auth/people/login/ANN", self.get("path"));
        assertEquals("service", self.get("type"));
    }

    @Test
    void the_audit_log_tells_who_came_and_neither_password_nor_token() {
        Auth auth = login("ann", "s3cret");
        String log = String.join("\n", house.device.lines());
        assertTrue(log.contains("\"display_name\":\"people-ann\""), log);
        assertFalse(log.contains("s3cret"));
        assertFalse(log.contains(text(auth)));
    }

    @Test
    void unknown_names_wrong_passwords_and_odd_names_get_the_same_answer() {
        for (String name : List.of("ann", "nobody", "-", "ann ", "x".repeat(300))) {
            assertEquals(INVALID, refusal(() -> login(name, "wrong")), name);
        }
        assertEquals(INVALID, refusal(() -> login("ann", "s3cret" + "x".repeat(80))));
        assertEquals("400 missing password", refusal(() -> login("ann", "")));
    }

    @Test
    void an_unknown_name_costs_as_much_as_a_known_one() {
        login("ann", "s3cret");
        long known = fastest(() -> refusal(() -> login("ann", "wrong")), () -> house.write(unlock("ann"), Map.of()));
        long unknown =
                fastest(() -> refusal(() -> login("nobody", "wrong")), () -> house.write(unlock("nobody"), Map.of()));
        assertTrue(unknown > known / 2 && unknown < known * 2, known + " ns, unknown " + unknown + " ns");
    }

    @Test
    void five_failures_lock_a_name_out_whether_it_exists_or_not_until_its_time_is_over() {
        for (String name : List.of("ann", "nobody")) {
            for (int i = 0; i < 5; i++) {
                assertEquals(INVALID, refusal(() -> login(name, "wrong")));
            }
            assertEquals("403", refusal(() -> login(name, "s3cret")));
        }
        assertEquals(2L, house.read("sys/locked-users").get("total"));
        house.pass(Duration.ofMinutes(14));
        assertEquals("403", refusal(() -> login("ann", "s3cret")));
        house.pass(Duration.ofMinutes(1));
        assertEquals("people-ann", login("ann", "s3cret").displayName());
        assertEquals(0L, house.read("sys/locked-users").get("total"));
    }

    @Test
    void failures_count_in_a_row_and_within_their_time() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 4; i++) {
                refusal(() -> login("ann", "wrong"));
            }
            login("ann", "s3cret");
        }
        for (int i = 0; i < 4; i++) {
            refusal(() -> login("ann", "wrong"));
        }
        house.pass(Duration.ofMinutes(15));
        refusal(() -> login("ann", "wrong"));
        assertEquals("people-ann", login("ann", "s3cret").displayName());
    }

    @Test
    void an_operator_tunes_lockouts_and_lets_a_name_in_again() {
        house.write(
                "sys/auth/people/tune",
                Map.of("user_lockout_config", Map.of("lockout_threshold", "2", "lockout_duration", "1h")));
        refusal(() -> login("ann", "wrong"));
        refusal(() -> login("ann", "wrong"));
        assertEquals("403", refusal(() -> login("ann", "s3cret")));
        house.write(unlock("ann"), Map.of());
        login("ann", "s3cret");
        house.write("sys/auth/people/tune", Map.of("user_lockout_config", Map.of("lockout_disable", true)));
        for (int i = 0; i < 3; i++) {
            refusal(() -> login("ann", "wrong"));
        }
        login("ann", "s3cret");
        assertTrue(refusal(() -> house.write(
                        "sys/auth/people/tune", Map.of("user_lockout_config", Map.of("lockout_threshold", 0L))))
                .startsWith("400 field 'lockout_threshold'"));
    }

    @Test
    void many_guesses_at_once_are_no_more_guesses() throws InterruptedException {
        house.write("sys/auth/people/tune", Map.of("user_lockout_config", Map.of("lockout_threshold", 1L)));
        List<Thread> guesses = java.util.stream.Stream.generate(() ->
                        Thread.ofVirtual().start(() -> refusal(() -> login("ann", "wrong"))))
                .limit(4)
                .toList();
        for (Thread guess : guesses) {
            guess.join();
        }
        assertEquals("403", refusal(() -> login("ann", "s3cret")));
    }

    @Test
    void renewal_asks_for_the_user_again() {
        Auth auth = login("ann", "s3cret");
        house.pass(Duration.ofMinutes(30));
        assertEquals(Duration.ofHours(1), renew(auth).leaseDuration());
        house.write("auth/people/users/ann", Map.of("token_ttl", "30m"));
        assertEquals(Duration.ofMinutes(30), renew(auth).leaseDuration());
        house.write("auth/people/users/ann/policies", Map.of("policies", "team,more"));
        assertEquals("400 policies have changed, not renewing", refusal(() -> renew(auth)));
        house.write("auth/people/users/ann/policies", Map.of("token_policies", List.of("team")));
        assertEquals(Duration.ofMinutes(30), renew(auth).leaseDuration());
        house.ask(house.root, Operation.DELETE, "auth/people/users/ann", Map.of());
        assertEquals("400 the user no longer exists, not renewing", refusal(() -> renew(auth)));
        assertTrue(house.works(text(auth)));
    }

    @Test
    void the_longest_life_is_the_users_and_the_mounts() {
        Auth auth = login("ann", "s3cret");
        for (int i = 0; i < 7; i++) {
            house.pass(Duration.ofMinutes(30));
            renew(auth);
        }
        house.pass(Duration.ofMinutes(29));
        Response last = house.ask(text(auth), Operation.UPDATE, "auth/token/renew-self", Map.of());
        assertEquals(Duration.ofMinutes(1), last.auth().orElseThrow().leaseDuration());
        assertEquals(1, last.warnings().size());
        house.write("sys/auth/people/tune", Map.of("max_lease_ttl", "10m", "default_lease_ttl", "5m"));
        Response login = house.ask("", Operation.UPDATE, "auth/people/login/ann", Map.of("password", "s3cret"));
        assertEquals(Duration.ofMinutes(10), login.auth().orElseThrow().leaseDuration());
        assertTrue(login.warnings().getFirst().contains("exceeded the effective max_ttl"));
    }

    @Test
    void disabling_the_method_ends_its_tokens_and_all_that_they_made() {
        Auth auth = login("ann", "s3cret");
        Response child = house.ask(house.root, Operation.UPDATE, "auth/token/create", Map.of("policies", "default"));
        house.ask(house.root, Operation.DELETE, "sys/auth/people", Map.of());
        assertFalse(house.works(text(auth)));
        assertTrue(house.works(text(child.auth().orElseThrow())));
        assertEquals(List.of(), house.storage.list("auth/", "", 10));
        assertEquals(List.of(), house.storage.list("token/mount/", "", 10));
        assertEquals("403", refusal(() -> login("ann", "s3cret")));
    }

    @Test
    void a_moved_method_keeps_its_users_and_their_tokens() {
        Auth auth = login("ann", "s3cret");
        house.write("sys/remount", Map.of("from", "auth/people", "to", "auth/staff"));
        assertTrue(house.works(text(auth)));
        assertEquals(Duration.ofHours(1), renew(auth).leaseDuration());
        Auth again = house.login("auth/staff/login/ann", Map.of("password", "s3cret"));
        assertEquals("staff-ann", again.displayName());
        assertTrue(refusal(() -> house.write("sys/remount", Map.of("from", "auth/staff", "to", "staff")))
                .startsWith("400 auth methods stay below auth/"));
    }

    @Test
    void a_wrapped_login_shows_no_token() {
        Response wrapped = house.ask(
                "",
                Operation.UPDATE,
                "auth/people/login/ann",
                Map.of("password", "s3cret"),
                Optional.of(Duration.ofMinutes(1)));
        assertTrue(wrapped.auth().isEmpty());
        assertFalse(wrapped.wrap().orElseThrow().wrappedAccessor().isEmpty());
    }

    @Test
    void a_login_that_nobody_can_witness_gives_no_token() {
        long before = house.storage.list("token/id/", "", 100).size();
        house.device.refuseAnswers();
        assertNotEquals("nothing was refused", refusal(() -> login("ann", "s3cret")));
        assertEquals(before, house.storage.list("token/id/", "", 100).size());
    }

    @Test
    void foreign_hashes_are_taken_and_made_anew_at_the_first_login() {
        house.write("auth/people/users/ali", Map.of("password_hash", FOREIGN));
        login("ali", "open sesame");
        assertEquals(INVALID, refusal(() -> login("ali", "open sesame!")));
        login("ali", "open sesame");
        assertTrue(refusal(() ->
                        house.write("auth/people/users/x", Map.of("password_hash", "$2b$31$" + "a".repeat(53))))
                .contains("cost 4 to 14"));
        assertTrue(refusal(() -> house.write("auth/people/users/x", Map.of("password_hash", "plain")))
                .contains("expected a bcrypt hash"));
        assertTrue(
                refusal(() -> house.write("auth/people/users/x", Map.of("password_hash", FOREIGN, "password", "both")))
                        .contains("exclude each other"));
    }

    @Test
    void users_are_shown_without_their_hash_changed_in_part_and_listed() {
        Map<String, Object> ann = house.read("auth/people/users/ann");
        assertEquals(List.of("team"), ann.get("token_policies"));
        assertEquals(3600L, ann.get("token_ttl"));
        assertFalse(ann.toString().contains("$2b$"));
        house.write("auth/people/users/ann/password", Map.of("password", "n3wer"));
        assertEquals(INVALID, refusal(() -> login("ann", "s3cret")));
        assertEquals(List.of("default", "team"), login("ANN", "n3wer").policies());
        assertEquals(
                List.of("ann"),
                data(house.ask(house.root, Operation.LIST, "auth/people/users/", Map.of()))
                        .get("keys"));
        assertEquals("404", refusal(() -> house.read("auth/people/users/nobody")));
        assertEquals("400 missing password", refusal(() -> house.write("auth/people/users/bob", Map.of())));
        assertTrue(refusal(() -> house.write("auth/people/users/bob", Map.of("password", "x".repeat(73))))
                .contains("at most 72 bytes"));
        assertEquals(
                "400 username does not exist",
                refusal(() -> house.write("auth/people/users/bob/password", Map.of("password", "x"))));
        assertTrue(refusal(() -> house.write("auth/people/users/bo b", Map.of("password", "x")))
                .startsWith("400 a user's name"));
    }

    @Test
    void a_bound_address_holds_at_login_and_later() {
        house.write("auth/people/users/ann", Map.of("token_bound_cidrs", "10.0.0.0/8"));
        assertEquals("403", refusal(() -> login("ann", "s3cret")));
        house.address = "10.1.2.3";
        Auth auth = login("ann", "s3cret");
        assertTrue(house.works(text(auth)));
        house.address = "127.0.0.1";
        assertFalse(house.works(text(auth)));
    }

    @Test
    void no_login_gives_root_or_what_belongs_to_the_server() {
        house.write("auth/people/users/ann", Map.of("token_policies", "root"));
        assertEquals("400 auth methods cannot create root tokens", refusal(() -> login("ann", "s3cret")));
        house.write("auth/people/users/ann", Map.of("token_policies", "response-wrapping"));
        assertTrue(refusal(() -> login("ann", "s3cret")).startsWith("400 cannot assign policy"));
    }

    @Test
    void uses_and_periods_are_the_users() {
        house.write("auth/people/users/ann", Map.of("token_num_uses", 2L, "token_period", "10m", "token_max_ttl", 0L));
        Auth auth = login("ann", "s3cret");
        assertEquals(2, auth.numUses());
        assertEquals(Duration.ofMinutes(10), auth.leaseDuration());
        assertTrue(house.works(text(auth)));
        assertTrue(house.works(text(auth)));
        assertFalse(house.works(text(auth)));
    }

    @Test
    void methods_and_engines_have_doors_of_their_own() {
        assertTrue(
                refusal(() -> house.write("sys/auth/x", Map.of("type", "kv"))).startsWith("400 no auth method"));
        assertTrue(refusal(() -> house.write("sys/mounts/x", Map.of("type", "userpass")))
                .startsWith("400 no engine"));
        assertTrue(refusal(() -> house.write("sys/mounts/auth/x", Map.of("type", "userpass")))
                .startsWith("400 auth methods are served at sys/auth/"));
        assertEquals(
                "400 path is already in use at auth/people/",
                refusal(() -> house.write("sys/auth/people", Map.of("type", "userpass"))));
        Map<?, ?> row = (Map<?, ?>) house.read("sys/auth").get("people/");
        assertTrue(row.get("accessor").toString().matches("auth_userpass_[0-9a-f]{8}"), row::toString);
        assertEquals("default-service", ((Map<?, ?>) row.get("config")).get("token_type"));
    }

    @Test
    void tuning_has_two_doors_and_one_of_them_needs_sudo() {
        house.write("sys/mounts/auth/people/tune", Map.of("description", "who works here", "token_type", "default"));
        Map<String, Object> tuned = house.read("sys/mounts/auth/people/tune");
        assertEquals("who works here", tuned.get("description"));
        assertEquals("default-service", tuned.get("token_type"));
        assertEquals(tuned, house.read("sys/auth/people/tune"));
        house.write(
                "sys/policies/acl/tuner",
                Map.of(
                        "policy",
                        "path \"sys/auth/people/tune\" { capabilities = [\"update\"] }\n"
                                + "path \"sys/mounts/auth/people/tune\" { capabilities = [\"update\"] }"));
        String tuner = text(house.write("auth/token/create", Map.of("policies", "tuner"))
                .auth()
                .orElseThrow());
        Map<String, Object> tuning = Map.of("default_lease_ttl", "1h");
        house.ask(tuner, Operation.UPDATE, "sys/mounts/auth/people/tune", tuning);
        assertEquals("403", refusal(() -> house.ask(tuner, Operation.UPDATE, "sys/auth/people/tune", tuning)));
        assertTrue(refusal(() -> house.write("sys/mounts/sys/tune", Map.of("token_type", "batch")))
                .contains("only be modified on auth mounts"));
    }

    @Test
    void a_disable_that_was_cut_short_is_finished_at_the_next_unseal() {
        Auth auth = login("ann", "s3cret");
        int dies = house.storage.commits() + 2;
        house.storage.beforeCommit(commit -> {
            if (commit > dies) {
                throw new Fault.StorageFailed(Fault.StorageProblem.IO, "the process dies here").asException();
            }
        });
        refusal(() -> house.ask(house.root, Operation.DELETE, "sys/auth/people", Map.of()));
        house.storage.beforeCommit(commit -> {});
        house.restart();
        assertFalse(house.works(text(auth)));
        assertEquals(List.of(), house.storage.list("auth/", "", 10));
        assertEquals(List.of(), house.storage.list("core/mounts/", "", 10));
    }

    @Test
    void users_tokens_and_locks_outlive_a_restart() {
        Auth auth = login("ann", "s3cret");
        for (int i = 0; i < 5; i++) {
            refusal(() -> login("bob", "wrong"));
        }
        house.restart();
        assertTrue(house.works(text(auth)));
        assertEquals(Duration.ofHours(1), renew(auth).leaseDuration());
        assertEquals("403", refusal(() -> login("bob", "wrong")));
        login("ann", "s3cret");
    }

    private static long fastest(Runnable work, Runnable after) {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - start);
            after.run();
        }
        return best;
    }

    private String unlock(String name) {
        String accessor = house.mounts().existing("auth/people").entry().accessor();
        return "sys/locked-users/" + accessor + "/unlock/" + name;
    }

    private Auth renew(Auth auth) {
        return house.ask(text(auth), Operation.UPDATE, "auth/token/renew-self", Map.of())
                .auth()
                .orElseThrow();
    }

    private Auth login(String name, String password) {
        return house.login(
                "auth/people/login/" + name.toUpperCase(java.util.Locale.ROOT), Map.of("password", password));
    }
}
