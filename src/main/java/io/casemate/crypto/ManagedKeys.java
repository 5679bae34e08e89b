package io.casemate.crypto;

import java.util.Optional;

/** Keys in HSMs that an operator has registered under names, as far as one mount may use them. */
public interface ManagedKeys {
    /**
     * The key registered under this name or id.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when there is none, or it is not this mount's to use
     */
    ManagedKey find(String ref);

    /** A registered key. Looking at it asks no HSM. */
    interface ManagedKey {
        /** A UUID; stays for the registration's life. */
        String id();

        /** The registered name. */
        String name();

        /** The kind of pair that may be made, when the registration says one. */
        Optional<KeyKind> kind();

        /**
         * The pair on the token.
         *
         * @throws io.casemate.kernel.FaultException {@code HsmFailed} when it is not there or the token is away
         */
        Signer signer();

        /**
         * The same, made now when the token says that it has none and the registration allows that.
         *
         * @param wanted the kind to make when the registration says none
         * @throws io.casemate.kernel.FaultException as {@link #signer}
         */
        Signer signerOrNew(KeyKind wanted);
    }
}
