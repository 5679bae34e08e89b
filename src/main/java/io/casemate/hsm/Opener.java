package io.casemate.hsm;

import io.casemate.kernel.Fault.HsmFailed;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.security.SecureRandom;

/**
 * Opens wrapped secrets by the profile and the keys that each names. When the token has no key of such a name, the default
 * key of the settings stands in; what it does not open, it refuses.
 */
final class Opener {
    private final WrappingKeySettings settings;
    private final SecureRandom random;
    private volatile WrappingProfile lastProfile;

    Opener(WrappingKeySettings settings, SecureRandom random) {
        this.settings = settings;
        this.random = random;
    }

    /** The secret; the caller wipes it. */
    byte[] open(Connection connection, WrappingKey.Wrapped wrapped, byte[] context) {
        byte[] binding = Binding.of(wrapped.profile(), context);
        try {
            return openByNameOrDefault(connection, wrapped, binding);
        } catch (FaultException e) {
            throw explained(connection, wrapped, e);
        }
    }

    private byte[] openByNameOrDefault(Connection connection, WrappingKey.Wrapped wrapped, byte[] binding) {
        WrappingProfile profile = profile(wrapped.profile());
        KeyName name = new KeyName(wrapped.keyLabel(), wrapped.keyId());
        try {
            return openSurely(connection, profile, name, wrapped.ciphertext(), binding);
        } catch (FaultException e) {
            WrappingProfile otherProfile = present(connection, profile);
            KeyName otherName = present(connection, profile, name);
            boolean changed = !otherName.equals(name) || !otherProfile.equals(profile);
            if (!isMissing(e) || !changed) {
                throw e;
            }
            return openSurely(connection, otherProfile, otherName, wrapped.ciphertext(), binding);
        }
    }

    /** Most secrets of a server were wrapped in the same way. */
    private WrappingProfile profile(String name) {
        WrappingProfile last = lastProfile;
        if (last != null && last.name().equals(name)) {
            return last;
        }
        WrappingProfile read = Profiles.named(name, random);
        lastProfile = read;
        return read;
    }

    private static boolean isMissing(FaultException e) {
        HsmFailed failed = HsmFailures.failure(e);
        return failed.problem() == HsmProblem.SETUP && failed.code().equals(HsmFailures.KEY_NOT_FOUND);
    }

    private KeyName present(Connection connection, WrappingProfile profile, KeyName name) {
        boolean stays = settings.defaultKeyLabel().isEmpty() || connection.has(profile.openingKey(name));
        return stays ? name : new KeyName(settings.defaultKeyLabel(), "");
    }

    private WrappingProfile present(Connection connection, WrappingProfile profile) {
        return profile instanceof CbcHmacProfile cbc
                        && !settings.defaultHmacKeyLabel().isEmpty()
                        && !connection.has(cbc.hmacKey())
                ? cbc.withHmac(new KeyName(settings.defaultHmacKeyLabel(), ""))
                : profile;
    }

    /**
     * Some tokens report a wrong tag as {@code CKR_GENERAL_ERROR}, which also means a broken token. If it fails twice and
     * the token opens a blob of its own between, then it is the data.
     */
    private static byte[] openSurely(
            Connection connection, WrappingProfile profile, KeyName name, byte[] blob, byte[] binding) {
        for (int i = 0; ; i++) {
            try {
                return profile.unwrap(connection, name, blob, binding);
            } catch (FaultException e) {
                HsmFailed failed = HsmFailures.failure(e);
                if (!failed.operation().equals("C_Decrypt") || !SelfTest.isVague(failed)) {
                    throw e;
                }
                if (i > 0) {
                    throw SelfTest.opensItsOwn(connection, profile, name) ? Blob.refused(failed.code()) : e;
                }
            }
        }
    }

    /** Says so when the secret comes from another token: the likeliest reason why it does not open here. */
    private static FaultException explained(Connection connection, WrappingKey.Wrapped wrapped, FaultException e) {
        HsmFailed failed = HsmFailures.failure(e);
        boolean foreign = !wrapped.token().isEmpty() && !wrapped.token().equals(identity(connection));
        boolean doesNotOpen = failed.problem() == HsmProblem.DATA || isMissing(e);
        if (!foreign || !doesNotOpen) {
            return e;
        }
        return new HsmFailed(
                        failed.code(),
                        failed.operation(),
                        failed.problem(),
                        failed.advice() + ". It was wrapped on token " + wrapped.token() + ", this is "
                                + identity(connection) + " (label/serial): connect that HSM, or copy its key here")
                .causedBy(e);
    }

    /** The token as wrapped secrets name it. */
    static String identity(Connection connection) {
        return connection.token().label() + "/" + connection.token().serial();
    }
}
