package io.casemate.core;

import io.casemate.seal.SealConfiguration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether the server is open, and if not, why and what is next. Not secret.
 *
 * @param type of the seal
 * @param threshold shares needed: of the unseal key, or with an auto seal of the recovery key; 0 before initialisation
 * @param shares shares handed out
 * @param progress shares given in this round
 * @param nonce of this round, empty when none is given
 * @param recoverySeal a device guards the root key, or shall before initialisation: shares are recovery shares
 * @param clusterId empty while sealed
 * @param migration the configuration wants another kind of seal than guards the root key now
 * @param emergency shares and threshold of the emergency shares, when there are any
 * @param trouble why the last attempt to unseal failed
 */
public record SealStatus(
        String type,
        boolean initialized,
        boolean sealed,
        int threshold,
        int shares,
        int progress,
        String nonce,
        boolean recoverySeal,
        String clusterId,
        boolean migration,
        Optional<SealConfiguration> emergency,
        Optional<Trouble> trouble) {

    /**
     * Why it is still sealed.
     *
     * @param error the failure, with its {@code CKR_} name where it was the HSM
     * @param attempts made by the server itself since the start or since a human last stepped in
     * @param next when it tries again by itself; empty: only a human's step helps
     */
    public record Trouble(String error, int attempts, Optional<Instant> next) {}
}
