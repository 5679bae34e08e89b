package io.casemate.crypto;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;

/** An X25519 recipient of age (age-encryption.org/v1). */
final class AgeRecipient implements Recipient {
    private static final byte[] PROBE = new byte[1];

    private final String recipient;
    private final RecipientStanzaWriter writer;

    private AgeRecipient(String recipient, RecipientStanzaWriter writer) {
        this.recipient = recipient;
        this.writer = writer;
    }

    /** From {@code age1...}; encrypts a byte at once, so that a point of small order shows here and not in a ceremony. */
    static AgeRecipient parse(String text) {
        try {
            String lower = text.toLowerCase(Locale.ROOT);
            String recipient = text.equals(text.toUpperCase(Locale.ROOT)) ? lower : text;
            AgeRecipient parsed =
                    new AgeRecipient(recipient, X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
            parsed.seal(PROBE);
            return parsed;
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            throw new Fault.BadRequest(List.of("'" + shown(text) + "' is not an age recipient: expected age1 and 58"
                            + " characters, as age-keygen -y prints it, without a typing error (plug-in recipients are not"
                            + " supported)"))
                    .causedBy(e);
        }
    }

    @Override
    public String fingerprint() {
        return recipient;
    }

    @Override
    public byte[] encrypt(SecretBytes secret) {
        try {
            return seal(secret.expose());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("age cannot encrypt to a recipient that was tried before", e);
        }
    }

    private byte[] seal(byte[] plaintext) throws GeneralSecurityException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (WritableByteChannel channel = new StandardEncryptingChannelFactory()
                .newEncryptingChannel(Channels.newChannel(out), List.of(writer))) {
            channel.write(ByteBuffer.wrap(plaintext));
        }
        return out.toByteArray();
    }

    private static String shown(String text) {
        String start = text.length() > 70 ? text.substring(0, 70) + "..." : text;
        return start.replaceAll("[^ -~]", "?");
    }

    @Override
    public String toString() {
        return "AgeRecipient[" + recipient + "]";
    }
}
