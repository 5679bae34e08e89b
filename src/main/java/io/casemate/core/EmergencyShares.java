package io.casemate.core;

import io.casemate.barrier.Barrier;
import io.casemate.crypto.KeyRandom;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet.Unwrapped;
import io.casemate.seal.Shamir;
import io.casemate.seal.WrappedKey;
import io.casemate.seal.WrappedRootKey;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Hands out emergency shares and takes their power away. Unlike recovery shares they decrypt: enough of them open the server
 * with every device away. Off unless the configuration allows them.
 */
public final class EmergencyShares {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final SealParts parts;
    private final BarrierOpener opener;
    private final Barrier barrier;
    private final EmergencySeal seal;
    private final boolean allowed;

    /** Works on the parts of {@code unsealer}; makes shares only when {@code allowed}. */
    public EmergencyShares(SealParts parts, Unsealer unsealer, boolean allowed) {
        this.parts = parts;
        this.opener = unsealer.opener();
        this.barrier = parts.barrier();
        this.seal = new EmergencySeal(parts);
        this.allowed = allowed;
    }

    /** Shares and threshold, when there are any. */
    public Optional<SealConfiguration> present() {
        return seal.configuration();
    }

    /** Whether the configuration allows to make them. */
    public boolean allowed() {
        return allowed;
    }

    /**
     * Makes them; they are handed out here and never again. The caller wipes them.
     *
     * @throws FaultException {@code BadRequest} when they are not allowed, exist already or make no sense; {@code HsmFailed}
     *     when no device gives the root key. Nothing was changed then
     */
    public List<SecretBytes> create(long shares, long threshold) {
        opener.ceremony().lock();
        try {
            check(shares, threshold);
            byte[] bytes = new byte[Shamir.KEY_BYTES];
            KeyRandom.birth(parts.random()).nextBytes(bytes);
            seal.keep(bytes);
            try (SecretBytes key = SecretBytes.owning(bytes)) {
                parts.records()
                        .change(wrapped(key, new SealConfiguration(EmergencySeal.NAME, (int) shares, (int) threshold)));
                LOG.log(
                        Level.WARNING,
                        "EMERGENCY SHARES were made: any " + threshold + " of " + shares
                                + " open this server without its HSMs");
                return Shamir.split(key, (int) shares, (int) threshold, parts.random());
            }
        } finally {
            opener.ceremony().unlock();
        }
    }

    /** Makes the shares that are out worthless for every copy of the store from now on; older backups still open by them. */
    public void remove() {
        opener.ceremony().lock();
        try {
            if (seal.configuration().isEmpty()) {
                throw Fault.badRequest("there are no emergency shares");
            }
            WrappedRootKey root = opener.records().rootKey();
            RecoveryKey recovery = opener.records().recoveryKey();
            parts.records()
                    .change(
                            Map.of(
                                    WrappedRootKey.RECORD,
                                    new WrappedRootKey(root.id(), without(root.wraps())).encode(),
                                    RecoveryKey.RECORD,
                                    new RecoveryKey(recovery.id(), recovery.verifier(), without(recovery.wraps()))
                                            .encode()),
                            Set.of(EmergencySeal.RECORD));
            parts.records().forgetPrevious();
            seal.forget();
            LOG.log(Level.WARNING, "the emergency shares were removed");
        } finally {
            opener.ceremony().unlock();
        }
    }

    private void check(long shares, long threshold) {
        if (!allowed) {
            throw Fault.badRequest("emergency shares are off; set emergency_shares: true in the configuration first");
        }
        if (!parts.seals().auto() || !opener.records().byDevice()) {
            throw Fault.badRequest("emergency shares are for servers whose root key a device guards");
        }
        if (seal.configuration().isPresent()) {
            throw Fault.badRequest("there are emergency shares already; remove them first, then make new ones");
        }
        SealConfiguration.problem(shares, threshold).ifPresent(problem -> {
            throw Fault.badRequest("invalid emergency configuration: " + problem);
        });
    }

    private Map<String, byte[]> wrapped(SecretBytes key, SealConfiguration configuration) {
        WrappedRootKey root = opener.records().rootKey();
        RecoveryKey recovery = opener.records().recoveryKey();
        try (Unwrapped rootKey = parts.seals().unwrap(root.wraps(), root.context());
                Unwrapped recoveryKey = parts.seals().unwrap(recovery.wraps(), recovery.context())) {
            if (!barrier.isRootKey(rootKey.key()) || !recovery.plausible(recoveryKey.key())) {
                throw new Fault.Misconfigured(List.of("seal '" + rootKey.seal()
                                + "' gave back another key than it was given; nothing was changed"))
                        .asException();
            }
            WrappedKey roots = seal.wrap(rootKey.key(), key, root.context());
            WrappedKey recoveries = seal.wrap(recoveryKey.key(), key, recovery.context());
            return Map.of(
                    WrappedRootKey.RECORD,
                            new WrappedRootKey(root.id(), without(root.wraps()).with(roots)).encode(),
                    RecoveryKey.RECORD,
                            new RecoveryKey(
                                            recovery.id(),
                                            recovery.verifier(),
                                            without(recovery.wraps()).with(recoveries))
                                    .encode(),
                    EmergencySeal.RECORD, configuration.encode());
        }
    }

    private static KeyWraps without(KeyWraps wraps) {
        return wraps.without(EmergencySeal::made);
    }
}
