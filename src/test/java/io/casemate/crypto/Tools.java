package io.casemate.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** gpg, age and openssl in a folder of their own: they make keys and open what we encrypted. */
public final class Tools {
    private final Path folder;

    /** Works below {@code folder}, which must have a short path: gpg's sockets live there. */
    public Tools(Path folder) {
        this.folder = folder;
    }

    /** A fresh OpenPGP key; gpg's words for algorithm, usage and life, such as {@code rsa3072}, {@code default}, {@code 1d}. */
    public String gpgKey(String name, String algorithm, String usage, String life) throws Exception {
        gpg("--quick-generate-key", name, algorithm, usage, life);
        return gpg("--with-colons", "--fingerprint", name)
                .lines()
                .filter(line -> line.startsWith("fpr:"))
                .map(line -> line.split(":")[9])
                .findFirst()
                .orElseThrow();
    }

    /** The public key as Vault's clients send it. */
    public String gpgExport(String fingerprint) throws Exception {
        Path file = folder.resolve(fingerprint + ".gpg");
        gpg("--yes", "--output", file.toString(), "--export", fingerprint);
        return Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    }

    /** Any gpg command, its standard output. */
    public String gpg(String... words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of("gpg", "--batch", "--quiet", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", ""));
        command.addAll(Arrays.asList(words));
        return run(command.toArray(String[]::new));
    }

    /** The plaintext of an OpenPGP message. */
    public String gpgDecrypt(byte[] message) throws Exception {
        return gpg("--decrypt", file("message.gpg", message));
    }

    /** A fresh age identity in {@code name}; its recipient. */
    public String ageKey(String name) throws Exception {
        run("age-keygen", "-o", name);
        return run("age-keygen", "-y", name).strip();
    }

    /** The plaintext of an age file. */
    public String ageDecrypt(String identity, byte[] message) throws Exception {
        return run("age", "-d", "-i", identity, file("message.age", message));
    }

    /** A fresh certificate that signs itself, with its key in {@code name.key}; PEM. */
    public String certificate(String name, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-subj", "/CN=" + name));
        command.addAll(List.of("-keyout", name + ".key", "-out", name + ".pem"));
        command.addAll(Arrays.asList(options));
        run(command.toArray(String[]::new));
        return Files.readString(folder.resolve(name + ".pem"));
    }

    /** The plaintext of a CMS message. */
    public String cmsDecrypt(String name, byte[] message) throws Exception {
        String in = file("message.cms", message);
        return run("openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", in, "-inkey", name + ".key");
    }

    /** Ends the agent that gpg started. */
    public void close() throws Exception {
        run("gpgconf", "--kill", "all");
    }

    /** A file in the folder. */
    public String file(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content).toString();
    }

    private String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("GNUPGHOME", folder.toString());
        Path errors = folder.resolve("stderr");
        Process process = builder.redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), () -> String.join(" ", command) + ": " + text(errors));
        return out;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
