package io.casemate.bootstrap.dev;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Pem;
import io.casemate.crypto.PrivateKeyForm;
import io.casemate.crypto.SelfSigned;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The directory of a dev server: TLS key, PIN, configuration, store, audit log. Everything in it is 0600 or 0700. */
record DevSite(Path directory) {
    private static final int PIN_DIGITS = 8;

    Path config() {
        return directory.resolve("casemate.yaml");
    }

    Path certificate() {
        return directory.resolve("tls.pem");
    }

    Path audit() {
        return directory.resolve("audit.log");
    }

    /** What init handed out; a dev server keeps it so that it can go on next time. */
    Path keys() {
        return directory.resolve("init.json");
    }

    Path pin() {
        return directory.resolve("pin");
    }

    /** Writes what is missing. */
    void prepare(Path library, int port, SecureRandom random) throws IOException {
        if (!Files.exists(certificate())) {
            makeTlsKey(random);
        }
        if (!Files.exists(pin())) {
            write(pin(), digits(random));
        }
        Files.createDirectories(
                directory.resolve("data"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        write(config(), configuration(library, port));
    }

    private String configuration(Path library, int port) {
        return """
                # Made by casemate dev.
                listener:
                  address: 127.0.0.1
                  port: %d
                  tls_certificate: %s
                  tls_key: %s
                storage:
                  path: %s
                seal:
                  type: pkcs11
                  library: %s
                  token_label: %s
                  pin: file://%s
                  key_label: dev-root-key
                  generate_key: true
                audit:
                  file:
                    path: %s
                log:
                  format: text
                  level: warning
                """.formatted(
                        port,
                        certificate(),
                        directory.resolve("tls.key"),
                        directory.resolve("data"),
                        library,
                        DevToken.LABEL,
                        pin(),
                        audit());
    }

    /** Deletes the whole directory, as far as it can be deleted. */
    void erase() {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            System.getLogger("casemate.dev").log(System.Logger.Level.WARNING, "cannot delete " + directory, e);
        }
    }

    /** Creates or replaces a file that only its owner reads. */
    static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (var channel = Files.newByteChannel(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
        Files.move(
                fresh,
                file,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private void makeTlsKey(SecureRandom random) throws IOException {
        SoftwareSigner key = new SoftwareKeys(random).generate(KeyKind.EC_P256);
        Instant now = Instant.now();
        byte[] der = SelfSigned.certificate(
                key,
                List.of("localhost"),
                List.of("127.0.0.1", "0:0:0:0:0:0:0:1"),
                new SelfSigned.Validity(now.minus(Duration.ofMinutes(5)), now.plus(Duration.ofDays(90))),
                random);
        write(directory.resolve("tls.key"), PrivateKeyForm.PKCS8.pem(key) + "\n");
        write(certificate(), Pem.encode("CERTIFICATE", der) + "\n");
    }

    private static String digits(SecureRandom random) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < PIN_DIGITS; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }
}
