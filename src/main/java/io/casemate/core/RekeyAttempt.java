package io.casemate.core;

import io.casemate.core.RekeyStatus.RekeyOptions;
import io.casemate.core.RekeyStatus.Verification;
import io.casemate.crypto.Recipient;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.ShareBackup;
import java.util.Optional;

/** One rekey under way: who has agreed, and once the new shares are out, who has shown one. Guarded by the ceremony's lock. */
final class RekeyAttempt implements CeremonyAttempt.Attempt {
    private final RekeyPlan plan;
    private final Quorum quorum = new Quorum("rekey");
    private Quorum proof = new Quorum("verify");
    private Optional<ShareBackup> backup = Optional.empty();
    private SecretBytes key;

    RekeyAttempt(RekeyPlan plan) {
        this.plan = plan;
    }

    RekeyPlan plan() {
        return plan;
    }

    @Override
    public Quorum quorum() {
        return quorum;
    }

    /** How far it is, when {@code required} shares of the present key are needed. */
    RekeyStatus status(int required) {
        return new RekeyStatus(
                true,
                quorum.nonce(),
                plan.issuesShares() ? plan.next().threshold() : 0,
                plan.issuesShares() ? plan.next().shares() : 0,
                quorum.progress(),
                required,
                plan.holders().stream().map(Recipient::fingerprint).toList(),
                new RekeyOptions(plan.backup(), plan.verify() || awaitsProof()),
                awaitsProof() ? proof.nonce() : "");
    }

    /** The new shares are out and none is valid yet. */
    boolean awaitsProof() {
        return key != null;
    }

    /** The new key, as long as it awaits its proof; stays this attempt's. */
    SecretBytes key() {
        return key;
    }

    Optional<ShareBackup> backup() {
        return backup;
    }

    /** Takes the new key, whose shares are out. */
    void await(SecretBytes newKey, Optional<ShareBackup> kept) {
        key = newKey;
        backup = kept;
    }

    /** Takes a copy of a new share; true when they prove together that the new key can be had from them. */
    boolean prove(SecretBytes share, String nonce) {
        requireProofAwaited();
        Optional<SecretBytes> shown = proof.offer(share, nonce, plan.next());
        if (shown.isEmpty()) {
            return false;
        }
        try (SecretBytes candidate = shown.get()) {
            if (!candidate.matches(key)) {
                throw Fault.badRequest(
                        "rekey verification failed; incorrect key shares supplied. Nothing has changed, the"
                                + " round begins anew");
            }
            return true;
        }
    }

    void restartProof() {
        requireProofAwaited();
        proof.close();
        proof = new Quorum("verify");
    }

    Verification verification() {
        return new Verification(
                awaitsProof(),
                awaitsProof() ? proof.nonce() : "",
                plan.next().threshold(),
                plan.next().shares(),
                proof.progress());
    }

    private void requireProofAwaited() {
        if (!awaitsProof()) {
            throw Fault.badRequest("no rekey verification in progress");
        }
    }

    @Override
    public void close() {
        quorum.close();
        proof.close();
        if (key != null) {
            key.close();
        }
    }
}
