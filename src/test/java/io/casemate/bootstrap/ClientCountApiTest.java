package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.io.IOException;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many clients use a whole server, in the words that {@code vault operator usage} reads. */
class ClientCountApiTest {
    private static final String COUNTERS = "sys/internal/counters/";

    @Test
    void clientsAreCountedOnceThatIsWanted(@TempDir Path home) throws IOException {
        try (WiredServer server = new WiredServer(home)) {
            assertEquals("default-disabled", read(server, "config", Map.of()).get("enabled"));
            assertEquals(false, read(server, "config", Map.of()).get("queries_available"));
            assertTrue(call(server, "activity", Map.of()).silent());
            server.post(COUNTERS + "config", Map.of("enabled", "enable", "retention_months", 6L));
            server.post("sys/auth/userpass", Map.of("type", "userpass"));
            server.post("auth/userpass/users/ann", Map.of("password", "correct horse"));
            for (int i = 0; i < 2; i++) {
                use(
                        server,
                        server.call(
                                "", Operation.UPDATE, "auth/userpass/login/ann", Map.of("password", "correct horse")));
                use(server, server.post("auth/token/create", Map.of("policies", "default")));
            }
            Map<String, Object> activity = read(server, "activity", Map.of());
            Map<?, ?> total = (Map<?, ?>) activity.get("total");
            assertEquals(1L, total.get("entity_clients"));
            assertEquals(1L, total.get("non_entity_clients"));
            assertEquals(2L, total.get("clients"));
            Map<?, ?> root = (Map<?, ?>) ((List<?>) activity.get("by_namespace")).getFirst();
            assertEquals("", root.get("namespace_path"));
            assertEquals(total, root.get("counts"));
            assertEquals(1, ((List<?>) activity.get("months")).size());
            assertEquals(2L, read(server, "activity/monthly", Map.of()).get("clients"));
            Map<String, Object> config = read(server, "config", Map.of());
            assertEquals(
                    List.of("enable", true, 6),
                    List.of(config.get("enabled"), config.get("queries_available"), config.get("retention_months")));
        }
    }

    @Test
    void aRangeIsOfWholeMonths(@TempDir Path home) throws IOException {
        try (WiredServer server = new WiredServer(home)) {
            server.post(COUNTERS + "config", Map.of("enabled", "enable"));
            use(server, server.post("auth/token/create", Map.of("policies", "default")));
            YearMonth now = YearMonth.now(ZoneOffset.UTC);
            String inside = now.atDay(2) + "T01:02:03+01:00";
            Map<String, Object> activity = read(server, "activity", Map.of("start_time", inside, "end_time", inside));
            assertEquals(now.atDay(1) + "T00:00:00Z", activity.get("start_time"));
            assertEquals(now.atEndOfMonth() + "T23:59:59Z", activity.get("end_time"));
            assertTrue(call(server, "activity", Map.of("start_time", "86400", "end_time", "86401"))
                    .silent());
            assertBad("start_time", () -> call(server, "activity", Map.of("start_time", "soon")));
            assertBad("later than", () -> call(server, "activity", Map.of("start_time", inside, "end_time", "86400")));
            assertBad("'enabled'", () -> server.post(COUNTERS + "config", Map.of("enabled", "perhaps")));
            assertBad("1 to 60", () -> server.post(COUNTERS + "config", Map.of("retention_months", 61L)));
        }
    }

    private static void use(WiredServer server, Response made) {
        server.call(WiredServer.token(made), Operation.READ, "auth/token/lookup-self", Map.of());
    }

    private static void assertBad(String why, org.junit.jupiter.api.function.Executable call) {
        FaultException e = assertThrows(FaultException.class, call);
        assertInstanceOf(Fault.BadRequest.class, e.fault());
        assertTrue(e.getMessage().contains(why), e::getMessage);
    }

    private static Response call(WiredServer server, String path, Map<String, Object> data) {
        return server.call(server.root(), Operation.READ, COUNTERS + path, data);
    }

    private static Map<String, Object> read(WiredServer server, String path, Map<String, Object> data) {
        return assertInstanceOf(
                        Response.Content.Data.class, call(server, path, data).content())
                .data();
    }
}
