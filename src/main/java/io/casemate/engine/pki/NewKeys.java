package io.casemate.engine.pki;

import io.casemate.barrier.View.Editor;
import io.casemate.crypto.KeyKind;
import io.casemate.crypto.ManagedKeys.ManagedKey;
import io.casemate.crypto.Signer;
import io.casemate.crypto.SoftwareSigner;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.issue.RoleKeys;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.KeyEntry;
import io.casemate.engine.pki.store.KeyEntry.Managed;
import io.casemate.engine.pki.store.Keys;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Where the key of a new CA comes from: made here, born in the HSM, or there already. */
final class NewKeys {
    /** The fields' declarations. */
    static final Map<String, Field> FIELDS = declared();

    private final Authority authority;

    NewKeys(Authority authority) {
        this.authority = authority;
    }

    /**
     * A key to sign with.
     *
     * @param exported the private key, when the answer shows it
     * @param store writes the key, unless it is on record already, and gives it to issuers that came before it
     */
    record Made(KeyEntry entry, Signer signer, Optional<SoftwareSigner> exported, Consumer<Editor> store) {
        void store(Editor editor) {
            store.accept(editor);
        }
    }

    /** Makes or finds the key that {@code type} and the other fields ask for. */
    Made make(Fields fields) {
        return make(fields.string("type"), fields);
    }

    /** The same for a path that says the type. */
    Made make(String type, Fields fields) {
        return switch (type) {
            case "internal" -> software(fields, false);
            case "exported" -> software(fields, true);
            case "kms" -> managed(fields);
            case "existing" -> existing(fields.string("key_ref"));
            default -> throw Fault.badRequest("the type is internal, exported, existing or kms");
        };
    }

    private Made software(Fields fields, boolean export) {
        String name = freeName(fields);
        SoftwareSigner key = KeyForge.bear(authority.software(), kind(fields));
        KeyEntry entry = new KeyEntry(newId(), name, key.kind(), Optional.empty(), key.publicKey());
        return made(
                entry,
                key,
                export ? Optional.of(key) : Optional.empty(),
                editor -> authority.keys().put(editor, entry, key));
    }

    private Made made(KeyEntry entry, Signer signer, Optional<SoftwareSigner> exported, Consumer<Editor> put) {
        return new Made(entry, signer, exported, editor -> {
            put.accept(editor);
            authority
                    .issuers()
                    .settleDefault(editor, List.of(), authority.issuers().link(editor, entry));
        });
    }

    /** A registered key, which may be on record already, or, when none is named, one that is made for this issuer alone. */
    private Made managed(Fields fields) {
        String name = freeName(fields);
        String id = newId();
        String ref = fields.string("managed_key_name").isEmpty()
                ? fields.string("managed_key_id")
                : fields.string("managed_key_name");
        Signer signer;
        Managed where;
        if (ref.isEmpty()) {
            where = new Managed("casemate-pki-" + id, "");
            signer = authority.context().signers().generate(where.name(), kind(fields));
        } else {
            ManagedKey registered = authority.context().managed().find(ref);
            where = new Managed(registered.name(), registered.id());
            signer = registered.signerOrNew(kind(fields));
        }
        KeyEntry entry = new KeyEntry(id, name, signer.kind(), Optional.of(where), signer.publicKey());
        Signer found = signer;
        return authority
                .keys()
                .byFingerprint(Keys.fingerprint(entry))
                .map(known -> known(known, where, found))
                .orElseGet(() -> made(
                        entry,
                        found,
                        Optional.empty(),
                        editor -> authority.keys().put(editor, entry)));
    }

    /** By the registration that was named last: the one before may be gone. */
    private Made known(KeyEntry known, Managed where, Signer signer) {
        if (known.managed().isEmpty() || known.managed().get().equals(where)) {
            return made(known, signer, Optional.empty(), editor -> {});
        }
        return made(known, signer, Optional.empty(), editor -> authority.keys().move(editor, known.id(), where));
    }

    private Made existing(String ref) {
        KeyEntry entry = authority.keys().find(ref.isEmpty() || ref.equals(Ids.DEFAULT) ? authority.defaultKey() : ref);
        return made(entry, authority.keys().signer(entry), Optional.empty(), editor -> {});
    }

    private String newId() {
        return Ids.uuid(authority.context().random()).toString();
    }

    /** {@code key_name}, if no key has it. */
    String freeName(Fields fields) {
        String sent = fields.string("key_name");
        if (!sent.isEmpty() && authority.keys().taken(Ids.name("key_name", sent))) {
            throw Fault.badRequest("a key with the name '" + sent + "' exists already");
        }
        return sent;
    }

    /** {@code response}, warning of a {@code key_name} that {@code key} did not get because it was on record before. */
    static Response naming(Response response, Fields fields, KeyEntry key) {
        String sent = fields.string("key_name");
        if (sent.isEmpty() || sent.equals(key.name())) {
            return response;
        }
        String known = key.name().isEmpty() ? "without a name" : "as '" + key.name() + "'";
        return response.warning("the key was on record already, " + known + ": key_name is not taken; write it to key/"
                + key.id() + " to rename the key");
    }

    /** {@code key_type} and {@code key_bits}; 0 bits means the smallest we make. */
    static KeyKind kind(Fields fields) {
        return kind(fields.string("key_type"), fields.integer("key_bits"));
    }

    /** The same of values. */
    static KeyKind kind(String type, long bits) {
        return RoleKeys.kind(type, bits);
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("key_name", Field.string("A name for the key; unique in the mount."));
        fields.put("key_ref", Field.string("For type existing: the key, by id or name; the default key when absent."));
        fields.put(
                "managed_key_name",
                Field.string("For type kms: a key registered at sys/managed-keys; a new one when absent."));
        fields.put("managed_key_id", Field.string("The same by the registration's id."));
        fields.put("key_type", new Field(Field.Type.STRING, "rsa", "rsa, ec, ed25519 or ml-dsa."));
        fields.put(
                "key_bits",
                Field.integer(0, "2048, 3072, 4096 (rsa); 256, 384, 521 (ec); 44, 65, 87 (ml-dsa); 0 for the usual."));
        return fields;
    }
}
