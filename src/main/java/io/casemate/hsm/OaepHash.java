package io.casemate.hsm;

import io.casemate.hsm.jna.Ckm;
import io.casemate.hsm.jna.Mechanism;
import io.casemate.kernel.Fault;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The hashes of RSA-OAEP and RSA-PSS, best first. SoftHSM 2.6 does SHA-1 only, whatever else it is asked for in OAEP. */
enum OaepHash {
    SHA256(Ckm.SHA256, Ckm.MGF1_SHA256),
    SHA384(Ckm.SHA384, Ckm.MGF1_SHA384),
    SHA512(Ckm.SHA512, Ckm.MGF1_SHA512),
    SHA224(Ckm.SHA224, Ckm.MGF1_SHA224),
    SHA1(Ckm.SHA_1, Ckm.MGF1_SHA1);

    private final long hash;
    private final long mgf;

    OaepHash(long hash, long mgf) {
        this.hash = hash;
        this.mgf = mgf;
    }

    /** RSA-OAEP with this hash and the mask generation function of {@code maskHash}. */
    Mechanism mechanism(OaepHash maskHash) {
        return new Mechanism.Oaep(hash, maskHash.mgf);
    }

    /** RSA-PSS with this hash, its own mask generation function and a salt of {@code salt} bytes. */
    Mechanism pss(int salt) {
        return new Mechanism.Pss(hash, mgf, salt);
    }

    /** As Java writes it: {@code SHA-256}. */
    String jcaName() {
        return name().replace("SHA", "SHA-");
    }

    /** As profiles and settings write it: {@code sha256}. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All of them for {@code auto}, else the one that is meant. */
    static List<OaepHash> parse(String text) {
        if (text.equals(WrappingKeySettings.AUTO)) {
            return List.of(values());
        }
        return Arrays.stream(values())
                .filter(hash -> hash.text().equals(text))
                .map(List::of)
                .findFirst()
                .orElseThrow(() -> new Fault.Misconfigured(List.of("rsa_oaep_hash: '" + text
                                + "' is not known; use auto, sha1, sha224, sha256, sha384 or sha512"))
                        .asException());
    }
}
