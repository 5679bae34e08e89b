package io.casemate.core;

import io.casemate.barrier.BootRecords;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.StorageProblem;
import io.casemate.kernel.FaultException;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet;
import io.casemate.seal.WrappedRootKey;
import java.util.List;
import java.util.Optional;

/** The seal's records, read and matched with the seals that are configured now. */
record SealRecords(BootRecords records, SealSet seals) {
    boolean initialised() {
        return records.initialised();
    }

    /** As initialised, or empty before. */
    Optional<SealConfiguration> configuration() {
        return records.read(SealConfiguration.RECORD).map(SealConfiguration::decode);
    }

    /** Whether devices guard the root key now, whatever is configured. */
    boolean byDevice() {
        return configuration()
                .filter(stored -> !stored.type().equals(seals.people().type()))
                .isPresent();
    }

    /**
     * As initialised.
     *
     * @throws FaultException {@code BadRequest} before initialisation, {@code Misconfigured} when no configured seal can open
     */
    SealConfiguration matching() {
        SealConfiguration then = configuration().orElseThrow(() -> Fault.badRequest("Vault is not initialized"));
        boolean people = then.type().equals(seals.people().type());
        if (!people && seals.devices().isEmpty()) {
            throw new Fault.Misconfigured(List.of("the server was initialised with the seal '" + then.type()
                            + "', the configuration has '" + seals.type()
                            + "'; put the former back, with disabled: true if you want to leave it"))
                    .asException();
        }
        return then;
    }

    /**
     * Refuses to change keys between two seals: what guards the root key now must be what the configuration wants.
     *
     * @throws FaultException {@code BadRequest}
     */
    void requireSettled() {
        if (byDevice() != seals.auto()) {
            throw Fault.badRequest("the root key is on its way from one seal to another; finish the migration first");
        }
    }

    WrappedRootKey rootKey() {
        return WrappedRootKey.decode(require(WrappedRootKey.RECORD));
    }

    RecoveryKey recoveryKey() {
        return RecoveryKey.decode(require(RecoveryKey.RECORD));
    }

    private byte[] require(String name) {
        return records.read(name)
                .orElseThrow(() -> new Fault.StorageFailed(
                                StorageProblem.CORRUPT,
                                "keyring store, record '" + name
                                        + "' is missing; restore the keyring file from a backup")
                        .asException());
    }
}
