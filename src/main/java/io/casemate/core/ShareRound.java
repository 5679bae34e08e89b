package io.casemate.core;

import io.casemate.core.Unsealer.Aim;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.Shamir;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The shares given so far in one attempt; wiped with it. Guarded by the ceremony's lock, but for {@link #progress}. */
final class ShareRound {
    /** How far it is; the nonce is empty before the first share. */
    record Progress(int shares, String nonce) {
        static final Progress NONE = new Progress(0, "");
    }

    private final List<SecretBytes> shares = new ArrayList<>();
    private Aim aim = Aim.UNSEAL;
    private volatile Progress progress = Progress.NONE;

    Progress progress() {
        return progress;
    }

    /**
     * Takes a share, which is this round's to wipe from now on. One that is there already counts once, and
     * false tells so; one for another aim begins a new round.
     */
    boolean add(SecretBytes share, SealConfiguration configuration, Aim wanted) {
        if (share.length() != configuration.shareBytes()) {
            int length = share.length();
            share.close();
            throw Fault.badRequest(
                    "key has " + length + " bytes, a share of this server has " + configuration.shareBytes());
        }
        if (wanted != aim) {
            reset();
            aim = wanted;
        }
        if (shares.stream().anyMatch(share::matches)) {
            share.close();
            return false;
        }
        String nonce = shares.isEmpty() ? UUID.randomUUID().toString() : progress.nonce();
        shares.add(share);
        progress = new Progress(shares.size(), nonce);
        return true;
    }

    /** The same, for the aim there is. */
    boolean add(SecretBytes share, SealConfiguration configuration) {
        return add(share, configuration, aim);
    }

    /** The key that the shares give, right or wrong; the round is over. */
    SecretBytes finish() {
        try {
            return shares.size() == 1 ? shares.getFirst().copy() : Shamir.combine(shares);
        } finally {
            reset();
        }
    }

    void reset() {
        shares.forEach(SecretBytes::close);
        shares.clear();
        progress = Progress.NONE;
    }
}
