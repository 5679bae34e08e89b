package io.casemate.engine.pki.acme;

import io.casemate.crypto.JwsAlgorithm;
import io.casemate.crypto.VerificationKey;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request's signature (RFC 8555 section 6.2), not yet verified.
 *
 * @param kid the account's URL; empty when {@code jwk} has the key itself
 */
record Jws(FlattenedJws parts, JwsAlgorithm algorithm, String kid, Optional<PublicKey> jwk) {
    /** Those of RFC 8555 section 6.2 and the curves beside; the key decides which of them fits. */
    private static final Set<JwsAlgorithm> TAKEN =
            Set.of(JwsAlgorithm.RS256, JwsAlgorithm.ES256, JwsAlgorithm.ES384, JwsAlgorithm.ES512, JwsAlgorithm.EDDSA);

    private static final List<String> NAMES =
            TAKEN.stream().map(JwsAlgorithm::text).sorted().toList();

    /**
     * Reads the header.
     *
     * @throws Problem {@code malformed}, {@code badSignatureAlgorithm} or {@code badPublicKey}
     */
    static Jws of(Map<?, ?> members) {
        FlattenedJws parts = FlattenedJws.of(members);
        JwsAlgorithm algorithm = JwsAlgorithm.named(parts.header("alg"))
                .filter(TAKEN::contains)
                .orElseThrow(() -> ProblemType.BAD_SIGNATURE_ALGORITHM
                        .because("'alg' must be one of " + NAMES)
                        .with("algorithms", NAMES));
        boolean named = parts.header().containsKey("kid");
        boolean shown = parts.header().containsKey("jwk");
        if (named == shown) {
            throw ProblemType.MALFORMED.because("the JWS header must have either 'kid' or 'jwk'");
        }
        return new Jws(parts, algorithm, parts.header("kid"), shown ? Optional.of(key(parts)) : Optional.empty());
    }

    /**
     * Passes a signature by {@code key}.
     *
     * @throws Problem {@code malformed} for any other
     */
    void verify(PublicKey key) {
        if (!algorithm.fits(key)) {
            throw ProblemType.BAD_SIGNATURE_ALGORITHM
                    .because("'alg' does not fit the key")
                    .with("algorithms", NAMES);
        }
        if (!algorithm.verifies(key, parts.signingInput(), parts.signature())) {
            throw ProblemType.MALFORMED.because("the signature of the JWS is wrong");
        }
    }

    private static PublicKey key(FlattenedJws parts) {
        if (parts.header().get("jwk") instanceof Map<?, ?> members && !members.containsKey("d")) {
            Optional<VerificationKey> key = VerificationKey.jwk(members);
            if (key.isPresent()) {
                return key.get().key();
            }
        }
        throw ProblemType.BAD_PUBLIC_KEY.because(
                "'jwk' must be a public key: RSA of 2048 to 8192 bits, P-256, P-384, P-521" + " or Ed25519");
    }
}
