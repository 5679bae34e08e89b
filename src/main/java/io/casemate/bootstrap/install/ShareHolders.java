package io.casemate.bootstrap.install;

import io.casemate.config.InstallAnswers;
import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The public keys of those who get a recovery share, checked before anything is changed. */
final class ShareHolders {
    private static final int OPENPGP_PACKET = 0x80;

    private ShareHolders() {}

    /**
     * The keys, as {@code sys/init} takes them.
     *
     * @throws FaultException {@code Misconfigured} with everything that is wrong
     */
    static List<String> keys(InstallAnswers answers, SecureRandom random, InstantSource clock) {
        Recipients recipients = new Recipients(random, clock);
        List<String> keys = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String name : answers.recovery().recipients()) {
            try {
                String key = name.startsWith("age1") ? name : content(name);
                recipients.parse(key);
                keys.add(key);
            } catch (FaultException e) {
                problems.add("recovery.recipients: " + name + ": " + e.getMessage());
            } catch (IOException e) {
                problems.add("recovery.recipients: " + name + " cannot be read");
            }
        }
        if (!problems.isEmpty()) {
            throw new Fault.Misconfigured(problems).asException();
        }
        return keys;
    }

    /** Binary OpenPGP keys travel as base64; all else is text. A private key goes nowhere. */
    private static String content(String name) throws IOException {
        byte[] content = Files.readAllBytes(Path.of(name));
        if (content.length > 0 && (content[0] & OPENPGP_PACKET) != 0) {
            return Base64.getEncoder().encodeToString(content);
        }
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.contains("PRIVATE KEY") || text.contains("AGE-SECRET-KEY-")) {
            throw Fault.badRequest("a private key; name the file of the public one");
        }
        return text.strip();
    }
}
