package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealConfiguration;
import java.util.Optional;
import java.util.UUID;

/**
 * The shares given in one ceremony, under a nonce that its holders compare. Wrong ones end the round and not the ceremony.
 * Guarded by the ceremony's lock.
 */
final class Quorum implements AutoCloseable {
    private final String ceremony;
    private final String nonce = UUID.randomUUID().toString();
    private final ShareRound round = new ShareRound();

    /** @param ceremony its name in error texts */
    Quorum(String ceremony) {
        this.ceremony = ceremony;
    }

    String nonce() {
        return nonce;
    }

    int progress() {
        return round.progress().shares();
    }

    /**
     * Takes a copy of a share. The key that they give, right or wrong, as soon as there are enough; nothing is kept then.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for another nonce, for a share that was given before, and
     *     for what cannot be a share
     */
    Optional<SecretBytes> offer(SecretBytes share, String under, SealConfiguration configuration) {
        requireNonce(under);
        if (!round.add(share.copy(), configuration)) {
            throw Fault.badRequest("given key has already been provided during this " + ceremony + " operation");
        }
        return progress() < configuration.threshold() ? Optional.empty() : Optional.of(round.finish());
    }

    /** Refuses another nonce than this one. */
    void requireNonce(String under) {
        if (!nonce.equals(under)) {
            throw Fault.badRequest("incorrect nonce supplied; the status of this " + ceremony
                    + " operation shows its nonce, and every holder should see the same");
        }
    }

    @Override
    public void close() {
        round.reset();
    }
}
