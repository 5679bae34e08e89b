package io.casemate.core;

import java.util.List;

/**
 * How far a rekey is.
 *
 * @param threshold of the new shares; 0 when none is under way or none will be made
 * @param shares how many there will be; likewise
 * @param progress shares of the present key given so far
 * @param required how many of them are needed
 * @param fingerprints of the keys the new shares will be encrypted to
 * @param verificationNonce not empty once the new shares are out and wait for their proof
 */
public record RekeyStatus(
        boolean started,
        String nonce,
        int threshold,
        int shares,
        int progress,
        int required,
        List<String> fingerprints,
        RekeyOptions options,
        String verificationNonce) {

    /** None is under way. */
    static RekeyStatus none(int required) {
        return new RekeyStatus(false, "", 0, 0, 0, required, List.of(), new RekeyOptions(false, false), "");
    }

    /** What was asked for at the start. */
    public record RekeyOptions(boolean backup, boolean verify) {}

    /** How far the proof of the new shares is. */
    public record Verification(boolean started, String nonce, int threshold, int shares, int progress) {}
}
