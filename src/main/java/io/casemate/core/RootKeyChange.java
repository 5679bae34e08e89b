package io.casemate.core;

import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet;
import io.casemate.seal.ShareBackup;
import io.casemate.seal.WrappedRootKey;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A new root key, and with it a new keyring key and a new data key: who has an old root key, or old shares and an old copy of
 * the files, cannot open what is stored from now on. What was stored before keeps its data key until it is written anew. Where
 * people unseal, a new unseal key wraps it; where devices do, they; and the emergency shares there are.
 */
final class RootKeyChange implements KeyChange {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final SealParts parts;
    private final SealRecords records;
    private final Recipients recipients;

    RootKeyChange(SealParts parts, SealRecords records) {
        this.parts = parts;
        this.records = records;
        this.recipients = new Recipients(parts.random(), parts.clock());
    }

    @Override
    public String name() {
        return "root key";
    }

    @Override
    public String backupRecord() {
        return ShareBackup.UNSEAL;
    }

    @Override
    public RekeyPlan plan(ShareOrder order, boolean backup, boolean verify) {
        SealConfiguration now = records.matching();
        records.requireSettled();
        if (!parts.seals().auto()) {
            return SharePlans.shares(order, now.type(), recipients, backup, verify);
        }
        if (order.namesHolders() || backup || verify) {
            throw Fault.badRequest(
                    "PGP key encryption, backup and verification are not supported when rekeying the root key"
                            + " with recovery keys: devices wrap it and nobody gets a share; new recovery shares come from"
                            + " rekey-recovery-key or rotate/recovery");
        }
        return new RekeyPlan(now, false, List.of(), false, false);
    }

    @Override
    public void commit(SecretBytes key, RekeyPlan plan, Map<String, byte[]> more) {
        SealSet seals = parts.seals();
        records.requireSettled();
        try (SecretBytes rootKey = Keys.random(parts.random())) {
            KeyContext context = KeyContext.rootKey(UUID.randomUUID().toString());
            KeyWraps wrapped = seals.auto()
                    ? new EmergencySeal(parts).beside(seals.wrap(rootKey, context), rootKey, context)
                    : KeyWraps.whole(List.of(seals.people().wrapTested(rootKey, key, context)));
            Map<String, byte[]> changed = new HashMap<>(more);
            if (plan.issuesShares()) { // else the shares are the recovery key's, whose numbers may be others by now
                changed.put(SealConfiguration.RECORD, plan.next().encode());
            }
            changed.put(WrappedRootKey.RECORD, new WrappedRootKey(context.id(), wrapped).encode());
            parts.barrier().replaceRootKey(rootKey, changed);
        }
        if (new EmergencySeal(parts).configuration().isPresent()) {
            LOG.log(
                    Level.WARNING,
                    "the emergency shares open the new root key, and an old copy of the store that was opened gives their key:"
                            + " to shut such copies out, remove the emergency shares and make new ones");
        }
    }

    /**
     * The same without shares, where devices wrap.
     *
     * @throws FaultException {@code BadRequest} where people do: the unseal key is not here
     */
    void rotate() {
        SealConfiguration now = records.matching();
        if (!parts.seals().auto()) {
            throw Fault.badRequest("the root key is wrapped by the unseal key, which only its shares give: start"
                    + " sys/rotate/root/init and give them to sys/rotate/root/update");
        }
        try (SecretBytes unused = SecretBytes.copyOf(new byte[0])) {
            commit(unused, new RekeyPlan(now, false, List.of(), false, false), Map.of());
        }
    }
}
