package io.casemate.auth.jwt;

import io.casemate.crypto.SignedJwt;
import io.casemate.crypto.VerificationKey;
import java.util.List;

/** Where the keys of an issuer come from. */
sealed interface KeySource permits KeySource.Given, FetchedKeys {
    /**
     * Whether a key of this source made the token's signature.
     *
     * @throws io.casemate.kernel.FaultException {@code UpstreamFailed} when the keys cannot be had
     */
    boolean signed(SignedJwt token);

    /** What {@code iss} must be by this source; empty when it does not say. */
    String issuer();

    /** Keys that the operator gave. */
    record Given(List<VerificationKey> keys) implements KeySource {
        @Override
        public boolean signed(SignedJwt token) {
            return token.signedBy(keys);
        }

        @Override
        public String issuer() {
            return "";
        }
    }
}
