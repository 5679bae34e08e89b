package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Who sees what of the API's own description. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiAccessTest {
    private static final String PATH = "sys/internal/specs/openapi";

    private WiredServer server;

    @BeforeAll
    void start(@TempDir Path home) throws IOException {
        server = new WiredServer(home);
        server.post("sys/mounts/kv", Map.of("type", "kv"));
        server.post("sys/mounts/pki", Map.of("type", "pki"));
        server.post("sys/auth/staff", Map.of("type", "userpass"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void rootSeesEverything() {
        Set<String> paths = paths(server.root(), Map.of());
        assertTrue(paths.contains("/sys/seal-status"), "what answers while sealed");
        assertTrue(paths.contains("/pki/roles/{name}"), paths::toString);
        assertEquals(Set.of("auth", "cubbyhole", "identity", "kv", "pki", "sys"), tops(paths));
    }

    @Test
    void aTokenSeesTheMountsThatItReaches() {
        server.post("sys/policies/acl/one", Map.of("policy", "path \"kv/a\" { capabilities = [\"read\"] }"));
        Map<String, Object> wishes = Map.of("policies", "one", "no_default_policy", true);
        String token = WiredServer.token(server.post("auth/token/create", wishes));
        assertEquals(Set.of("kv"), tops(paths(token, Map.of())));
    }

    @Test
    void aStrangerSeesWhatIsListedForStrangers() {
        assertEquals(Set.of(), paths("", Map.of()));
        assertEquals(Set.of(), paths("hvs.nobody", Map.of()));
        server.post("sys/mounts/shop", Map.of("type", "kv", "config", Map.of("listing_visibility", "unauth")));
        assertEquals(Set.of("shop"), tops(paths("", Map.of())));
        server.call(server.root(), Operation.DELETE, "sys/mounts/shop", Map.of());
    }

    @Test
    void mountsCanBeParametersButNotThoseThatHaveOnePlace() {
        Set<String> paths = paths(server.root(), Map.of("generic_mount_paths", true));
        assertTrue(paths.contains("/{pki_mount_path}/roles/{name}"), paths::toString);
        assertTrue(paths.contains("/auth/{staff_mount_path}/login/{username}"));
        assertTrue(paths.contains("/auth/token/create"));
        assertTrue(paths.contains("/cubbyhole/{path}"));
        assertFalse(paths.contains("/pki/roles/{name}"));
    }

    private Set<String> paths(String token, Map<String, Object> wishes) {
        Response read = server.call(token, Operation.READ, PATH, wishes);
        assertEquals(read, server.call(token, Operation.UPDATE, PATH, wishes));
        Map<String, Object> document =
                assertInstanceOf(Response.Content.Plain.class, read.content()).members();
        return ((Map<?, ?>) document.get("paths"))
                .keySet().stream().map(Object::toString).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> tops(Set<String> paths) {
        return paths.stream().map(path -> path.split("/", 3)[1]).collect(Collectors.toSet());
    }
}
