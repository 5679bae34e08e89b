package io.casemate.hsm;

import io.casemate.crypto.Signers;
import java.security.SecureRandom;
import java.util.List;

/**
 * A token behind a PKCS#11 library. Safe for concurrent use, from virtual threads too.
 *
 * <p>Nothing is lost when the token goes away: calls fail with {@code HsmFailed} ({@code AWAY} or {@code SETUP}, the text
 * says why) and work again when it is back, without a restart. A PIN that was refused is never tried a second time. Each
 * call answers within the deadline of its settings, even when the library hangs.
 */
public interface Hsm extends AutoCloseable {
    /**
     * A handle on the token. Touches nothing: the library is loaded and the token opened at the first use.
     *
     * @param random makes initialisation vectors and key identifiers
     * @throws io.casemate.kernel.FaultException {@code Misconfigured} when the library is in use with other arguments
     */
    static Hsm open(HsmSettings settings, SecureRandom random) {
        return open(settings, random, HsmEvents.UNHEARD);
    }

    /** The same, telling somebody who outlives this process what must not be forgotten. */
    static Hsm open(HsmSettings settings, SecureRandom random, HsmEvents events) {
        return new TokenHsm(settings, random, events);
    }

    /** A wrapping key of the token. Looked for at its first use, and made then if the settings say so. */
    WrappingKey wrappingKey(WrappingKeySettings settings);

    /** The key pairs of the token, by {@code CKA_LABEL}. */
    Signers signers();

    /**
     * Fills {@code out} from the token's random number generator.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}
     */
    void random(byte[] out);

    /** How the token is, asked now. Never throws, never logs in. */
    HsmHealth health();

    /**
     * The slots of the library that hold a token, initialised or not.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}
     */
    List<SlotDescription> slots();

    /**
     * What the token says of itself and of its keys. Logs in, but never with a PIN that was refused.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}
     */
    HsmEvidence evidence();

    /** A human has corrected the PIN, or had it reset: it may be tried once more. */
    void pinCorrected();

    /** Ends sessions and login. Later calls fail. */
    @Override
    void close();
}
