package io.casemate.cli.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.RecordedServer;
import io.casemate.cli.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginCommandTest {
    @TempDir
    private Path directory;

    @Test
    void a_token_that_cannot_be_stored_is_shown_whatever_was_said_of_showing_it() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "no directory");
        try (RecordedServer server = RecordedServer.plain()) {
            server.expect(List.of(new RecordedServer.Recorded(200, "{\"auth\":{\"client_token\":\"hvs.t\"}}")));
            Map<String, String> environment = Map.of(
                    "VAULT_ADDR", server.address(),
                    "VAULT_TOKEN_PATH", file.resolve("token").toString());
            Run run = Run.of(environment, "", "login", "-method=approle", "-no-print", "-field=token", "role_id=r");
            assertEquals(2, run.exit());
            assertEquals("hvs.t", run.out());
            assertTrue(run.err().contains("Error storing token: "), run.err());
        }
    }
}
