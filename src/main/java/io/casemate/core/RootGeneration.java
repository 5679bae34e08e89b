package io.casemate.core;

import io.casemate.crypto.Recipient;
import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.ShareText;
import io.casemate.token.OneTimePad;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Makes a root token for whoever the holders of enough shares agree on: of the unseal key, or of the recovery key where devices
 * unseal. The token leaves only encrypted, or XORed with a pad that the one who started it has. One attempt at a time;
 * sealing forgets it.
 */
public final class RootGeneration {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    /** How the token is to be hidden; at most one of the three is not empty, and with none a pad is made. */
    public record Order(String otp, String pgpKey, String recipient) {}

    /**
     * How far it is.
     *
     * @param encodedToken once, at the end; empty otherwise
     * @param fingerprint of the key the token is encrypted to, or empty
     * @param otp the pad that was made here, once, at the start; empty otherwise
     */
    public record Status(
            boolean started,
            String nonce,
            int progress,
            int required,
            boolean complete,
            String encodedToken,
            String fingerprint,
            String otp) {}

    private final BarrierOpener opener;
    private final RootTokenIssuer tokens;
    private final SecureRandom random;
    private final Recipients recipients;
    private final CeremonyAttempt<Attempt> one;

    /** Works on the parts of {@code unsealer}. */
    public RootGeneration(SealParts parts, Unsealer unsealer, RootTokenIssuer tokens) {
        this.opener = unsealer.opener();
        this.tokens = tokens;
        this.one = new CeremonyAttempt<>(opener);
        this.random = parts.random();
        this.recipients = new Recipients(parts.random(), parts.clock());
    }

    /** One attempt: who has agreed so far, and how the token will be hidden. */
    private record Attempt(Quorum quorum, Optional<SecretBytes> pad, Optional<Recipient> holder)
            implements CeremonyAttempt.Attempt {
        String fingerprint() {
            return holder.map(Recipient::fingerprint).orElse("");
        }

        @Override
        public void close() {
            quorum.close();
            pad.ifPresent(SecretBytes::close);
        }
    }

    /** How far it is. */
    public Status status() {
        return one.locked(() -> status(""));
    }

    /**
     * Starts an attempt.
     *
     * @throws FaultException {@code BadRequest} when one is under way, or for a pad or key that cannot be used
     */
    public Status start(Order order) {
        return one.locked(() -> {
            Attempt attempt = one.begin(() -> attempt(order), "root generation already in progress");
            LOG.log(
                    Level.WARNING,
                    "root token generation started, nonce {0}",
                    attempt.quorum().nonce());
            boolean made = order.otp().isEmpty() && attempt.holder().isEmpty();
            return status(made ? attempt.pad().map(ShareText::utf8).orElse("") : "");
        });
    }

    /**
     * Gives a share, which is wiped. The last one needed answers the hidden token.
     *
     * @throws FaultException {@code BadRequest} for a wrong nonce or share; wrong shares begin the round anew
     */
    public Status update(SecretBytes share, String nonce) {
        return one.locked(() -> {
            try (share) {
                Attempt attempt = one.underWay("no root generation in progress");
                SealConfiguration configuration = opener.records().matching();
                Optional<SecretBytes> key = attempt.quorum().offer(share, nonce, configuration);
                if (key.isEmpty()) {
                    return status("");
                }
                opener.require(key.get(), "root generation aborted");
                return finish(attempt, configuration.threshold());
            }
        });
    }

    /** Ends the attempt, if there is one; a nonce that is not empty must be its nonce. */
    public void cancel(String nonce) {
        one.cancel(nonce, _ -> LOG.log(Level.WARNING, "root token generation cancelled"));
    }

    /** Wipes what is under way; called when the server seals. */
    public void forget() {
        one.forget();
    }

    private Attempt attempt(Order order) {
        boolean key = !order.pgpKey().isEmpty() || !order.recipient().isEmpty();
        if (key && !order.otp().isEmpty()) {
            throw Fault.badRequest("otp and a key exclude each other: the token is hidden in one way");
        }
        if (key) {
            List<String> pgp = order.pgpKey().isEmpty() ? List.of() : List.of(order.pgpKey());
            List<String> any = order.recipient().isEmpty() ? List.of() : List.of(order.recipient());
            Recipient holder =
                    new ShareOrder(1, 1, pgp, any).holders(recipients).getFirst();
            return new Attempt(new Quorum("root generation"), Optional.empty(), Optional.of(holder));
        }
        SecretBytes pad = order.otp().isEmpty() ? OneTimePad.random(random) : OneTimePad.chosen(order.otp());
        return new Attempt(new Quorum("root generation"), Optional.of(pad), Optional.empty());
    }

    private Status finish(Attempt attempt, int required) {
        try (SecretBytes token = tokens.create()) {
            String encoded = hidden(attempt, token);
            String nonce = attempt.quorum().nonce();
            LOG.log(Level.WARNING, "a root token was made by shares, nonce {0}", nonce);
            Status done = new Status(true, nonce, required, required, true, encoded, attempt.fingerprint(), "");
            one.forget();
            return done;
        }
    }

    private String hidden(Attempt attempt, SecretBytes token) {
        try {
            if (attempt.pad().isPresent()) {
                return OneTimePad.encode(token, attempt.pad().get());
            }
            try (SecretBytes message =
                    SecretBytes.owning(attempt.holder().orElseThrow().encrypt(token))) {
                return ShareText.base64(message);
            }
        } catch (RuntimeException e) {
            tokens.revoke(token);
            throw BarrierOpener.asFault(e, UUID.randomUUID().toString());
        }
    }

    private Status status(String otp) {
        int required = opener.records().matching().threshold();
        return one.now()
                .map(attempt -> new Status(
                        true,
                        attempt.quorum().nonce(),
                        attempt.quorum().progress(),
                        required,
                        false,
                        "",
                        attempt.fingerprint(),
                        otp))
                .orElseGet(() -> new Status(false, "", 0, required, false, "", "", ""));
    }
}
