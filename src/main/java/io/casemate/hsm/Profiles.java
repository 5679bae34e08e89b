package io.casemate.hsm;

import io.casemate.hsm.CbcHmacProfile.Padding;
import io.casemate.kernel.FaultException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every wrapping profile there is: by family for the self-test, by name for opening a blob. */
final class Profiles {
    private Profiles() {}

    /** The profiles of a family that suit the settings, best first; {@code hmac} is the HMAC key's full name. */
    static List<WrappingProfile> of(
            MechanismFamily family, WrappingKeySettings settings, KeyName hmac, SecureRandom random) {
        return switch (family) {
            case AES_GCM -> gcm(random);
            case AES_CBC_PAD -> List.of(new CbcHmacProfile(Padding.TOKEN, hmac, random));
            case AES_CBC -> List.of(new CbcHmacProfile(Padding.OURS, hmac, random));
            case RSA_PKCS_OAEP -> oaep(OaepHash.parse(settings.rsaOaepHash()), settings.rsaEncryptLocal());
        };
    }

    private static List<WrappingProfile> gcm(SecureRandom random) {
        return Arrays.stream(GcmProfile.Iv.values())
                .map(iv -> (WrappingProfile) new GcmProfile(iv, random))
                .toList();
    }

    /**
     * With the same hash in both places first; some tokens do the mask with SHA-1 whatever the hash is. Where the token does
     * not open what it encrypts itself (a TPM), what we encrypt comes last: the blobs are the same.
     */
    private static List<WrappingProfile> oaep(List<OaepHash> hashes, boolean local) {
        List<WrappingProfile> profiles = new ArrayList<>();
        hashes.forEach(hash -> profiles.add(new OaepProfile(hash, hash, local)));
        hashes.stream()
                .filter(hash -> hash != OaepHash.SHA1)
                .forEach(hash -> profiles.add(new OaepProfile(hash, OaepHash.SHA1, local)));
        if (!local) {
            profiles.addAll(oaep(hashes, true));
        }
        return profiles;
    }

    /** The profile a blob names; RSA encrypts here, since the token may only decrypt. {@code DATA} when there is none of that name. */
    static WrappingProfile named(String name, SecureRandom random) {
        return CbcHmacProfile.parse(name, random)
                .or(() -> Stream.concat(gcm(random).stream(), oaep(List.of(OaepHash.values()), true).stream())
                        .filter(profile -> profile.name().equals(name))
                        .findFirst())
                .orElseThrow(() -> unknown(name));
    }

    static FaultException unknown(String name) {
        return HsmFailures.data(
                "PROFILE_UNKNOWN", "the secret was wrapped in a way this version does not know: '" + name + "'");
    }
}
