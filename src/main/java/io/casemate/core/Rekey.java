package io.casemate.core;

import io.casemate.core.RekeyStatus.Verification;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.IssuedShares;
import io.casemate.seal.ShareBackup;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/**
 * Replaces a key and its shares by agreement of the holders of the present ones. One attempt at a time; sealing forgets it.
 * With verification, the present shares stay valid until enough new ones were shown. Whatever fails or dies on the way
 * leaves the present shares or the new ones valid, never neither: the change is one durable step.
 */
public final class Rekey {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private static final String UNDECIDED =
            "made new shares, and it is not known whether the store took them: keep the former"
                    + " shares AND the new ones, and verify the new ones once its disk is mended; until then either may be valid";

    /** What a share gave: how far it is, and at the end the new shares, which the caller closes. */
    public record Update(RekeyStatus status, Optional<IssuedShares> issued) {}

    private final SealParts parts;
    private final BarrierOpener opener;
    private final KeyChange change;
    private final CeremonyAttempt<RekeyAttempt> one;

    private Rekey(SealParts parts, Unsealer unsealer, KeyChange change) {
        this.parts = parts;
        this.opener = unsealer.opener();
        this.change = change;
        this.one = new CeremonyAttempt<>(opener);
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
        return one.locked(this::now);
    }

    /**
     * Starts an attempt.
     *
     * @throws FaultException {@code BadRequest} when one is under way, or for what cannot be done
     */
    public RekeyStatus start(ShareOrder order, boolean backup, boolean verify) {
        return one.locked(() -> {
            RekeyAttempt mine = one.begin(
                    () -> new RekeyAttempt(change.plan(order, backup, verify)),
                    "rekey already in progress; cancel it to start another");
            log(mine, "started");
            return now();
        });
    }

    /**
     * Gives a share of the present key; the caller wipes it.
     *
     * @throws FaultException {@code BadRequest} for a wrong nonce or share; wrong shares begin the round anew
     */
    public Update update(SecretBytes share, String nonce) {
        return one.locked(() -> {
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
        return one.locked(() -> underWay().verification());
    }

    /**
     * Gives a new share; the caller wipes it. True when that was the last one needed: the new shares are valid from now on,
     * the former ones are not.
     *
     * @throws FaultException {@code BadRequest} for a wrong nonce or share; wrong shares begin the round anew
     */
    public boolean verify(SecretBytes share, String nonce) {
        return one.locked(() -> {
            RekeyAttempt mine = underWay();
            boolean proven = mine.prove(share, nonce);
            if (proven) {
                commit(mine, mine.key(), mine.backup());
                one.forget();
            }
            return proven;
        });
    }

    /** Forgets the new shares that were shown so far, under a new nonce; the new shares themselves stay. */
    public Verification restartVerification() {
        return one.locked(() -> {
            underWay().restartProof();
            return underWay().verification();
        });
    }

    /** Ends the attempt, if there is one; a nonce that is not empty must be its nonce. */
    public void cancel(String nonce) {
        one.cancel(nonce, mine -> log(mine, "cancelled; the present shares stay valid"));
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
        one.forget();
    }

    private Update agreed(RekeyAttempt mine) {
        int required = opener.records().matching().threshold();
        SecretBytes key = Keys.random(parts.random());
        IssuedShares issued = mine.plan().issue(key, parts.random());
        Optional<ShareBackup> backup =
                mine.plan().backup() ? Optional.of(ShareBackup.of(mine.quorum().nonce(), issued)) : Optional.empty();
        try {
            if (mine.plan().verify()) {
                mine.await(key, backup);
                log(mine, "made new shares; they are not valid before they are verified");
            } else if (!committed(mine, key, backup)) {
                mine.await(key, backup);
                log(mine, UNDECIDED);
            } else {
                key.close();
                Update done = new Update(now(), Optional.of(issued));
                one.forget();
                return done;
            }
            return new Update(mine.status(required), Optional.of(issued));
        } catch (RuntimeException e) {
            key.close();
            issued.close();
            throw e;
        }
    }

    /** False when nobody can know: the new shares must not be lost then, as they may be the valid ones. */
    private boolean committed(RekeyAttempt mine, SecretBytes key, Optional<ShareBackup> backup) {
        try {
            commit(mine, key, backup);
            return true;
        } catch (FaultException e) {
            if (!parts.records().undecided() || !mine.plan().issuesShares()) {
                throw e;
            }
            return false;
        }
    }

    private void commit(RekeyAttempt mine, SecretBytes key, Optional<ShareBackup> backup) {
        Map<String, byte[]> more =
                backup.map(kept -> Map.of(change.backupRecord(), kept.encode())).orElseGet(Map::of);
        change.commit(key, mine.plan(), more);
        parts.records().forgetPrevious();
        log(
                mine,
                !mine.plan().issuesShares()
                        ? "done; no shares have changed"
                        : parts.records().previousKept()
                                ? "done; the former shares still open the former keyring, which cannot be removed yet"
                                : "done; the former shares are no longer valid");
    }

    private RekeyAttempt underWay() {
        return one.underWay("no rekey in progress");
    }

    private RekeyStatus now() {
        int required = opener.records().matching().threshold();
        return one.now().map(attempt -> attempt.status(required)).orElseGet(() -> RekeyStatus.none(required));
    }

    private void log(RekeyAttempt attempt, String what) {
        LOG.log(
                Level.WARNING,
                "rekey of the {0} {1}, nonce {2}",
                change.name(),
                what,
                attempt.quorum().nonce());
    }
}
