package io.casemate.crypto;

/** Keys that live outside the process, by name. Implemented by the hsm room; engines see only this. */
public interface Signers {
    /**
     * The signer of an existing key pair.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed} when no such key is on the token or it is away
     */
    default Signer named(String name) {
        return named(name, "");
    }

    /**
     * The same of a pair that others share the name with.
     *
     * @param id {@code CKA_ID} in hex; empty for any
     */
    Signer named(String name, String id);

    /**
     * Creates a key pair on the token: sensitive, never extractable. Refuses a name that is taken.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}
     */
    Signer generate(String name, KeyKind kind);
}
