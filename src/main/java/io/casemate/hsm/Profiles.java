package io.casemate.hsm;

import io.casemate.kernel.FaultException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Every wrapping profile there is: by family for the self-test, by name for opening a blob. */
final class Profiles {
    private Profiles() {}

    /** The profiles of a family that suit the settings, best first. */
    static List<WrappingProfile> of(MechanismFamily family, WrappingKeySettings settings, SecureRandom random) {
        return switch (family) {
            case AES_GCM -> gcm(random);
            case AES_CBC_PAD -> List.of(new CbcHmacProfile(settings.effectiveHmacKeyLabel(), random));
            case RSA_PKCS_OAEP -> oaep(OaepHash.parse(settings.rsaOaepHash()));
        };
    }

    private static List<WrappingProfile> gcm(SecureRandom random) {
        return Arrays.stream(GcmProfile.Iv.values())
                .map(iv -> (WrappingProfile) new GcmProfile(iv, random))
                .toList();
    }

    /** With the same hash in both places first; some tokens do the mask with SHA-1 whatever the hash is. */
    private static List<WrappingProfile> oaep(List<OaepHash> hashes) {
        List<WrappingProfile> profiles = new ArrayList<>();
        hashes.forEach(hash -> profiles.add(new OaepProfile(hash, hash)));
        hashes.stream()
                .filter(hash -> hash != OaepHash.SHA1)
                .forEach(hash -> profiles.add(new OaepProfile(hash, OaepHash.SHA1)));
        return profiles;
    }

    /** The profile a blob names; {@code DATA} when there is none of that name. */
    static WrappingProfile named(String name, SecureRandom random) {
        if (name.startsWith(CbcHmacProfile.PREFIX)) {
            return CbcHmacProfile.parse(name, random);
        }
        return Stream.concat(gcm(random).stream(), oaep(List.of(OaepHash.values())).stream())
                .filter(profile -> profile.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    static FaultException unknown(String name) {
        return HsmFailures.data(
                "PROFILE_UNKNOWN", "the secret was wrapped in a way this version does not know: '" + name + "'");
    }
}
