package io.casemate.core;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static io.casemate.core.LoginHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Auth;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Role ids and secret ids, over the whole road. */
class ApproleTest {
    private static final String INVALID = "400 invalid role or secret ID";
    private static final String ROLE = "auth/approle/role/web";

    private final LoginHouse house = new LoginHouse();

    @BeforeEach
    void enable() {
        house.write("sys/auth/approle", Map.of("type", "approle"));
        house.write(ROLE, Map.of("token_policies", "web", "token_ttl", "20m", "token_max_ttl", "1h"));
    }

    @Test
    void a_login_gives_a_token_of_the_roles_terms() {
        Map<String, Object> made = secretId(Map.of("metadata", "{\"host\":\"a\"}"));
        Auth auth = login(roleId(), made);
        assertEquals(List.of("default", "web"), auth.policies());
        assertEquals("approle", auth.displayName());
        assertEquals(Map.of("role_name", "web", "host", "a"), auth.metadata());
        assertEquals(Duration.ofMinutes(20), auth.leaseDuration());
        assertTrue(auth.renewable() && auth.orphan());
        assertTrue(house.works(text(auth)));
    }

    @Test
    void whatever_is_wrong_the_answer_is_the_same() {
        String id = roleId();
        house.write("auth/approle/role/other", Map.of());
        String others = (String) house.read("auth/approle/role/other/role-id").get("role_id");
        assertEquals(INVALID, refusal(() -> login(id, Map.of("secret_id", "wrong"))));
        assertEquals(INVALID, refusal(() -> login("nobody", Map.of("secret_id", "wrong"))));
        assertEquals(INVALID, refusal(() -> login(others, secretId(Map.of()))));
        assertEquals(INVALID, refusal(() -> login("x".repeat(5000), Map.of("secret_id", "x".repeat(5000)))));
        assertEquals("400 missing role_id", refusal(() -> login("", Map.of())));
        assertEquals("400 missing secret_id", refusal(() -> login(id, Map.of())));
        assertEquals("400 missing secret_id", refusal(() -> login("nobody", Map.of())));
    }

    @Test
    void neither_the_store_nor_the_audit_log_has_a_secret_id() {
        Map<String, Object> made = secretId(Map.of());
        String secret = (String) made.get("secret_id");
        login(roleId(), made);
        assertFalse(String.join("\n", house.device.lines()).contains(secret));
        for (String key : house.storage.list("", "", Integer.MAX_VALUE)) {
            String value =
                    new String(house.storage.get(key).orElseThrow(), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertFalse(key.contains(secret) || value.contains(secret), key);
        }
    }

    @Test
    void uses_are_never_overspent_however_many_race() throws InterruptedException {
        Map<String, Object> made = secretId(Map.of("num_uses", 10L));
        String id = roleId();
        house.write("sys/auth/approle/tune", Map.of("user_lockout_config", Map.of("lockout_disable", true)));
        AtomicInteger let = new AtomicInteger();
        List<Thread> machines = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            machines.add(Thread.ofVirtual().start(() -> {
                try {
                    login(id, made);
                    let.incrementAndGet();
                } catch (FaultException refused) {
                    assertEquals(INVALID, refusal(() -> {
                        throw refused;
                    }));
                }
            }));
        }
        for (Thread machine : machines) {
            machine.join();
        }
        assertEquals(10, let.get());
        assertEquals("404", refusal(() -> accessorLookup(made)));
    }

    @Test
    void a_use_is_counted_down_and_shown() {
        Map<String, Object> made = secretId(Map.of("num_uses", 3L, "ttl", "1h"));
        assertEquals(3L, made.get("secret_id_num_uses"));
        assertEquals(3600L, made.get("secret_id_ttl"));
        login(roleId(), made);
        Map<String, Object> shown = accessorLookup(made);
        assertEquals(2L, shown.get("secret_id_num_uses"));
        assertEquals("2026-11-22T01:00:00Z", shown.get("expiration_time"));
        assertEquals(shown, data(house.write(ROLE + "/secret-id/lookup", Map.of("secret_id", made.get("secret_id")))));
    }

    @Test
    void time_ends_a_secret_id_and_it_leaves_nothing_behind() {
        house.write(ROLE, Map.of("secret_id_ttl", "10m"));
        Map<String, Object> made = secretId(Map.of());
        login(roleId(), made);
        house.pass(Duration.ofMinutes(10));
        assertEquals(INVALID, refusal(() -> login(roleId(), made)));
        assertEquals("404", refusal(() -> accessorLookup(made)));
        Response tidied = house.write("auth/approle/tidy/secret-id", Map.of());
        assertEquals(202, tidied.status());
        for (String folder : List.of("secret/", "accessor/", "expiry/")) {
            assertEquals(List.of(), stored(folder), folder);
        }
    }

    @Test
    void ended_secret_ids_go_when_others_are_made() {
        house.write(ROLE, Map.of("secret_id_ttl", "10m"));
        secretId(Map.of());
        house.pass(Duration.ofMinutes(11));
        secretId(Map.of());
        assertEquals(1, stored("secret/").size());
        assertEquals(1, stored("expiry/").size());
    }

    @Test
    void unknown_ids_are_looked_up_as_vault_does() {
        Response unknown = house.write(ROLE + "/secret-id/lookup", Map.of("secret_id", "nothing"));
        assertTrue(unknown.silent());
        assertEquals("404", refusal(() -> accessorLookup(Map.of("secret_id_accessor", "nothing"))));
        assertEquals(
                "400 role \"nobody\" does not exist",
                refusal(() -> house.write("auth/approle/role/nobody/secret-id", Map.of())));
        assertEquals("404", refusal(() -> house.read("auth/approle/role/nobody")));
        assertEquals("404", refusal(() -> list(ROLE + "/secret-id")));
    }

    @Test
    void secret_ids_are_destroyed_by_id_and_by_accessor_of_their_own_role() {
        house.write("auth/approle/role/other", Map.of());
        Map<String, Object> first = secretId(Map.of());
        Map<String, Object> second = secretId(Map.of());
        Map<String, Object> accessor = Map.of("secret_id_accessor", second.get("secret_id_accessor"));
        assertEquals("404", refusal(() -> house.write("auth/approle/role/other/secret-id-accessor/destroy", accessor)));
        assertEquals(2, list(ROLE + "/secret-id").size());
        Object earlier = list(ROLE + "/secret-id").getFirst();
        Map<String, Object> rest =
                data(house.ask(house.root, Operation.LIST, ROLE + "/secret-id/", Map.of("after", earlier)));
        assertEquals(list(ROLE + "/secret-id").subList(1, 2), rest.get("keys"));
        house.ask(
                house.root, Operation.DELETE, ROLE + "/secret-id/destroy", Map.of("secret_id", first.get("secret_id")));
        house.write(ROLE + "/secret-id-accessor/destroy", accessor);
        assertEquals(INVALID, refusal(() -> login(roleId(), first)));
        assertEquals(INVALID, refusal(() -> login(roleId(), second)));
        assertEquals(List.of(), stored("accessor/"));
    }

    @Test
    void chosen_secret_ids_are_taken_once() {
        house.write(ROLE + "/custom-secret-id", Map.of("secret_id", "chosen-by-me"));
        login(roleId(), Map.of("secret_id", "chosen-by-me"));
        assertEquals(
                "400 SecretID is already registered",
                refusal(() -> house.write(ROLE + "/custom-secret-id", Map.of("secret_id", "chosen-by-me"))));
        assertEquals("400 missing secret_id", refusal(() -> house.write(ROLE + "/custom-secret-id", Map.of())));
    }

    @Test
    void a_secret_id_gets_no_more_than_its_role_gives() {
        house.write(
                ROLE, Map.of("secret_id_num_uses", 5L, "secret_id_ttl", "1h", "secret_id_bound_cidrs", "10.0.0.0/8"));
        assertTrue(refusal(() -> secretId(Map.of("num_uses", 6L))).contains("cannot be higher"));
        assertTrue(refusal(() -> secretId(Map.of("num_uses", 0L))).contains("cannot be higher"));
        assertTrue(refusal(() -> secretId(Map.of("ttl", "2h"))).contains("cannot be longer"));
        assertTrue(refusal(() -> secretId(Map.of("cidr_list", "11.0.0.0/16"))).contains("not within"));
        assertTrue(refusal(() -> secretId(Map.of("cidr_list", "10.0.0.0/7"))).contains("not within"));
        assertTrue(refusal(() -> secretId(Map.of("metadata", "{\"a\":1}"))).contains("'metadata'"));
        assertTrue(refusal(() -> secretId(Map.of("metadata", "{\"a\":"))).startsWith("400"));
        assertTrue(refusal(() -> secretId(Map.of("metadata", "a=b,".repeat(10_001))))
                .contains("more than 10000"));
        assertEquals(5L, secretId(Map.of("cidr_list", "10.9.0.0/16")).get("secret_id_num_uses"));
    }

    @Test
    void addresses_bind_logins_and_tokens() {
        house.write(ROLE, Map.of("secret_id_bound_cidrs", "10.0.0.0/8", "token_bound_cidrs", "10.0.0.0/8"));
        Map<String, Object> made =
                secretId(Map.of("cidr_list", "10.1.0.0/16", "token_bound_cidrs", "10.1.1.0/24", "num_uses", 1L));
        String id = roleId();
        assertTrue(refusal(() -> login(id, made)).contains("unauthorized by CIDR restrictions on the role"));
        house.address = "10.2.0.1";
        assertTrue(refusal(() -> login(id, made)).contains("restrictions on the secret ID"));
        house.address = "10.1.1.7";
        Auth auth = login(id, made);
        assertTrue(house.works(text(auth)));
        house.address = "10.1.2.7";
        assertFalse(house.works(text(auth)));
    }

    @Test
    void a_role_without_secret_ids_needs_another_constraint() {
        assertEquals(
                "400 at least one constraint should be enabled on the role",
                refusal(() -> house.write(ROLE, Map.of("bind_secret_id", false))));
        house.write(ROLE, Map.of("bind_secret_id", false, "secret_id_bound_cidrs", "127.0.0.1/32"));
        assertTrue(house.works(text(login(roleId(), Map.of()))));
        assertEquals("400 bind_secret_id is not set on the role", refusal(() -> secretId(Map.of())));
        assertEquals(
                "400 at least one constraint should be enabled on the role",
                refusal(() -> house.ask(house.root, Operation.DELETE, ROLE + "/secret-id-bound-cidrs", Map.of())));
    }

    @ParameterizedTest
    @CsvSource({
        "policies,token_policies,b;a,[a; b],[]",
        "period,token_period,90s,90,0",
        "secret-id-num-uses,secret_id_num_uses,7,7,0",
        "secret-id-ttl,secret_id_ttl,1h,3600,0",
        "token-ttl,token_ttl,2m,120,0",
        "token-max-ttl,token_max_ttl,2h,7200,0",
        "token-num-uses,token_num_uses,3,3,0",
        "secret-id-bound-cidrs,secret_id_bound_cidrs,10.0.0.0/8,[10.0.0.0/8],[]",
        "token-bound-cidrs,token_bound_cidrs,10.0.0.0/8,[10.0.0.0/8],[]"
    })
    void each_setting_is_set_shown_and_reset(String segment, String name, String sent, String set, String reset) {
        String path = ROLE + "/" + segment;
        house.write(path, Map.of(name, sent.replace(';', ',')));
        assertEquals(set.replace(';', ','), house.read(path).get(name).toString());
        assertEquals(house.read(path).get(name), house.read(ROLE).get(name));
        house.ask(house.root, Operation.DELETE, path, Map.of());
        assertEquals(reset, house.read(path).get(name).toString());
        assertEquals("400 missing " + name, refusal(() -> house.write(path, Map.of())));
        assertEquals("404", refusal(() -> house.write(path.replace("web", "nobody"), Map.of(name, sent))));
    }

    @Test
    void older_names_are_understood_and_shown() {
        house.write(ROLE + "/policies", Map.of("policies", "old"));
        assertEquals(List.of("old"), house.read(ROLE + "/policies").get("policies"));
        house.write(ROLE, Map.of("policies", "older", "period", "10m", "bound_cidr_list", "127.0.0.1"));
        Map<String, Object> shown = house.read(ROLE);
        assertEquals(List.of("older"), shown.get("token_policies"));
        assertEquals(600L, shown.get("token_period"));
        assertEquals(List.of("127.0.0.1"), shown.get("secret_id_bound_cidrs"));
        assertEquals(List.of("127.0.0.1"), house.read(ROLE + "/bound-cidr-list").get("bound_cidr_list"));
    }

    @Test
    void role_ids_are_set_and_belong_to_one_role() {
        house.write(ROLE + "/role-id", Map.of("role_id", "web-in-person"));
        assertEquals("web-in-person", roleId());
        login("web-in-person", secretId(Map.of()));
        assertEquals(
                "400 role_id already in use",
                refusal(() -> house.write("auth/approle/role/other", Map.of("role_id", "web-in-person"))));
        String before = roleId();
        house.write(ROLE, Map.of("role_id", "second"));
        assertEquals(INVALID, refusal(() -> login(before, secretId(Map.of()))));
        login("second", secretId(Map.of()));
    }

    @Test
    void a_deleted_role_takes_its_secret_ids_and_its_renewals_and_another_of_its_name_gets_nothing() {
        Map<String, Object> made = secretId(Map.of());
        house.write(ROLE + "/role-id", Map.of("role_id", "same"));
        Auth auth = login("same", made);
        house.ask(house.root, Operation.DELETE, ROLE, Map.of());
        assertEquals(INVALID, refusal(() -> login("same", made)));
        assertEquals("400 role \"web\" does not exist during renewal", refusal(() -> renew(auth)));
        house.write(ROLE, Map.of("role_id", "same"));
        assertEquals(INVALID, refusal(() -> login("same", made)));
        assertEquals("400 role \"web\" does not exist during renewal", refusal(() -> renew(auth)));
        assertEquals(List.of(), stored("secret/"));
        assertEquals(List.of(), stored("gone/"));
    }

    @Test
    void a_deletion_that_was_cut_short_opens_nothing_and_is_tidied() {
        Map<String, Object> made = secretId(Map.of());
        String id = roleId();
        house.ask(house.root, Operation.LIST, "auth/approle/role/", Map.of());
        int last = house.storage.commits() + 1;
        house.storage.beforeCommit(commit -> {
            if (commit > last) {
                throw new Fault.StorageFailed(Fault.StorageProblem.IO, "the process dies here").asException();
            }
        });
        refusal(() -> house.ask(house.root, Operation.DELETE, ROLE, Map.of()));
        house.storage.beforeCommit(commit -> {});
        assertEquals(1, stored("secret/").size());
        assertEquals(INVALID, refusal(() -> login(id, made)));
        house.write("auth/approle/tidy/secret-id", Map.of());
        assertEquals(List.of(), stored("secret/"));
    }

    @Test
    void renewal_goes_by_the_role_as_it_is_and_tells_of_other_policies() {
        Auth auth = login(roleId(), secretId(Map.of()));
        house.write(ROLE, Map.of("token_ttl", "5m", "token_policies", "less"));
        Response renewed = house.ask(text(auth), Operation.UPDATE, "auth/token/renew-self", Map.of());
        assertEquals(Duration.ofMinutes(5), renewed.auth().orElseThrow().leaseDuration());
        assertEquals(List.of("default", "web"), renewed.auth().orElseThrow().policies());
        assertTrue(renewed.warnings().getFirst().startsWith("The policies have changed"));
        assertEquals(20 * 60L, self(auth).get("creation_ttl"));
    }

    @Test
    void wrong_secret_ids_lock_a_role_id_out() {
        Map<String, Object> made = secretId(Map.of());
        for (int i = 0; i < 5; i++) {
            refusal(() -> login(roleId(), Map.of("secret_id", "wrong")));
        }
        assertEquals("403", refusal(() -> login(roleId(), made)));
        house.pass(Duration.ofMinutes(15));
        login(roleId(), made);
    }

    @Test
    void limits_of_the_mount_bound_the_role() {
        house.write("sys/auth/approle/tune", Map.of("max_lease_ttl", "30m", "default_lease_ttl", "10m"));
        assertTrue(
                refusal(() -> house.write(ROLE, Map.of("token_period", "1h"))).contains("period of \"1h0m0s\""));
        Response warned = house.write(ROLE, Map.of("token_max_ttl", "2h"));
        assertEquals(1, warned.warnings().size());
        house.write(ROLE, Map.of("token_ttl", 0L));
        assertEquals(Duration.ofMinutes(10), login(roleId(), secretId(Map.of())).leaseDuration());
        assertEquals(1800L, secretId(Map.of("ttl", "5h")).get("secret_id_ttl"));
    }

    @Test
    void names_have_a_form_and_local_secret_ids_are_for_the_beginning() {
        assertTrue(refusal(() -> house.write("auth/approle/role/-x", Map.of())).startsWith("400 a role's name"));
        assertTrue(refusal(() -> house.write(ROLE, Map.of("local_secret_ids", true)))
                .contains("during role creation"));
        house.write("auth/approle/role/Near", Map.of("local_secret_ids", true));
        assertEquals(true, house.read("auth/approle/role/near/local-secret-ids").get("local_secret_ids"));
        assertEquals(List.of("near", "web"), list("auth/approle/role"));
        assertNotEquals(roleId(), house.read("auth/approle/role/near/role-id").get("role_id"));
        assertEquals(
                Set.of("secret_id", "secret_id_accessor", "secret_id_ttl", "secret_id_num_uses"),
                secretId(Map.of()).keySet());
    }

    private Map<String, Object> self(Auth auth) {
        return data(house.ask(text(auth), Operation.READ, "auth/token/lookup-self", Map.of()));
    }

    private Auth renew(Auth auth) {
        return house.ask(text(auth), Operation.UPDATE, "auth/token/renew-self", Map.of())
                .auth()
                .orElseThrow();
    }

    private List<?> list(String path) {
        return (List<?>) data(house.ask(house.root, Operation.LIST, path + "/", Map.of()))
                .get("keys");
    }

    private List<String> stored(String folder) {
        String uuid = house.mounts().existing("auth/approle").entry().uuid();
        return house.storage.list("auth/" + uuid + "/" + folder, "", 100);
    }

    private Map<String, Object> accessorLookup(Map<String, Object> made) {
        return data(house.write(
                ROLE + "/secret-id-accessor/lookup", Map.of("secret_id_accessor", made.get("secret_id_accessor"))));
    }

    private String roleId() {
        return (String) house.read(ROLE + "/role-id").get("role_id");
    }

    private Map<String, Object> secretId(Map<String, Object> wish) {
        return data(house.write(ROLE + "/secret-id", wish));
    }

    private Auth login(String roleId, Map<String, Object> made) {
        return house.login(
                "auth/approle/login", Map.of("role_id", roleId, "secret_id", made.getOrDefault("secret_id", "")));
    }
}
