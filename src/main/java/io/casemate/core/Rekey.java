package io.casemate.core;

import io.casemate.core.RekeyStatus.RekeyOptions;
import io.casemate.core.RekeyStatus.Verification;
import io.casemate.crypto.Recipient;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.IssuedShares;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.ShareBackup;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Replaces a key and its shares by agreement of the holders of the present ones. One attempt at a time; sealing forgets it.
 * With verification, the present shares stay valid until enough new ones were shown. Whatever fails or dies on the way
 * leaves the present shares or the new ones valid, never neither: the change is one durable step.
 */
public final class Rekey {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    /** What a share gave: how far it is, and at the end the new shares, which the caller closes. */
    public record Update(RekeyStatus status, Optional<IssuedShares> issued) {}

    private final SealParts parts;
    private final BarrierOpener opener;
    private final KeyChange change;
    private RekeyAttempt attempt;

    private Rekey(SealParts parts, Unsealer unsealer, KeyChange change) {
        this.parts = parts;
        this.opener = unsealer.opener();
        this.change = change;
    }

    /** Of the root key, and where people unseal, of the unseal key with its shares. */
    public static Rekey ofRootKey(SealParts parts, Unsealer unsealer) {
        return new Rekey(
                parts, unsealer, new RootKeyChange(parts, unsealer.opener().records()));
    }

    /** Of the recovery key and its shares. */
    public static Rekey ofRecoveryKey(SealParts parts, Unsealer unsealer) {
        return new Rekey(
                parts, unsealer, new RecoveryKeyChange(parts, unsealer.opener().records()));
    }

    /** How far it is. */
    public RekeyStatus status() {
        return locked(this::now);
    }

    /**
     * Starts an attempt.
     *
     * @throws FaultException {@code BadRequest} when one is under way, or for what cannot be done
     */
    public RekeyStatus start(ShareOrder order, boolean backup, boolean verify) {
        return locked(() -> {
            if (attempt != null) {
                throw Fault.badRequest("rekey already in progress; cancel it to start another");
            }
            attempt = new RekeyAttempt(change.plan(order, backup, verify));
            log(Level.WARNING, "started");
            return now();
        });
    }

    /**
     * Gives a share of the present key; the caller wipes it.
     *
     * @throws FaultException {@code BadRequest} for a wrong nonce or share; wrong shares begin the round anew
     */
    public Update update(SecretBytes share, String nonce) {
        return locked(() -> {
            RekeyAttempt mine = underWay();
            if (mine.awaitsProof()) {
                throw Fault.badRequest("rekey operation already finished; verification must be performed: give the new"
                        + " shares, under the nonce that the status of the verification shows");
            }
            Optional<SecretBytes> key =
                    mine.quorum().offer(share, nonce, opener.records().matching());
            if (key.isEmpty()) {
                return new Update(now(), Optional.empty());
            }
            opener.require(key.get(), "rekey aborted");
            return agreed(mine);
        });
    }

    /** How far the proof of the new shares is. */
    public Verification verification() {
        return locked(() -> underWay().verification());
    }

    /**
     * Gives a new share; the caller wipes it. True when that was the last one needed: the new shares are valid from now on,
     * the former ones are not.
     *
     * @throws FaultException {@code BadRequest} for a wrong nonce or share; wrong shares begin the round anew
     */
    public boolean verify(SecretBytes share, String nonce) {
        return locked(() -> {
            RekeyAttempt mine = underWay();
            boolean proven = mine.prove(share, nonce);
            if (proven) {
                commit(mine, mine.key(), mine.backup());
                forget();
            }
            return proven;
        });
    }

    /** Forgets the new shares that were shown so far, under a new nonce; the new shares themselves stay. */
    public Verification restartVerification() {
        return locked(() -> {
            underWay().restartProof();
            return underWay().verification();
        });
    }

    /** Ends the attempt, if there is one; a nonce that is not empty must be its nonce. */
    public void cancel(String nonce) {
        locked(() -> {
            if (attempt != null) {
                if (!nonce.isEmpty()) {
                    attempt.quorum().requireNonce(nonce);
                }
                log(Level.WARNING, "cancelled; the present shares stay valid");
                forget();
            }
            return true;
        });
    }

    /** The encrypted shares that were kept, if any. */
    public Optional<ShareBackup> backup() {
        return parts.records()
                .read(change.backupRecord())
                .map(record -> ShareBackup.decode(change.backupRecord(), record));
    }

    /** Deletes them. */
    public void deleteBackup() {
        parts.records().remove(change.backupRecord());
    }

    /** Wipes what is under way; called when the server seals. */
    public void forget() {
        opener.ceremony().lock();
        try {
            if (attempt != null) {
                attempt.close();
                attempt = null;
            }
        } finally {
            opener.ceremony().unlock();
        }
    }

    private Update agreed(RekeyAttempt mine) {
        SecretBytes key = Keys.random(parts.random());
        IssuedShares issued = mine.plan().issue(key, parts.random());
        Optional<ShareBackup> backup =
                mine.plan().backup() ? Optional.of(ShareBackup.of(mine.quorum().nonce(), issued)) : Optional.empty();
        try {
            if (mine.plan().verify()) {
                mine.await(key, backup);
                log(Level.WARNING, "made new shares; they are not valid before they are verified");
                return new Update(now(), Optional.of(issued));
            }
            try (key) {
                commit(mine, key, backup);
            }
            Update done = new Update(now(), Optional.of(issued));
            forget();
            return done;
        } catch (RuntimeException e) {
            issued.close();
            throw e;
        }
    }

    private void commit(RekeyAttempt mine, SecretBytes key, Optional<ShareBackup> backup) {
        Map<String, byte[]> more =
                backup.map(kept -> Map.of(change.backupRecord(), kept.encode())).orElseGet(Map::of);
        change.commit(key, mine.plan(), more);
        parts.records().forgetPrevious();
        log(Level.WARNING, "done; the former shares are no longer valid");
    }

    private RekeyAttempt underWay() {
        if (attempt == null) {
            throw Fault.badRequest("no rekey in progress");
        }
        return attempt;
    }

    private RekeyStatus now() {
        SealConfiguration configuration = opener.records().matching();
        int required = configuration.threshold();
        if (attempt == null) {
            return new RekeyStatus(false, "", 0, 0, 0, required, List.of(), new RekeyOptions(false, false), "");
        }
        RekeyPlan plan = attempt.plan();
        return new RekeyStatus(
                true,
                attempt.quorum().nonce(),
                plan.issuesShares() ? plan.next().threshold() : 0,
                plan.issuesShares() ? plan.next().shares() : 0,
                attempt.quorum().progress(),
                required,
                plan.holders().stream().map(Recipient::fingerprint).toList(),
                new RekeyOptions(plan.backup(), plan.verify()),
                attempt.awaitsProof() ? attempt.verification().nonce() : "");
    }

    private void log(Level level, String what) {
        LOG.log(
                level,
                "rekey of the {0} {1}, nonce {2}",
                change.name(),
                what,
                attempt.quorum().nonce());
    }

    private <T> T locked(Supplier<T> work) {
        opener.ceremony().lock();
        try {
            opener.requireOpen();
            return work.get();
        } finally {
            opener.ceremony().unlock();
        }
    }
}
