package io.casemate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.json.Json;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    private static final Endpoint.Handler NOTHING = _ -> Response.none();

    private final Endpoint role = Endpoint.at("roles/{name}", "A role.")
            .access(Endpoint.Access.SUDO)
            .field("name", Field.string("Its name."))
            .field("ttl", Field.duration("How long."))
            .field("count", Field.integer(7, "How many."))
            .field("tags", Field.strings("Words."))
            .exists(_ -> true)
            .on(Operation.READ, NOTHING)
            .on(Operation.UPDATE, NOTHING)
            .on(Operation.DELETE, NOTHING)
            .build();
    private final Endpoint tree = Endpoint.at("data/{path...}/tune", "A tree.")
            .access(Endpoint.Access.PUBLIC)
            .field("after", Field.string("Where to go on."))
            .on(Operation.LIST, NOTHING)
            .on(Operation.PATCH, NOTHING)
            .build();

    @Test
    void an_endpoint_is_described_by_what_it_is() {
        Map<?, ?> item = at(document(), "paths", "/kv/roles/{name}");
        assertEquals(true, item.get("x-vault-sudo"));
        assertEquals(true, item.get("x-vault-createSupported"));
        Map<?, ?> parameter = (Map<?, ?>) ((List<?>) item.get("parameters")).getFirst();
        assertEquals("name", parameter.get("name"));
        assertEquals("path", parameter.get("in"));
        assertEquals(true, parameter.get("required"));
        Map<?, ?> body = at(item, "post", "requestBody", "content", "application/json", "schema", "properties");
        assertFalse(body.containsKey("name"), "it stands in the path");
        assertEquals(Map.of("type", "integer", "description", "How many.", "default", 7L), body.get("count"));
        assertEquals("array", at(body, "tags").get("type"));
        assertEquals("duration", at(body, "ttl").get("format"));
        assertEquals("update_kv_roles_name", at(item, "post").get("operationId"));
        assertTrue(at(item, "delete", "responses").containsKey("204"));
        assertTrue(at(item, "get").containsKey("security"));
    }

    @Test
    void a_list_is_a_get_with_a_parameter_and_the_rest_of_a_path_is_one() {
        Map<?, ?> item = at(document(), "paths", "/kv/data/{path}/tune");
        assertEquals(true, item.get("x-vault-unauthenticated"));
        assertEquals(2, ((List<?>) at(item, "get").get("parameters")).size());
        assertFalse(at(item, "get").containsKey("security"));
        assertTrue(at(item, "patch", "requestBody", "content").containsKey("application/merge-patch+json"));
    }

    @Test
    void a_mount_that_may_be_anywhere_is_a_parameter() {
        Map<String, Object> document = new OpenApi("1")
                .addAnywhere("auth/my/staff-1/", "auth", List.of(role))
                .document();
        Map<?, ?> item = at(document, "paths", "/auth/{my_staff_1_mount_path}/roles/{name}");
        List<?> parameters = (List<?>) item.get("parameters");
        assertEquals(2, parameters.size());
        Map<?, ?> mount = (Map<?, ?>) parameters.getFirst();
        assertEquals("my_staff_1_mount_path", mount.get("name"));
        assertEquals(Map.of("type", "string", "default", "my/staff-1"), mount.get("schema"));
    }

    @Test
    void help_bears_the_description_of_its_path() {
        Map<?, ?> paths = at(Help.of(role), "openapi", "paths");
        assertEquals(java.util.Set.of("/roles/{name}"), paths.keySet());
    }

    private Map<String, Object> document() {
        Map<String, Object> document =
                new OpenApi("1.19.5").add("kv/", "secrets", List.of(role, tree)).document();
        assertEquals("3.0.2", document.get("openapi"));
        return Json.object(Json.bytes(document));
    }

    private static Map<?, ?> at(Map<?, ?> from, String... names) {
        Map<?, ?> at = from;
        for (String name : names) {
            at = (Map<?, ?>) at.get(name);
        }
        return at;
    }
}
