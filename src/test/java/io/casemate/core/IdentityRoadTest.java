package io.casemate.core;

import static io.casemate.core.LoginHouse.data;
import static io.casemate.core.LoginHouse.refusal;
import static io.casemate.core.LoginHouse.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Envelope;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.kernel.Response.Auth;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Entities, groups and templates over the whole road: logins, judgement, lookups and the audit log. */
class IdentityRoadTest {
    private final LoginHouse house = new LoginHouse();
    private String accessor;

    @BeforeEach
    void enable() {
        house.write("sys/auth/people", Map.of("type", "userpass"));
        house.write("auth/people/users/ann", Map.of("password", "s3cret"));
        house.write("auth/people/users/bob", Map.of("password", "s3cret"));
        accessor = house.mounts().existing("auth/people").entry().accessor();
    }

    @Test
    void a_login_belongs_to_an_entity_whose_policies_count() {
        house.write("sys/policies/acl/lister", policy("path \"sys/policy\" { capabilities = [\"read\"] }"));
        Auth auth = login("ann");
        assertFalse(auth.entityId().isEmpty());
        assertTrue(house.device.lines().getLast().contains("\"entity_created\":true"));
        login("ann");
        assertFalse(house.device.lines().getLast().contains("entity_created"));
        assertEquals("403", refusal(() -> house.ask(text(auth), Operation.READ, "sys/policy", Map.of())));
        house.write("identity/entity/id/" + auth.entityId(), Map.of("policies", "lister"));
        data(house.ask(text(auth), Operation.READ, "sys/policy", Map.of()));
        Map<String, Object> self = data(house.ask(text(auth), Operation.READ, "auth/token/lookup-self", Map.of()));
        assertEquals(List.of("default"), self.get("policies"));
        assertEquals(List.of("lister"), self.get("identity_policies"));
        assertEquals(auth.entityId(), self.get("entity_id"));
        assertTrue(house.device.lines().getLast().contains("\"identity_policies\":[\"lister\"]"));
        assertTrue(house.device.lines().getLast().contains("\"entity_id\":\"" + auth.entityId() + "\""));
        house.write("identity/entity/id/" + auth.entityId(), Map.of("policies", ""));
        assertEquals("403", refusal(() -> house.ask(text(auth), Operation.READ, "sys/policy", Map.of())));
    }

    @Test
    void a_login_is_answered_with_the_policies_of_entity_and_groups() {
        String entity = login("ann").entityId();
        house.write("identity/entity/id/" + entity, Map.of("policies", "b"));
        house.write("identity/group", Map.of("name", "g", "policies", "c,default", "member_entity_ids", entity));
        Response answer = house.ask("", Operation.UPDATE, "auth/people/login/ann", Map.of("password", "s3cret"));
        Map<?, ?> auth = (Map<?, ?>) Envelope.of("id", answer).get("auth");
        assertEquals(List.of("b", "c", "default"), auth.get("policies"));
        assertEquals(List.of("default"), auth.get("token_policies"));
        assertEquals(List.of("b", "c", "default"), auth.get("identity_policies"));
        assertEquals(entity, auth.get("entity_id"));
    }

    @Test
    void tokens_of_a_disabled_or_deleted_entity_are_refused_and_that_is_audited() {
        Auth auth = login("ann");
        house.write("identity/entity/id/" + auth.entityId(), Map.of("disabled", true));
        assertFalse(house.works(text(auth)));
        assertTrue(house.device.lines().getLast().contains("permission denied"));
        assertTrue(house.device.lines().getLast().contains(auth.entityId()));
        assertEquals("403", refusal(() -> login("ann")));
        Map<String, Object> told = data(house.write(
                "sys/capabilities-accessor", Map.of("accessor", auth.accessor(), "path", "auth/token/lookup-self")));
        assertEquals(List.of("deny"), told.get("capabilities"));
        house.write("identity/entity/id/" + auth.entityId(), Map.of("disabled", false));
        assertTrue(house.works(text(auth)));
        house.ask(house.root, Operation.DELETE, "identity/entity/id/" + auth.entityId(), Map.of());
        assertFalse(house.works(text(auth)));
        assertTrue(house.works(text(login("ann"))));
    }

    @Test
    void a_child_token_belongs_to_the_entity_of_its_parent_and_an_orphan_to_nobody() {
        house.write(
                "sys/policies/acl/maker",
                policy("path \"auth/token/create*\" { capabilities = [\"update\", \"sudo\"] }"));
        Auth auth = login("ann");
        house.write("identity/entity/id/" + auth.entityId(), Map.of("policies", "maker"));
        Auth child = house.ask(text(auth), Operation.UPDATE, "auth/token/create", Map.of())
                .auth()
                .orElseThrow();
        assertEquals(auth.entityId(), child.entityId());
        Auth orphan = house.ask(text(auth), Operation.UPDATE, "auth/token/create-orphan", Map.of())
                .auth()
                .orElseThrow();
        assertEquals("", orphan.entityId());
        house.write("identity/entity/id/" + auth.entityId(), Map.of("disabled", true));
        assertFalse(house.works(text(child)));
        assertTrue(house.works(text(orphan)));
    }

    @Test
    void a_merged_entitys_tokens_are_the_other_entitys() {
        Auth ann = login("ann");
        String to = (String)
                data(house.write("identity/entity", Map.of("name", "to"))).get("id");
        house.write("identity/entity/merge", Map.of("to_entity_id", to, "from_entity_ids", ann.entityId()));
        assertTrue(house.works(text(ann)));
        assertTrue(house.device.lines().getLast().contains("\"entity_id\":\"" + to + "\""));
        house.write("identity/entity/id/" + to, Map.of("disabled", true));
        assertFalse(house.works(text(ann)));
    }

    @Test
    void the_default_policy_shows_everybody_their_own_entity_and_no_other() {
        Auth ann = login("ann");
        Auth bob = login("bob");
        data(house.ask(text(ann), Operation.READ, "identity/entity/id/" + ann.entityId(), Map.of()));
        assertEquals(
                "403",
                refusal(() -> house.ask(text(ann), Operation.READ, "identity/entity/id/" + bob.entityId(), Map.of())));
        Map<String, Object> told = data(house.ask(
                text(ann),
                Operation.UPDATE,
                "sys/capabilities-self",
                Map.of("paths", List.of("identity/entity/id/" + ann.entityId()))));
        assertEquals(List.of("read"), told.get("capabilities"));
    }

    @Test
    void a_token_made_in_somebodys_name_belongs_to_that_entity() {
        house.write("auth/token/roles/ci", Map.of("allowed_entity_aliases", "job-*"));
        Auth made = house.write("auth/token/create/ci", Map.of("entity_alias", "job-1"))
                .auth()
                .orElseThrow();
        Map<String, Object> entity = house.read("identity/entity/id/" + made.entityId());
        assertTrue(entity.get("aliases").toString().contains("name=job-1"));
        Auth again = house.write("auth/token/create/ci", Map.of("entity_alias", "JOB-1"))
                .auth()
                .orElseThrow();
        assertEquals(made.entityId(), again.entityId());
        house.write("identity/entity/id/" + made.entityId(), Map.of("disabled", true));
        assertFalse(house.works(text(made)));
        assertTrue(refusal(() -> house.write("auth/token/create/ci", Map.of("entity_alias", "job-1")))
                .startsWith("400 field 'entity_alias'"));
    }

    @Test
    void templates_follow_names_and_groups_at_once() {
        house.write("sys/policies/acl/own", policy("""
                path "cubbyhole/{{identity.entity.aliases.%s.name}}" { capabilities = ["deny"] }
                path "identity/group/name/{{identity.groups.names.devs.name}}" { capabilities = ["read"] }
                path "identity/entity/name/{{identity.entity.metadata.boss}}" { capabilities = ["read"] }
                """.formatted(accessor)));
        Auth ann = login("ann");
        house.write("identity/entity/id/" + ann.entityId(), Map.of("policies", "own", "name", "ann-entity"));
        assertEquals("403", refusal(() -> house.ask(text(ann), Operation.READ, "cubbyhole/ann", Map.of())));
        assertEquals("404", refusal(() -> house.ask(text(ann), Operation.READ, "cubbyhole/bob", Map.of())));
        assertEquals("403", refusal(() -> house.ask(text(ann), Operation.READ, "identity/group/name/devs", Map.of())));
        house.write("identity/group", Map.of("name", "devs", "member_entity_ids", ann.entityId()));
        data(house.ask(text(ann), Operation.READ, "identity/group/name/devs", Map.of()));
        house.write("identity/group/name/devs", Map.of("member_entity_ids", List.of()));
        assertEquals("403", refusal(() -> house.ask(text(ann), Operation.READ, "identity/group/name/devs", Map.of())));
        house.write("identity/entity/id/" + ann.entityId(), Map.of("metadata", Map.of("boss", "ann-entity")));
        data(house.ask(text(ann), Operation.READ, "identity/entity/name/ann-entity", Map.of()));
        for (String evil : List.of("*", "+", "ann*", "+x", "a/b")) {
            house.write(
                    "identity/entity/id/" + ann.entityId(), Map.of("metadata", Map.of("boss", evil), "name", "zoe"));
            assertEquals(
                    "403", refusal(() -> house.ask(text(ann), Operation.READ, "identity/entity/name/bob", Map.of())));
        }
    }

    private Auth login(String name) {
        return house.login("auth/people/login/" + name, Map.of("password", "s3cret"));
    }

    private static Map<String, Object> policy(String text) {
        return Map.of("policy", text);
    }
}
