package io.casemate.mount;

import io.casemate.barrier.View;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.ManagedKeys;
import io.casemate.crypto.ManagedKeys.ManagedKey;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Fault.HsmProblem;
import io.casemate.kernel.FaultException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * Registered keys of PKCS#11 tokens, and which mount may use which. A key on a token is a mount's to use only when an operator
 * of the server has said so: whoever runs a mount cannot reach for another mount's key by its label.
 */
public final class ManagedKeyStore {
    private static final String ENTRY = "key/";
    private static final String ID = "id/";

    private final View view;
    private final Map<String, Signers> hsms;

    /**
     * Keeps registrations below {@code view}.
     *
     * @param hsms the key pairs of each configured HSM by its name, the first one first
     */
    public ManagedKeyStore(View view, Map<String, Signers> hsms) {
        this.view = view;
        this.hsms = hsms;
    }

    /** The registration of this name. */
    public Optional<ManagedKeyRecord> get(String name) {
        return view.get(ENTRY + name).map(stored -> ManagedKeyRecord.decode(name, stored));
    }

    /** Names in order. */
    public List<String> names() {
        return view.children(ENTRY, "", Integer.MAX_VALUE);
    }

    /**
     * Writes a registration, new or in place of the one of its name.
     *
     * @throws FaultException {@code BadRequest} when no HSM is configured, or none of that name
     */
    public void put(ManagedKeyRecord key) {
        hsm(key);
        view.transact(editor -> {
            editor.put(ENTRY + key.name(), key.encode());
            editor.put(ID + key.id(), key.name().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return null;
        });
    }

    /** Forgets a registration. The key on the token stays; what was made with it cannot sign any more. */
    public void delete(String name) {
        get(name)
                .ifPresent(key -> view.transact(editor -> {
                    editor.delete(ENTRY + name);
                    editor.delete(ID + key.id());
                    return null;
                }));
    }

    /** The key itself, whatever mount it is for: what the operator who registered it tests. */
    public ManagedKey key(ManagedKeyRecord registered) {
        return new Registered(registered, hsm(registered));
    }

    /** What the mount tuned by {@code config} may use. */
    public ManagedKeys forMount(Supplier<MountConfig> config) {
        return ref -> {
            Optional<ManagedKeyRecord> found = get(ref).or(() -> view.get(ID + ref)
                    .map(name -> new String(name, java.nio.charset.StandardCharsets.UTF_8))
                    .flatMap(this::get));
            return found.filter(key -> allowed(key, config.get()))
                    .map(this::key)
                    .orElseThrow(() -> Fault.badRequest("no managed key '" + ref + "' for this mount: register it at"
                            + " sys/managed-keys/pkcs11, and allow it by the mount's allowed_managed_keys"
                            + " or the key's any_mount"));
        };
    }

    private static boolean allowed(ManagedKeyRecord key, MountConfig config) {
        return key.permissions().anyMount() || config.allowedManagedKeys().contains(key.name());
    }

    private Signers hsm(ManagedKeyRecord key) {
        if (hsms.isEmpty()) {
            throw Fault.badRequest("no HSM is configured: managed keys need a seal of type pkcs11");
        }
        String library = key.library().isEmpty() ? hsms.keySet().iterator().next() : key.library();
        return Optional.ofNullable(hsms.get(library))
                .orElseThrow(() -> Fault.badRequest("field 'library': no HSM '" + library
                        + "' is configured; there are the pkcs11 seals " + new TreeSet<>(hsms.keySet())));
    }

    private record Registered(ManagedKeyRecord key, Signers signers) implements ManagedKey {
        @Override
        public String id() {
            return key.id();
        }

        @Override
        public String name() {
            return key.name();
        }

        @Override
        public Optional<KeyKind> kind() {
            return key.kind();
        }

        @Override
        public Signer signer() {
            if (!key.permissions().usages().contains("sign")) {
                throw Fault.badRequest("the managed key '" + key.name() + "' is not registered for the usage sign");
            }
            return signers.named(key.keyLabel(), key.keyId());
        }

        @Override
        public Signer signerOrNew(KeyKind wanted) {
            try {
                return signer();
            } catch (FaultException e) {
                boolean missing = e.fault() instanceof Fault.HsmFailed failed && failed.problem() == HsmProblem.SETUP;
                if (!missing || !key.permissions().generate() || !key.keyId().isEmpty()) {
                    throw e;
                }
                return signers.generate(key.keyLabel(), key.kind().orElse(wanted));
            }
        }
    }
}
