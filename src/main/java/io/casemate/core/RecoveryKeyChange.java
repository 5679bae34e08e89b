package io.casemate.core;

import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.ShareBackup;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A new recovery key, wrapped by the devices. Nothing that is encrypted changes: the recovery key authorises. */
final class RecoveryKeyChange implements KeyChange {
    private final SealParts parts;
    private final SealRecords records;
    private final Recipients recipients;

    RecoveryKeyChange(SealParts parts, SealRecords records) {
        this.parts = parts;
        this.records = records;
        this.recipients = new Recipients(parts.random(), parts.clock());
    }

    @Override
    public String name() {
        return "recovery key";
    }

    @Override
    public String backupRecord() {
        return ShareBackup.RECOVERY;
    }

    @Override
    public RekeyPlan plan(ShareOrder order, boolean backup, boolean verify) {
        if (!parts.seals().auto()) {
            throw Fault.badRequest(
                    "recovery rekeying not supported: this server is unsealed by shares and has no recovery key");
        }
        records.requireSettled();
        return SharePlans.shares(order, records.matching().type(), recipients, backup, verify);
    }

    @Override
    public void commit(SecretBytes key, RekeyPlan plan, Map<String, byte[]> more) {
        records.requireSettled();
        KeyContext context = KeyContext.recoveryKey(UUID.randomUUID().toString());
        KeyWraps wrapped = new EmergencySeal(parts).beside(parts.seals().wrap(key, context), key, context);
        RecoveryKey recovery = new RecoveryKey(context.id(), RecoveryKey.verifierOf(key), wrapped);
        Map<String, byte[]> changed = new HashMap<>(more);
        changed.put(SealConfiguration.RECORD, plan.next().encode());
        changed.put(RecoveryKey.RECORD, recovery.encode());
        parts.records().change(changed);
    }
}
