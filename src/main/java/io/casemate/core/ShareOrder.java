package io.casemate.core;

import io.casemate.crypto.Recipient;
import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.List;

/**
 * What shares are asked for; 0 and empty where nothing was sent.
 *
 * @param shares how many
 * @param threshold how many of them suffice
 * @param pgpKeys one OpenPGP key for each share, as Vault's clients send them
 * @param recipients the same with keys of any kind; at most one of the two lists
 */
public record ShareOrder(long shares, long threshold, List<String> pgpKeys, List<String> recipients) {
    public ShareOrder {
        pgpKeys = List.copyOf(pgpKeys);
        recipients = List.copyOf(recipients);
    }

    /** Shares in clear. */
    public static ShareOrder of(long shares, long threshold) {
        return new ShareOrder(shares, threshold, List.of(), List.of());
    }

    /** Nothing. */
    public static ShareOrder none() {
        return of(0, 0);
    }

    /** Whether holders are named. */
    boolean namesHolders() {
        return !pgpKeys.isEmpty() || !recipients.isEmpty();
    }

    /**
     * The holders, one for each share, or none for shares in clear.
     *
     * @throws FaultException {@code BadRequest} that names the key which cannot be used
     */
    List<Recipient> holders(Recipients reader) {
        if (!pgpKeys.isEmpty() && !recipients.isEmpty()) {
            throw Fault.badRequest("send pgp_keys or recipients, not both: recipients takes OpenPGP keys too");
        }
        List<String> keys = pgpKeys.isEmpty() ? recipients : pgpKeys;
        if (!keys.isEmpty() && keys.size() != shares) {
            throw Fault.badRequest("count mismatch between number of provided keys and number of shares: " + keys.size()
                    + " keys, " + shares + " shares");
        }
        List<Recipient> holders = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            holders.add(read(reader, keys.get(i), "key " + (i + 1) + " of " + keys.size() + ": "));
        }
        return holders;
    }

    private Recipient read(Recipients reader, String key, String which) {
        try {
            return pgpKeys.isEmpty() ? reader.parse(key) : reader.parsePgp(key);
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of(which + e.getMessage())).causedBy(e);
        }
    }
}
