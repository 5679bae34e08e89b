package io.casemate.engine.pki.issue;

import io.casemate.barrier.View.Editor;
import io.casemate.crypto.Signatures;
import io.casemate.crypto.Signer;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Journal;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.time.Instant;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The one place where certificates are signed: intent stored, signature made, certificate stored in the intent's place.
 * Takes {@link LintedDraft}s only. How somebody came to be entitled to a certificate is no concern of this class.
 */
public final class Issuance {
    private final Journal journal;

    /** Issues through {@code journal}. */
    public Issuance(Journal journal) {
        this.journal = journal;
    }

    /** A certificate that exists, and is on record if it was to be. */
    public record Signed(byte[] der, String serial, Instant notAfter) {}

    /**
     * What is written beside the certificate.
     *
     * @param withIntent written together with the intent
     * @param withCertificate written together with the certificate, whose DER it is given
     */
    public record Beside(Consumer<Editor> withIntent, BiConsumer<Editor, byte[]> withCertificate) {
        /** Nothing. */
        public static final Beside NOTHING = new Beside(editor -> {}, (editor, der) -> {});
    }

    /**
     * Signs and keeps.
     *
     * @throws FaultException {@code HsmFailed}: nothing was signed, nothing remains. {@code StorageFailed} after the
     *     signature: the certificate is given to nobody, and its intent remains as evidence
     */
    public Signed issue(LintedDraft draft, UUID issuer, Signer signer, Beside beside) {
        journal.sweep();
        journal.open(draft, issuer, beside.withIntent());
        byte[] signature = signOrWithdraw(draft, signer);
        byte[] der = draft.signed(signature);
        journal.complete(
                draft, new Kept(issuer, der), editor -> beside.withCertificate().accept(editor, der));
        return new Signed(der, Ids.hex(draft.serial()), draft.notAfter());
    }

    /** Signs without a record of any kind: what a role with {@code no_store} asks for. */
    public Signed issueUnrecorded(LintedDraft draft, Signer signer) {
        return new Signed(draft.signed(sign(draft, signer)), Ids.hex(draft.serial()), draft.notAfter());
    }

    private byte[] signOrWithdraw(LintedDraft draft, Signer signer) {
        try {
            return sign(draft, signer);
        } catch (RuntimeException failure) {
            try {
                journal.withdraw(draft);
            } catch (FaultException alsoFailed) {
                // The intent stays: the next start of the engine finds and settles it.
                failure.addSuppressed(alsoFailed);
            }
            throw failure;
        }
    }

    /** A token's signature is checked: tokens have been seen to sign with another key of the same label. */
    private static byte[] sign(LintedDraft draft, Signer signer) {
        byte[] signature = signer.sign(draft.scheme().jca(), draft.bytes());
        if (!(signer instanceof SoftwareSigner)
                && !Signatures.verifies(draft.scheme().jca(), signer.publicKey(), draft.bytes(), signature)) {
            throw new Fault.HsmFailed(
                            "CKR_SIGNATURE_INVALID",
                            "C_Sign",
                            Fault.HsmProblem.SETUP,
                            "the token's signature is not by the issuer's key; look for two keys of the same label")
                    .asException();
        }
        return signature;
    }
}
