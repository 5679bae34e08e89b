package io.casemate.crypto;

/** Keys that live outside the process, by name. Implemented by the hsm room; engines see only this. */
public interface Signers {
    /**
     * The signer of an existing key pair.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed} when no such key is on the token or it is away
     */
    Signer named(String name);

    /**
     * Creates a key pair on the token: sensitive, never extractable. Refuses a name that is taken.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed}
     */
    Signer generate(String name, KeyKind kind);
}
