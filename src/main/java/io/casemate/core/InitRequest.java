package io.casemate.core;

import io.casemate.kernel.Fault;
import io.casemate.seal.AutoSeal;
import io.casemate.seal.Seal;
import io.casemate.seal.SealConfiguration;
import java.util.ArrayList;
import java.util.List;

/**
 * What an operator asks of an initialisation; 0 and empty where nothing was sent. {@code secret...} is for shares of the unseal
 * key, {@code recovery...} for an auto seal.
 */
public record InitRequest(
        long secretShares,
        long secretThreshold,
        List<String> pgpKeys,
        long recoveryShares,
        long recoveryThreshold,
        List<String> recoveryPgpKeys,
        String rootTokenPgpKey) {

    /** Shares of the unseal key. */
    public static InitRequest shamir(int shares, int threshold) {
        return new InitRequest(shares, threshold, List.of(), 0, 0, List.of(), "");
    }

    /** Shares of the recovery key. */
    public static InitRequest recovery(int shares, int threshold) {
        return new InitRequest(0, 0, List.of(), shares, threshold, List.of(), "");
    }

    /** The configuration that results, with everything checked. */
    SealConfiguration check(Seal seal) {
        boolean auto = seal instanceof AutoSeal;
        List<String> foreign = auto
                ? sent("secret", secretShares, secretThreshold, pgpKeys)
                : sent("recovery", recoveryShares, recoveryThreshold, recoveryPgpKeys);
        if (!foreign.isEmpty()) {
            throw Fault.badRequest(
                    "parameters " + String.join(",", foreign) + " not applicable to seal type " + seal.type());
        }
        if (!pgpKeys.isEmpty() || !recoveryPgpKeys.isEmpty() || !rootTokenPgpKey.isEmpty()) {
            throw Fault.badRequest(
                    "PGP encryption of shares and root token is not supported by this version; leave out pgp_keys, "
                            + "recovery_pgp_keys and root_token_pgp_key");
        }
        long shares = auto ? recoveryShares : secretShares;
        long threshold = auto ? recoveryThreshold : secretThreshold;
        SealConfiguration.problem(shares, threshold).ifPresent(problem -> {
            throw Fault.badRequest(
                    (auto ? "invalid recovery configuration: " : "invalid seal configuration: ") + problem);
        });
        return new SealConfiguration(seal.type(), (int) shares, (int) threshold);
    }

    private static List<String> sent(String kind, long shares, long threshold, List<String> keys) {
        List<String> names = new ArrayList<>();
        if (shares != 0) {
            names.add(kind + "_shares");
        }
        if (threshold != 0) {
            names.add(kind + "_threshold");
        }
        if (!keys.isEmpty()) {
            names.add(kind.equals("secret") ? "pgp_keys" : kind + "_pgp_keys");
        }
        return names;
    }
}
