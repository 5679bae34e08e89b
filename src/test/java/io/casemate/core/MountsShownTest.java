package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Go's client and the tools on it ask of mounts, over the whole road. */
class MountsShownTest {
    private final LoginHouse house = new LoginHouse();

    @Test
    void an_auth_method_is_read_but_not_changed_among_the_mounts() {
        house.write("sys/auth/people", Map.of("type", "userpass"));
        assertEquals("userpass", house.read("sys/mounts/auth/people").get("type"));
        assertEquals(
                "400 auth methods are served at sys/auth/, not at sys/mounts/auth/",
                LoginHouse.refusal(() -> house.write("sys/mounts/auth/more", Map.of("type", "userpass"))));
        assertEquals(
                "400 auth methods are served at sys/auth/, not at sys/mounts/auth/",
                LoginHouse.refusal(() -> house.ask(house.root, Operation.DELETE, "sys/mounts/auth/people", Map.of())));
    }

    @Test
    void a_list_in_the_tuning_is_bounded_in_either_form() {
        assertEquals(
                "400 field 'audit_non_hmac_request_keys': more than 10000 elements",
                LoginHouse.refusal(() -> house.write(
                        "sys/mounts/secret",
                        Map.of("type", "kv", "config", Map.of("audit_non_hmac_request_keys", "a,".repeat(10_000))))));
    }

    /** Policies judge the path as it was sent: what stood for another path after that would pass by a rule for that one. */
    @ParameterizedTest
    @ValueSource(strings = {" auth/people", "\u2003auth/people", "auth/people ", " secret", "secret "})
    void a_path_with_blanks_around_is_no_other_path(String path) {
        house.write("sys/auth/people", Map.of("type", "userpass"));
        house.write("sys/mounts/secret", Map.of("type", "kv"));
        house.write("sys/policies/acl/mounter", Map.of("policy", """
            path "sys/mounts/*" { capabilities = ["create", "read", "update", "delete"] }
            path "sys/mounts/secret" { capabilities = ["deny"] }
            path "sys/mounts/secret/tune" { capabilities = ["deny"] }
            """));
        String mounter = LoginHouse.text(house.write("auth/token/create", Map.of("policies", List.of("mounter")))
                .auth()
                .orElseThrow());
        Map<String, Object> secret = house.read("sys/mounts/secret");
        Map<String, Object> people = house.read("sys/auth/people");
        assertThrows(
                FaultException.class,
                () -> house.ask(mounter, Operation.UPDATE, "sys/mounts/" + path, Map.of("type", "userpass")));
        assertThrows(FaultException.class, () -> house.ask(mounter, Operation.READ, "sys/mounts/" + path, Map.of()));
        assertThrows(FaultException.class, () -> house.ask(mounter, Operation.DELETE, "sys/mounts/" + path, Map.of()));
        assertThrows(
                FaultException.class,
                () -> house.ask(
                        mounter, Operation.UPDATE, "sys/mounts/" + path + "/tune", Map.of("description", "mine")));
        assertEquals(secret, house.read("sys/mounts/secret"));
        assertEquals(people, house.read("sys/auth/people"));
    }

    /** The provider for Terraform knows by these words that a mount went away. */
    @Test
    void a_missing_mount_is_refused_in_the_words_that_clients_know() {
        assertEquals(
                "400 No secret engine mount at team/kv/", LoginHouse.refusal(() -> house.read("sys/mounts/team/kv")));
        assertEquals(
                "400 No secret engine mount at auth/people/",
                LoginHouse.refusal(() -> house.read("sys/mounts/auth/people")));
        assertEquals("400 No auth engine at people/", LoginHouse.refusal(() -> house.read("sys/auth/people")));
    }

    @Test
    void the_cubbyhole_is_local_and_other_mounts_are_not() {
        house.write("sys/mounts/kv", Map.of("type", "kv"));
        assertEquals(true, house.read("sys/mounts/cubbyhole").get("local"));
        assertEquals(false, house.read("sys/mounts/kv").get("local"));
    }

    @Test
    void tuning_shows_lockouts_by_the_names_of_the_tune_endpoint() {
        house.write("sys/auth/people", Map.of("type", "userpass"));
        house.write(
                "sys/auth/people/tune",
                Map.of("user_lockout_config", Map.of("lockout_threshold", "7", "lockout_duration", "10m")));
        Map<String, Object> shown = house.read("sys/auth/people/tune");
        assertEquals(7L, shown.get("user_lockout_threshold"));
        assertEquals(600L, shown.get("user_lockout_duration"));
        assertEquals(900L, shown.get("user_lockout_counter_reset_duration"));
        assertEquals(false, shown.get("user_lockout_disable"));
    }

    @Test
    void a_mount_helps_with_all_its_paths_with_and_without_a_slash() {
        house.write("sys/mounts/kv", Map.of("type", "kv", "options", Map.of("version", "2")));
        for (String path : List.of("kv", "kv/", "auth/token", "sys")) {
            String help = help(path);
            assertTrue(help.contains("## PATHS"), help);
        }
        assertTrue(help("kv").contains("data/{path...}"), help("kv"));
        FaultException without =
                assertThrows(FaultException.class, () -> house.ask("", Operation.HELP, "kv", Map.of()));
        assertInstanceOf(Fault.PermissionDenied.class, without.fault());
    }

    @Test
    void a_path_out_of_reach_is_refused_with_what_to_do_and_does_not_tell_whether_it_is_there() {
        house.write("sys/mounts/kv", Map.of("type", "kv"));
        house.write("sys/policies/acl/other", Map.of("policy", "path \"other/*\" { capabilities = [\"read\"] }"));
        String token = LoginHouse.text(house.write("auth/token/create", Map.of("policies", List.of("other")))
                .auth()
                .orElseThrow());
        for (String path : List.of("kv/a", "nowhere/a")) {
            FaultException refused = assertThrows(
                    FaultException.class,
                    () -> house.ask(token, Operation.READ, "sys/internal/ui/mounts/" + path, Map.of()));
            assertEquals(
                    new Fault.PermissionDenied(
                            List.of("preflight capability check returned 403, please ensure client's "
                                    + "policies grant access to path \"" + path + "\"")),
                    refused.fault());
        }
    }

    private String help(String path) {
        Response answer = house.ask(house.root, Operation.HELP, path, Map.of());
        Response.Content.Plain plain = assertInstanceOf(Response.Content.Plain.class, answer.content());
        return plain.members().get("help").toString();
    }
}
