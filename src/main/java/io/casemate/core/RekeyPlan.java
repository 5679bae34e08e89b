package io.casemate.core;

import io.casemate.crypto.Recipient;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.IssuedShares;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.Shamir;
import java.security.SecureRandom;
import java.util.List;

/**
 * What a rekey will do, with everything checked.
 *
 * @param next numbers of shares and threshold afterwards
 * @param issuesShares false where devices guard the key: nobody gets a share of it then
 * @param holders one for each share, or none for shares in clear
 * @param backup keeps the encrypted shares
 * @param verify nothing changes before enough of the new shares were shown
 */
record RekeyPlan(
        SealConfiguration next, boolean issuesShares, List<Recipient> holders, boolean backup, boolean verify) {
    RekeyPlan {
        holders = List.copyOf(holders);
    }

    /** Shares of {@code key} for the holders. */
    IssuedShares issue(SecretBytes key, SecureRandom random) {
        return issuesShares
                ? IssuedShares.to(holders, Shamir.split(key, next.shares(), next.threshold(), random))
                : IssuedShares.none();
    }
}
