package io.casemate.cli.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The token of this user: {@code VAULT_TOKEN}, else the file that {@code login} writes: {@code VAULT_TOKEN_PATH}, or
 * {@code ~/.vault-token}.
 */
public final class TokenStore {
    private final Environment environment;
    private final Path file;

    /** The token of the user whose environment this is. */
    public TokenStore(Environment environment) {
        this.environment = environment;
        String path = environment.get("TOKEN_PATH", "");
        this.file = path.isEmpty()
                ? environment.home().resolve(".vault-token")
                : Path.of(path).toAbsolutePath();
    }

    /** The token to send, empty if there is none. */
    public String token() {
        String variable = environment.get("TOKEN", "").strip();
        return variable.isEmpty() ? stored() : variable;
    }

    /** True when a stored token would not be used because the environment names another. */
    public boolean shadowed() {
        return !environment.get("TOKEN", "").isBlank();
    }

    private String stored() {
        try {
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException e) {
            return "";
        } catch (IOException e) {
            throw CliFailure.local("the token file " + file + " cannot be read: " + e.getMessage());
        }
    }

    /** Replaces the stored token at once, readable by this user only from its first byte on. */
    public void store(String token) {
        try {
            Path fresh = Files.createTempFile(
                    file.getParent(),
                    ".vault-token-",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, token, StandardCharsets.UTF_8);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw CliFailure.local(
                    "the token cannot be stored: " + LocalFiles.reason(e)
                            + ". HOME, or the directory of VAULT_TOKEN_PATH, has to be there; -no-store and -token-only do without");
        }
    }
}
