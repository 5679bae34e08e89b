package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;

/**
 * Reads the keys that secrets are encrypted to: OpenPGP public keys, {@code age1...} recipients, X.509 certificates in PEM.
 * Every key is judged when it is read: of the right kind, strong enough, made for encryption, valid now. What is
 * refused is refused with a sentence that says why, and never with a private key in it.
 */
public final class Recipients {
    /** Longer text is no key; keys with hundreds of foreign certifications stay below it. */
    static final int MOST_CHARACTERS = 1 << 18;

    private static final String AGE = "age1";
    private static final String PEM = "-----BEGIN ";
    private static final String ARMOR = "-----BEGIN PGP ";

    private final SecureRandom random;
    private final InstantSource clock;

    /** Encrypts with {@code random}, judges validity by {@code clock}. */
    public Recipients(SecureRandom random, InstantSource clock) {
        this.random = random;
        this.clock = clock;
    }

    /**
     * A key of any kind; OpenPGP in armor, or base64 of the binary form or of the armor.
     *
     * @throws FaultException {@code BadRequest} saying what is wrong with it
     */
    public Recipient parse(String text) {
        String stripped = stripped(text);
        if (stripped.regionMatches(true, 0, AGE, 0, AGE.length())) {
            return AgeRecipient.parse(stripped);
        }
        if (stripped.startsWith(ARMOR) || !stripped.startsWith(PEM)) {
            return parsePgp(stripped);
        }
        return CertificateRecipient.parse(stripped, clock.instant(), random);
    }

    /**
     * An OpenPGP public key: base64 of its binary form, as Vault's clients send it, or of its armor, or the armor itself.
     *
     * @throws FaultException {@code BadRequest} saying what is wrong with it
     */
    public Recipient parsePgp(String text) {
        String stripped = stripped(text);
        if (stripped.startsWith(ARMOR)) {
            return PgpRecipient.parse(stripped.getBytes(StandardCharsets.UTF_8), clock.instant(), random);
        }
        return PgpRecipient.parse(base64(stripped), clock.instant(), random);
    }

    private static String stripped(String text) {
        if (text.length() > MOST_CHARACTERS) {
            throw Fault.badRequest("a recipient's key is longer than " + MOST_CHARACTERS
                    + " characters: export it without foreign signatures (gpg --export-options export-minimal)");
        }
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            throw Fault.badRequest("a recipient's key is empty");
        }
        if (stripped.contains("PRIVATE KEY") || stripped.regionMatches(true, 0, "AGE-SECRET-KEY-", 0, 15)) {
            throw Fault.badRequest(PgpRecipient.PRIVATE);
        }
        return stripped;
    }

    private static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text.replaceAll("[ \t\r\n]", ""));
        } catch (IllegalArgumentException e) {
            throw new Fault.BadRequest(
                            List.of("a recipient's key is none of these: an OpenPGP public key (armor, or base64"
                                    + " of its binary form), an age1... recipient, an X.509 certificate in PEM"))
                    .asException();
        }
    }
}
