package io.casemate.cli.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file that keeps the user's token. */
class TokenStoreTest {
    @Test
    void the_stored_token_is_for_its_owner_only(@TempDir Path home) throws IOException {
        TokenStore store = new TokenStore(new Environment(Map.of("HOME", home.toString())));
        assertEquals("", store.token());
        store.store("hvs.first");
        store.store("hvs.second");
        Path file = home.resolve(".vault-token");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals("hvs.second", store.token());
        try (var left = Files.list(home)) {
            assertEquals(List.of(file), left.toList());
        }
    }
}
