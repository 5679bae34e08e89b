package io.casemate.seal;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.SealSet.Device;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * One split of a key among devices: each wraps a share, any {@code quorum} of them give the key, fewer give nothing. Every
 * wrap is bound to split, quorum and number, so that no device opens a share for what it is not.
 *
 * @param id new for each split
 * @param quorum how many shares are needed, 2 to 255
 */
public record KeySplit(String id, int quorum) {
    private static final byte[] DOMAIN = "casemate key share v1\0".getBytes(StandardCharsets.US_ASCII);

    /**
     * Wraps a share under a device, which opens it again before it is answered.
     *
     * @param beside the other wraps
     * @throws FaultException {@code Misconfigured} when another seal's wrap is by the same token: it would hold two shares, and
     *     count twice
     */
    WrappedKey wrapTested(Device device, SecretBytes share, KeyContext context, List<WrappedKey> beside) {
        ShareMark mark = new ShareMark(id, numberOf(share), check(share));
        WrappedKey made = SealSet.wrapTested(device.seal(), share, context.share(this, mark.number()))
                .holding(mark);
        requireOwnToken(made, beside);
        return made;
    }

    /**
     * The share that a device wrapped; the caller wipes it.
     *
     * @throws FaultException {@code HsmFailed}, of kind {@code DATA} when it is not a share of this split, or not the one that
     *     the device was given
     */
    SecretBytes open(Device device, WrappedKey own, KeyContext context) {
        ShareMark mark = own.share()
                .filter(found -> found.split().equals(id))
                .orElseThrow(() -> strange(
                        "ANOTHER_SPLIT",
                        "seal '" + device.name() + "' holds "
                                + own.share()
                                        .map(found -> "a share of split " + found.split())
                                        .orElse("no share")
                                + ", the others hold shares of split " + id
                                + "; shares of two splits do not open together"));
        SecretBytes share = device.seal().unwrap(own, context.share(this, mark.number()));
        if (share.length() != Shamir.KEY_BYTES + 1 || !check(share).equals(mark.check())) {
            share.close();
            throw strange(
                    "SHARE_MISMATCH",
                    "seal '" + device.name() + "' does not give back the share of the "
                            + context.purpose().words() + " it wrapped");
        }
        return share;
    }

    private static void requireOwnToken(WrappedKey made, List<WrappedKey> others) {
        for (WrappedKey other : others) {
            if (!other.seal().equals(made.seal())
                    && !made.token().isEmpty()
                    && made.token().equals(other.token())) {
                throw new Fault.Misconfigured(List.of("seal '" + made.seal() + "' and seal '" + other.seal()
                                + "' are one token (" + made.token()
                                + "), which would hold two shares; a quorum needs different HSMs, and a seal keeps its"
                                + " name for its life"))
                        .asException();
            }
        }
    }

    private static int numberOf(SecretBytes share) {
        return Byte.toUnsignedInt(share.expose()[share.length() - 1]);
    }

    private String check(SecretBytes share) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(DOMAIN);
            digest.update(id.getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return HexFormat.of().formatHex(digest.digest(share.expose()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static FaultException strange(String code, String advice) {
        return new HsmFailed(code, "C_Decrypt", HsmProblem.DATA, advice).asException();
    }
}
