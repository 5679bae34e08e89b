package io.casemate.seal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the server was sealed when it was initialised.
 *
 * @param type the seal's type
 * @param shares of the unseal key (shamir) or of the recovery key
 * @param threshold how many of them are needed
 */
public record SealConfiguration(String type, int shares, int threshold) {
    /** Its name in the keyring store. */
    public static final String RECORD = "core/seal-config";

    /** What is wrong with such numbers, in Vault's words; empty when nothing is. */
    public static Optional<String> problem(long shares, long threshold) {
        if (shares < 1) {
            return Optional.of("shares must be at least one");
        }
        if (threshold < 1) {
            return Optional.of("threshold must be at least one");
        }
        if (shares > 1 && threshold == 1) {
            return Optional.of("threshold must be greater than one for multiple shares");
        }
        if (shares > Shamir.MOST_SHARES) {
            return Optional.of("shares must be less than 256");
        }
        if (threshold > Shamir.MOST_SHARES) {
            return Optional.of("threshold must be less than 256");
        }
        return threshold > shares ? Optional.of("threshold cannot be larger than shares") : Optional.empty();
    }

    /** Length of one share in bytes. */
    public int shareBytes() {
        return shares == 1 ? Shamir.KEY_BYTES : Shamir.KEY_BYTES + 1;
    }

    /** As it is stored. */
    public byte[] encode() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type);
        members.put("shares", shares);
        members.put("threshold", threshold);
        return SealRecord.encode(members);
    }

    /**
     * From what is stored.
     *
     * @throws io.casemate.kernel.FaultException {@code StorageFailed} when it is not what {@link #encode} makes
     */
    public static SealConfiguration decode(byte[] record) {
        return SealRecord.decode(
                RECORD,
                record,
                members -> new SealConfiguration(
                        SealRecord.text(members, "type"),
                        SealRecord.number(members, "shares"),
                        SealRecord.number(members, "threshold")));
    }
}
