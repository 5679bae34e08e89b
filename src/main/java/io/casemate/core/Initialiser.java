package io.casemate.core;

import io.casemate.barrier.Barrier.Founding;
import io.casemate.crypto.Recipient;
import io.casemate.crypto.Recipients;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.SecretBytes;
import io.casemate.seal.IssuedShares;
import io.casemate.seal.KeyContext;
import io.casemate.seal.KeyWraps;
import io.casemate.seal.RecoveryKey;
import io.casemate.seal.SealConfiguration;
import io.casemate.seal.SealSet;
import io.casemate.seal.Shamir;
import io.casemate.seal.WrappedRootKey;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Initialises the server: root key, shares, keyring, first root token. All or nothing: one durable step makes it final, and
 * whatever fails before that, the device included, leaves the server as uninitialised as it was.
 */
public final class Initialiser {
    private static final System.Logger LOG = System.getLogger("casemate.core");

    private final SealParts parts;
    private final BarrierOpener opener;
    private final Supplier<SecretBytes> firstRootToken;

    /**
     * Works on the parts of {@code unsealer}.
     *
     * @param firstRootToken makes and stores a root token; called when all stages run, before anything is final
     */
    public Initialiser(SealParts parts, Unsealer unsealer, Supplier<SecretBytes> firstRootToken) {
        this.parts = parts;
        this.opener = unsealer.opener();
        this.firstRootToken = firstRootToken;
    }

    /**
     * Whether that was done, ever.
     *
     * @throws FaultException {@code StorageFailed} when the keyring store is damaged
     */
    public boolean initialised() {
        return opener.records().initialised();
    }

    /**
     * Initialises. With shares the server is sealed afterwards; with an auto seal it is open.
     *
     * @throws FaultException {@code BadRequest} for wrong parameters and when it was done before; else what failed
     */
    public InitResult initialise(InitRequest request) {
        ReentrantLock ceremony = opener.ceremony();
        ceremony.lock();
        try {
            if (initialised()) {
                throw Fault.badRequest("Vault is already initialized");
            }
            InitRequest.Plan plan = request.check(parts.seals(), new Recipients(parts.random(), parts.clock()));
            SealConfiguration configuration = plan.configuration();
            try (SecretBytes rootKey = Keys.random(parts.random());
                    SecretBytes sharedKey = Keys.random(parts.random())) {
                Map<String, byte[]> records = wrap(configuration, rootKey, sharedKey);
                List<SecretBytes> shares =
                        Shamir.split(sharedKey, configuration.shares(), configuration.threshold(), parts.random());
                return found(rootKey, records, IssuedShares.to(plan.holders(), shares), plan.tokenHolder());
            }
        } finally {
            ceremony.unlock();
        }
    }

    /** The seals' records. Each device is asked to open what it wrapped before anything is written. */
    private Map<String, byte[]> wrap(SealConfiguration configuration, SecretBytes rootKey, SecretBytes sharedKey) {
        SealSet seals = parts.seals();
        KeyContext context = KeyContext.rootKey(UUID.randomUUID().toString());
        Map<String, byte[]> records = new HashMap<>();
        records.put(SealConfiguration.RECORD, configuration.encode());
        if (seals.auto()) {
            records.put(RecoveryKey.RECORD, recovery(sharedKey));
        }
        KeyWraps wrapped = seals.auto()
                ? seals.wrap(rootKey, context)
                : KeyWraps.whole(List.of(seals.people().wrapTested(rootKey, sharedKey, context)));
        records.put(WrappedRootKey.RECORD, new WrappedRootKey(context.id(), wrapped).encode());
        return records;
    }

    private byte[] recovery(SecretBytes key) {
        KeyContext context = KeyContext.recoveryKey(UUID.randomUUID().toString());
        KeyWraps wrapped = parts.seals().wrap(key, context);
        return new RecoveryKey(context.id(), RecoveryKey.verifierOf(key), wrapped).encode();
    }

    private InitResult found(
            SecretBytes rootKey, Map<String, byte[]> records, IssuedShares shares, Optional<Recipient> tokenHolder) {
        boolean auto = parts.seals().auto();
        SecretBytes token = SecretBytes.copyOf(new byte[0]);
        boolean done = false;
        try (Founding founding = parts.barrier().found(rootKey)) {
            opener.startStages();
            token = rootToken(tokenHolder);
            founding.commit(records);
            done = true;
        } catch (RuntimeException e) {
            throw BarrierOpener.asFault(e, UUID.randomUUID().toString());
        } finally {
            if (!done) {
                opener.shut();
                shares.close();
                token.close();
            }
        }
        LOG.log(Level.INFO, "initialised with the seals {0}", parts.seals().names());
        if (auto) {
            opener.serve();
        } else {
            opener.shut();
        }
        return new InitResult(shares, auto, token, tokenHolder.isPresent());
    }

    private SecretBytes rootToken(Optional<Recipient> holder) {
        SecretBytes token = firstRootToken.get();
        if (holder.isEmpty()) {
            return token;
        }
        try (token) {
            return SecretBytes.owning(holder.get().encrypt(token));
        }
    }
}
