package io.casemate.engine.pki.issue;

import io.casemate.barrier.View.Editor;
import io.casemate.crypto.Signatures;
import io.casemate.crypto.Signer;
import io.casemate.engine.pki.draft.LintedDraft;
import io.casemate.engine.pki.store.Certificates.Kept;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Journal;
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
        return new Signed(
                draft.signed(Signatures.checked(signer, draft.scheme().jca(), draft.bytes())),
                Ids.hex(draft.serial()),
                draft.notAfter());
    }

    private byte[] signOrWithdraw(LintedDraft draft, Signer signer) {
        try {
            return Signatures.checked(signer, draft.scheme().jca(), draft.bytes());
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
}
