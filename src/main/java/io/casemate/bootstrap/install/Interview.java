package io.casemate.bootstrap.install;

import io.casemate.kernel.Fault;
import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/** Asks a human for the answers, and writes them down as the file that the next machine can be installed with. */
final class Interview {
    private Interview() {}

    /** One question: where its answer goes, what is asked, and what Enter means. */
    private record Question(String section, String key, String text, String usual) {}

    private static final List<Question> QUESTIONS = List.of(
            new Question("", "user", "User that runs the server", "casemate"),
            new Question("", "hardening", "Hardening points to apply now and at every boot, separated by commas", ""),
            new Question("listener", "address", "Address to listen on", "0.0.0.0"),
            new Question("listener", "port", "Port", "8200"),
            new Question("tls", "mode", "TLS certificate: self-issued, or csr for an authority", "self-issued"),
            new Question("tls", "names", "Names of this machine, separated by commas", ""),
            new Question("tls", "addresses", "Its numeric addresses, separated by commas", "127.0.0.1"),
            new Question("hsm", "kind", "Kind of the HSM for the package's unit: softhsm, network, usb, pcie, tpm", ""),
            new Question("hsm", "pin", "File with the PIN, if that unit does not have it yet", ""),
            new Question("seal", "library", "PKCS#11 library of the HSM", ""),
            new Question("seal", "token_label", "Label of the token", "casemate"),
            new Question("seal", "pin", "Where the PIN is: credential://NAME or file:///PATH", "credential://hsm-pin"),
            new Question("seal", "key_label", "Label of the wrapping key", "casemate-root"),
            new Question("seal", "generate_key", "Make that key if it is missing: true or false", "true"),
            new Question(
                    "recovery", "recipients", "Public keys of the share holders: files or age1..., with commas", ""),
            new Question("recovery", "threshold", "How many of them shall be needed", "2"),
            new Question("recovery", "output", "Directory for the encrypted shares", "/root/casemate-shares"),
            new Question("admin", "name", "Name of the first administrator", "admin"),
            new Question("admin", "password", "File that holds the administrator's first password", ""));

    /**
     * Asks on {@code console}.
     *
     * @return the file with the answers
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when nobody is there to ask
     */
    static Path hold(Path root, Console console) throws IOException {
        if (console == null || !console.isTerminal()) {
            throw new Fault.Misconfigured(List.of("--answers FILE is missing, and there is no terminal to ask at"))
                    .asException();
        }
        List<String> given = new ArrayList<>();
        for (Question question : QUESTIONS) {
            String usual = question.usual().isEmpty() ? "" : " [" + question.usual() + "]";
            String answer = console.readLine("%s%s: ", question.text(), usual);
            given.add(answer == null || answer.isBlank() ? question.usual() : answer.strip());
        }
        Path file = root.resolve("root/casemate-answers.yaml");
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text(given), StandardCharsets.UTF_8);
        console.printf("These answers are in %s.%n%n", file);
        return file;
    }

    /** The answers file, in the order of the questions; what was not answered is not in it. */
    static String text(List<String> given) {
        StringBuilder text = new StringBuilder("# Answers for casemate install --answers FILE; docs/install.md.\n");
        String section = "";
        for (int i = 0; i < QUESTIONS.size(); i++) {
            Question question = QUESTIONS.get(i);
            if (given.get(i).isEmpty()) {
                continue;
            }
            if (!question.section().equals(section)) {
                section = question.section();
                text.append(section).append(":\n");
            }
            text.append(section.isEmpty() ? "" : "  ")
                    .append(question.key())
                    .append(": '")
                    .append(given.get(i).replace("'", "''"))
                    .append("'\n");
        }
        return text.toString();
    }

    /** How many questions there are. */
    static int questions() {
        return QUESTIONS.size();
    }
}
