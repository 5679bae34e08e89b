package io.casemate.config;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where a secret is, never the secret: {@code credential://NAME} below {@code $CREDENTIALS_DIRECTORY} (systemd),
 * {@code file:///PATH}, {@code env://NAME}. It is read each time it is asked for and wiped by whoever asked. One line break
 * at the end is not part of the secret.
 */
public final class SecretReference implements Supplier<SecretBytes> {
    private static final int LONGEST = 65_536;
    private static final String FORMS =
            "expected credential://NAME, file:///PATH or env://NAME; the secret itself does not belong here";

    private final String shown;
    private final Runnable check;
    private final Supplier<byte[]> source;
    private final Supplier<String> version;

    private SecretReference(String shown, Runnable check, Supplier<byte[]> source, Supplier<String> version) {
        this.shown = shown;
        this.check = check;
        this.source = source;
        this.version = version;
    }

    /** Another text after the secret was written anew, without a look at it; empty while it is not there. */
    public String version() {
        return version.get();
    }

    /**
     * Fails, in the words of {@link #get}, where that would surely fail too; does not read the secret itself, which may be
     * for another process alone.
     */
    public void check() {
        check.run();
    }

    /**
     * The secret as it is now; the caller wipes it.
     *
     * @throws FaultException {@code Misconfigured} when it is not there, empty, too long, or everybody's to read
     */
    @Override
    public SecretBytes get() {
        byte[] bytes = source.get();
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\n') {
            length -= length > 1 && bytes[length - 2] == '\r' ? 2 : 1;
        }
        byte[] secret = Arrays.copyOf(bytes, length);
        Arrays.fill(bytes, (byte) 0);
        if (secret.length == 0) {
            throw unusable(shown + " is empty");
        }
        return SecretBytes.owning(secret);
    }

    @Override
    public String toString() {
        return shown;
    }

    /**
     * The reference that {@code text} is; nothing is read yet. What may be the secret itself is not quoted.
     *
     * @throws FaultException {@code Misconfigured} when it is none
     */
    public static SecretReference of(String text, Map<String, String> environment) {
        if (text.startsWith("env://")) {
            String name = text.substring("env://".length());
            return new SecretReference(
                    text,
                    () -> variable(name, environment),
                    () -> variable(name, environment).getBytes(StandardCharsets.UTF_8),
                    () -> "of this process");
        }
        if (text.startsWith("file:///")) {
            return ofFile(text, text.substring("file://".length()));
        }
        if (text.startsWith("credential://")) {
            String name = text.substring("credential://".length());
            String folder = environment.get("CREDENTIALS_DIRECTORY");
            if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
                throw unusable("credential://NAME takes a plain name");
            }
            return folder == null ? ofNobody(text) : ofFile(text, folder + "/" + name);
        }
        throw unusable(FORMS);
    }

    /** Without the directory there is no such secret in this process; in another there may be. */
    private static SecretReference ofNobody(String text) {
        Runnable refusal = () -> {
            throw unusable("CREDENTIALS_DIRECTORY is not set: credentials come from systemd's LoadCredential= or"
                    + " LoadCredentialEncrypted=");
        };
        return new SecretReference(
                text,
                refusal,
                () -> {
                    refusal.run();
                    return new byte[0];
                },
                () -> "");
    }

    private static SecretReference ofFile(String text, String name) {
        try {
            Path file = Path.of(name);
            return new SecretReference(text, () -> usable(file), () -> file(file), () -> version(file));
        } catch (InvalidPathException e) {
            throw unusable(FORMS);
        }
    }

    private static String variable(String name, Map<String, String> environment) {
        String value = environment.get(name);
        if (value == null || value.isEmpty()) {
            throw unusable("environment variable " + name + " is not set, or empty");
        }
        return value;
    }

    private static void usable(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
                throw unusable(file + " may be read by everybody: 'chmod 0600' it");
            }
            long size = Files.size(file);
            if (size == 0) {
                throw unusable(file + " is empty");
            }
            if (size > LONGEST) {
                throw unusable(file + " is longer than " + LONGEST + " bytes, which no secret here is");
            }
            if (!Files.isReadable(file)) {
                throw unusable(file + " cannot be read: may this user read it?");
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static String version(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return now.fileKey() + " " + now.lastModifiedTime() + " " + now.size();
        } catch (IOException e) {
            return "";
        }
    }

    private static byte[] file(Path file) {
        usable(file);
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static FaultException unreadable(Path file, IOException e) {
        return unusable(
                file + " cannot be read (" + e.getClass().getSimpleName() + "): does it exist, may this user read it?");
    }

    private static FaultException unusable(String why) {
        return new Fault.Misconfigured(List.of(why)).asException();
    }
}
