package io.casemate.core;

import io.casemate.crypto.Recipient;
import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an operator asks of an initialisation.
 *
 * @param secret shares of the unseal key
 * @param recovery shares of the recovery key, with an auto seal
 * @param rootTokenPgpKey whom the root token is encrypted to; empty for in clear
 * @param rootTokenRecipient the same with a key of any kind; at most one of the two
 */
public record InitRequest(ShareOrder secret, ShareOrder recovery, String rootTokenPgpKey, String rootTokenRecipient) {

    /** Shares of the unseal key. */
    public static InitRequest shamir(int shares, int threshold) {
        return new InitRequest(ShareOrder.of(shares, threshold), ShareOrder.none(), "", "");
    }

    /** Shares of the recovery key. */
    public static InitRequest recovery(int shares, int threshold) {
        return new InitRequest(ShareOrder.none(), ShareOrder.of(shares, threshold), "", "");
    }

    /** What results, with everything checked. */
    record Plan(SealConfiguration configuration, List<Recipient> holders, Optional<Recipient> tokenHolder) {}

    /**
     * Checks everything, keys of recipients included.
     *
     * @throws FaultException {@code BadRequest}
     */
    Plan check(SealSet seals, Recipients reader) {
        boolean auto = seals.auto();
        List<String> foreign = auto ? sent("secret", secret) : sent("recovery", recovery);
        if (!foreign.isEmpty()) {
            throw Fault.badRequest(
                    "parameters " + String.join(",", foreign) + " not applicable to seal type " + seals.type());
        }
        ShareOrder order = auto ? recovery : secret;
        SealConfiguration.problem(order.shares(), order.threshold()).ifPresent(problem -> {
            throw Fault.badRequest(
                    (auto ? "invalid recovery configuration: " : "invalid seal configuration: ") + problem);
        });
        SealConfiguration configuration =
                new SealConfiguration(seals.type(), (int) order.shares(), (int) order.threshold());
        return new Plan(configuration, order.holders(reader), tokenHolder(reader));
    }

    private Optional<Recipient> tokenHolder(Recipients reader) {
        if (rootTokenPgpKey.isEmpty() && rootTokenRecipient.isEmpty()) {
            return Optional.empty();
        }
        List<String> pgp = rootTokenPgpKey.isEmpty() ? List.of() : List.of(rootTokenPgpKey);
        List<String> any = rootTokenRecipient.isEmpty() ? List.of() : List.of(rootTokenRecipient);
        try {
            return Optional.of(new ShareOrder(1, 1, pgp, any).holders(reader).getFirst());
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of("root token: " + e.getMessage())).causedBy(e);
        }
    }

    private static List<String> sent(String kind, ShareOrder order) {
        List<String> names = new ArrayList<>();
        if (order.shares() != 0) {
            names.add(kind + "_shares");
        }
        if (order.threshold() != 0) {
            names.add(kind + "_threshold");
        }
        if (!order.pgpKeys().isEmpty()) {
            names.add(kind.equals("secret") ? "pgp_keys" : kind + "_pgp_keys");
        }
        return names;
    }
}
