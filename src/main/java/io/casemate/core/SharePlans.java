package io.casemate.core;

import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.seal.SealConfiguration;

/** The plan of a rekey that hands out shares. */
final class SharePlans {
    private SharePlans() {}

    static RekeyPlan shares(ShareOrder order, String type, Recipients recipients, boolean backup, boolean verify) {
        SealConfiguration.problem(order.shares(), order.threshold()).ifPresent(problem -> {
            throw Fault.badRequest("invalid rekey seal configuration: " + problem);
        });
        if (backup && !order.namesHolders()) {
            throw Fault.badRequest("cannot request a backup of the new keys without providing PGP keys for encryption"
                    + " (pgp_keys or recipients)");
        }
        SealConfiguration next = new SealConfiguration(type, (int) order.shares(), (int) order.threshold());
        return new RekeyPlan(next, true, order.holders(recipients), backup, verify);
    }
}
