package io.casemate.hsm;

import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * Finds out whether a profile works with a key, because a token's list of mechanisms does not tell: what was wrapped opens,
 * and does not open with another context or a changed bit.
 *
 * <p>Secret and binding are constants. Should a token use the zero IV we give it where it promised its own, then it has
 * encrypted the same bytes each time and nothing about the key has leaked.
 */
final class SelfTest {
    private static final byte[] SECRET = "casemate self-test of a wrapping".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BINDING = Binding.of("self-test", new byte[] {1});
    private static final byte[] OTHER_BINDING = Binding.of("self-test", new byte[] {2});

    private SelfTest() {}

    /**
     * Why a profile is of no use.
     *
     * @param code the token's or ours; empty when no call failed
     */
    record Failure(String code, String text) {
        /** The same, said of a profile. */
        Failure of(String profile) {
            return new Failure(code, profile + ": " + text);
        }
    }

    /** Whether it opens what it wraps; an outage passes through as the failure it is. */
    static boolean opensItsOwn(Connection connection, WrappingProfile profile, KeyName name) {
        return trial(connection, profile, name).isEmpty();
    }

    /** Why it is of no use; empty when it opens what it wraps and nothing else. */
    static Optional<Failure> failure(Connection connection, WrappingProfile profile, KeyName name) {
        Optional<Failure> failure = trialTwice(connection, profile, name);
        if (failure.isPresent()) {
            return failure;
        }
        byte[] blob = profile.wrap(connection, name, SECRET, BINDING);
        boolean strict = refuses(connection, profile, name, blob, OTHER_BINDING)
                && refuses(connection, profile, name, flipped(blob, 1), BINDING)
                && refuses(connection, profile, name, flipped(blob, blob.length / 2), BINDING)
                && refuses(connection, profile, name, flipped(blob, blob.length - 1), BINDING);
        return strict ? trial(connection, profile, name) : Optional.of(new Failure("", "it opens what was changed"));
    }

    /** A passing hiccup must not decide which profile is used for years. */
    private static Optional<Failure> trialTwice(Connection connection, WrappingProfile profile, KeyName name) {
        Optional<Failure> first = trial(connection, profile, name);
        return first.isEmpty() ? first : trial(connection, profile, name);
    }

    private static Optional<Failure> trial(Connection connection, WrappingProfile profile, KeyName name) {
        try {
            byte[] blob = profile.wrap(connection, name, SECRET, BINDING);
            boolean same = MessageDigest.isEqual(profile.unwrap(connection, name, blob, BINDING), SECRET);
            return same ? Optional.empty() : Optional.of(new Failure("", "it does not give back what it wrapped"));
        } catch (FaultException e) {
            rethrowOutage(e);
            HsmFailed failed = HsmFailures.failure(e);
            return Optional.of(new Failure(failed.code(), failed.operation() + " answers " + failed.code()));
        }
    }

    private static boolean refuses(
            Connection connection, WrappingProfile profile, KeyName name, byte[] blob, byte[] binding) {
        try {
            profile.unwrap(connection, name, blob, binding);
            return false;
        } catch (FaultException e) {
            rethrowOutage(e);
            return true;
        }
    }

    private static byte[] flipped(byte[] blob, int at) {
        byte[] changed = Arrays.copyOf(blob, blob.length);
        changed[at] ^= 1;
        return changed;
    }

    /** An outage is not an answer to the question. */
    static void rethrowOutage(FaultException e) {
        HsmFailed failed = HsmFailures.failure(e);
        if (failed.problem() == HsmProblem.PIN || (failed.problem() == HsmProblem.AWAY && !isVague(failed))) {
            throw e;
        }
    }

    /** Codes by which tokens also say that they do not like the data or the mechanism. */
    static boolean isVague(HsmFailed failed) {
        return Ckr.named(failed.code())
                .map(code -> code == Ckr.CKR_GENERAL_ERROR
                        || code == Ckr.CKR_HOST_MEMORY
                        || code == Ckr.CKR_FUNCTION_FAILED
                        || code == Ckr.CKR_DEVICE_ERROR)
                .orElse(failed.code().startsWith("CKR_"));
    }
}
