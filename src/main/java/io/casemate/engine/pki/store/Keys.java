package io.casemate.engine.pki.store;

import io.casemate.barrier.View;
import io.casemate.barrier.View.Editor;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.ManagedKeys;
import io.casemate.crypto.Signer;
import io.casemate.crypto.Signers;
import io.casemate.crypto.SoftwareKeys;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.pki.name.Printable;
import io.casemate.engine.pki.store.KeyEntry.Managed;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** The CA keys of a mount. What a key is and its secret are records of their own: listing keys reads no secret. */
public final class Keys {
    private static final String ENTRY = "key/";
    private static final String SECRET = "key-secret/";
    private static final String NAME = "key-name/";
    private static final String FINGERPRINT = "key-spki/";

    private final View view;
    private final SoftwareKeys software;
    private final Signers hsm;
    private final ManagedKeys registered;
    private final ParseCache<KeyEntry> entries = new ParseCache<>();
    private final ParseCache<SoftwareSigner> signers = new ParseCache<>();

    /** Keys below {@code view}; those in the HSM through {@code hsm}, or where they are registered. */
    public Keys(View view, SoftwareKeys software, Signers hsm, ManagedKeys registered) {
        this.view = view;
        this.software = software;
        this.hsm = hsm;
        this.registered = registered;
    }

    /** All ids. */
    public List<String> ids() {
        return view.children(ENTRY, "", Integer.MAX_VALUE);
    }

    /** The key with this id. */
    public Optional<KeyEntry> byId(String id) {
        return view.get(ENTRY + id).map(stored -> entries.of(id, stored, () -> parse(id, stored)));
    }

    /**
     * The key with this id or name.
     *
     * @throws io.casemate.kernel.FaultException {@code NotFound}
     */
    public KeyEntry find(String ref) {
        return byId(ref)
                .or(() -> view.get(NAME + ref).flatMap(id -> byId(Records.text(NAME + ref, id))))
                .orElseThrow(() -> Fault.notFound("unable to find PKI key for reference: " + Printable.of(ref)));
    }

    /** Whether a key has this name. */
    public boolean taken(String name) {
        return view.get(NAME + name).isPresent();
    }

    /** The key with this fingerprint. */
    public Optional<KeyEntry> byFingerprint(String fingerprint) {
        return view.get(FINGERPRINT + fingerprint).flatMap(id -> byId(Records.text(FINGERPRINT + fingerprint, id)));
    }

    /** The same as a transaction finds it. */
    public Optional<KeyEntry> byFingerprint(Editor editor, String fingerprint) {
        return editor.get(FINGERPRINT + fingerprint)
                .flatMap(id -> byId(editor, Records.text(FINGERPRINT + fingerprint, id)));
    }

    /** The fingerprint of a key: SHA-256 of its SubjectPublicKeyInfo. */
    public static String fingerprint(KeyEntry entry) {
        return Fingerprints.of(
                SubjectPublicKeyInfo.getInstance(entry.publicKey().getEncoded()));
    }

    /**
     * What signs with {@code entry}.
     *
     * @throws io.casemate.kernel.FaultException {@code HsmFailed} when the key is in an HSM that is away, or is this
     *     mount's no more
     */
    public Signer signer(KeyEntry entry) {
        return entry.managed().map(where -> managed(entry, where)).orElseGet(() -> softwareSigner(entry));
    }

    private Signer managed(KeyEntry entry, Managed where) {
        Signer signer = where.id().isEmpty() ? hsm.named(where.name()) : registered(where);
        if (!Arrays.equals(signer.publicKey().getEncoded(), entry.publicKey().getEncoded())) {
            throw new Fault.HsmFailed(
                            "CKR_KEY_HANDLE_INVALID",
                            "C_FindObjects",
                            Fault.HsmProblem.SETUP,
                            "the key '" + where.name() + "' on the token is not the one that the issuer was made with")
                    .asException();
        }
        return signer;
    }

    /** What the operator of the server has taken away is a key that does not sign, and no mistake of who asked for a signature. */
    private Signer registered(Managed where) {
        try {
            return registered.find(where.id()).signer();
        } catch (FaultException e) {
            if (e.fault() instanceof Fault.BadRequest(List<String> details)) {
                throw new Fault.HsmFailed(
                                "CKR_KEY_FUNCTION_NOT_PERMITTED",
                                "C_SignInit",
                                Fault.HsmProblem.SETUP,
                                String.join("; ", details))
                        .causedBy(e);
            }
            throw e;
        }
    }

    /** The same for a key behind the barrier, which can be handed out. */
    public SoftwareSigner softwareSigner(KeyEntry entry) {
        byte[] stored = view.get(ENTRY + entry.id()).orElseThrow(Fault::notFound);
        return signers.of(entry.id(), stored, () -> loadSecret(entry.id()));
    }

    /** Writes a key that lies behind the barrier. */
    public void put(Editor editor, KeyEntry entry, SoftwareSigner key) {
        key.lendPkcs8(pkcs8 -> putSecret(editor, entry.id(), pkcs8));
        put(editor, entry);
    }

    /** Writes a key that lies in the HSM. Refuses a name that another key has, and a key that has another entry. */
    public void put(Editor editor, KeyEntry entry) {
        String index = FINGERPRINT + fingerprint(entry);
        other(editor, index, entry.id()).ifPresent(id -> {
            throw Fault.badRequest("the same key came in meanwhile, as " + id + ": ask again");
        });
        editor.put(index, Records.text(entry.id()));
        write(editor, entry);
    }

    /** The id that a record of an index names, when it is not this one. */
    private static Optional<String> other(Editor editor, String index, String id) {
        return editor.get(index).map(stored -> Records.text(index, stored)).filter(named -> !named.equals(id));
    }

    private static void write(Editor editor, KeyEntry entry) {
        if (!entry.name().isEmpty()) {
            if (other(editor, NAME + entry.name(), entry.id()).isPresent()) {
                throw Fault.badRequest("a key with the name '" + entry.name() + "' exists already");
            }
            editor.put(NAME + entry.name(), Records.text(entry.id()));
        }
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", entry.name());
        members.put("kind", entry.kind().name());
        members.put("managed_name", entry.managed().map(Managed::name).orElse(null));
        members.put("managed_id", entry.managed().map(Managed::id).orElse(null));
        members.put(
                "public_key",
                Base64.getEncoder().encodeToString(entry.publicKey().getEncoded()));
        editor.put(ENTRY + entry.id(), Records.json(members));
    }

    /** Says where in the HSM a key is found from now on. */
    public void move(Editor editor, String id, Managed where) {
        KeyEntry now = there(editor, id);
        write(editor, new KeyEntry(id, now.name(), now.kind(), Optional.of(where), now.publicKey()));
    }

    /** Gives a key another name, or none. Refuses a name that another key has. */
    public void rename(Editor editor, KeyEntry entry, String name) {
        KeyEntry now = there(editor, entry.id());
        unname(editor, now);
        write(editor, new KeyEntry(now.id(), name, now.kind(), now.managed(), now.publicKey()));
    }

    private static void unname(Editor editor, KeyEntry entry) {
        if (!entry.name().isEmpty()) {
            unindex(editor, NAME + entry.name(), entry.id());
        }
    }

    /** An index leads to one key; when that is another one it stays. */
    private static void unindex(Editor editor, String index, String id) {
        if (other(editor, index, id).isEmpty()) {
            editor.delete(index);
        }
    }

    private KeyEntry there(Editor editor, String id) {
        return byId(editor, id).orElseThrow(() -> Fault.notFound("the key " + id + " was deleted meanwhile"));
    }

    private Optional<KeyEntry> byId(Editor editor, String id) {
        return editor.get(ENTRY + id).map(stored -> entries.of(id, stored, () -> parse(id, stored)));
    }

    /** Whether there is a key with this id, as a transaction finds it. */
    static boolean has(Editor editor, String id) {
        return editor.get(ENTRY + id).isPresent();
    }

    /** Removes a key and its secret. A key in the HSM stays there. */
    public void delete(Editor editor, KeyEntry entry) {
        byId(editor, entry.id()).ifPresent(now -> unname(editor, now));
        unindex(editor, FINGERPRINT + fingerprint(entry), entry.id());
        editor.delete(ENTRY + entry.id());
        editor.delete(SECRET + entry.id());
    }

    /** Forgets a key that was deleted: it is in memory no more. */
    public void forget(String id) {
        entries.remove(id);
        signers.remove(id);
    }

    /** Forgets every parsed key. */
    public void clear() {
        entries.clear();
        signers.clear();
    }

    private SoftwareSigner loadSecret(String id) {
        byte[] stored = view.get(SECRET + id)
                .orElseThrow(() -> Fault.badRequest("the private key of " + id + " does not lie in this mount"));
        byte[] pkcs8 = Records.rest(Records.body(SECRET + id, stored, 1));
        try {
            return software.decode(pkcs8);
        } finally {
            Arrays.fill(stored, (byte) 0);
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private static void putSecret(Editor editor, String id, byte[] pkcs8) {
        byte[] record = ByteBuffer.allocate(1 + pkcs8.length)
                .put(Records.VERSION)
                .put(pkcs8)
                .array();
        editor.put(SECRET + id, record);
        Arrays.fill(record, (byte) 0);
    }

    private static KeyEntry parse(String id, byte[] stored) {
        Map<String, Object> members = Records.members(stored);
        KeyKind kind = KeyKind.valueOf((String) members.get("kind"));
        return new KeyEntry(
                id,
                (String) members.get("name"),
                kind,
                Optional.ofNullable((String) members.get("managed_name"))
                        .map(label -> new Managed(label, managedId(members))),
                publicKey(kind, Base64.getDecoder().decode((String) members.get("public_key"))));
    }

    /** Absent in records of earlier releases, whose keys the engine had made or found by label. */
    private static String managedId(Map<String, Object> members) {
        return members.get("managed_id") instanceof String id ? id : "";
    }

    private static PublicKey publicKey(KeyKind kind, byte[] spki) {
        try {
            return KeyFactory.getInstance(kind.algorithm()).generatePublic(new X509EncodedKeySpec(spki));
        } catch (GeneralSecurityException e) {
            throw new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "a stored public key is damaged").causedBy(e);
        }
    }
}
