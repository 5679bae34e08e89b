package io.casemate.sys;

import static io.casemate.engine.Endpoint.at;

import io.casemate.crypto.KeyKind;
import io.casemate.crypto.Signatures;
import io.casemate.crypto.Signer;
import io.casemate.engine.Endpoint;
import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import io.casemate.mount.ManagedKeyRecord;
import io.casemate.mount.ManagedKeyRecord.Permissions;
import io.casemate.mount.ManagedKeyStore;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** {@code sys/managed-keys/pkcs11/*}: which keys of the HSM mounts may sign with. */
public final class ManagedKeyEndpoints {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]{0,126}[a-z0-9_])?");
    private static final Pattern HEX = Pattern.compile("(0x)?([0-9a-fA-F]{2}){0,64}");
    private static final long RSA_PKCS = 0x1;
    private static final long RSA_PSS = 0xD;
    private static final long ECDSA = 0x1041;
    private static final long EDDSA = 0x1057;
    private static final Map<String, Long> MECHANISMS =
            Map.of("ckm_rsa_pkcs", RSA_PKCS, "ckm_rsa_pkcs_pss", RSA_PSS, "ckm_ecdsa", ECDSA, "ckm_eddsa", EDDSA);

    private final ManagedKeyStore keys;

    /** Serves {@code keys}. */
    public ManagedKeyEndpoints(ManagedKeyStore keys) {
        this.keys = keys;
    }

    /** Patterns relative to {@code sys/}. */
    public List<Endpoint> endpoints() {
        return List.of(
                at("managed-keys/pkcs11", "Lists the registered keys.")
                        .on(Operation.LIST, exchange -> Response.keys(keys.names()))
                        .build(),
                at("managed-keys/pkcs11/{name}", "Registers a key pair of the HSM for use by mounts.")
                        .fields(ManagedKeyFields.ALL)
                        .on(Operation.READ, exchange -> Response.of(shown(registered(exchange))))
                        .on(Operation.UPDATE, this::write)
                        .on(Operation.DELETE, exchange -> {
                            keys.delete(exchange.fields().string("name"));
                            return Response.none();
                        })
                        .build(),
                at("managed-keys/pkcs11/{name}/test/sign", "Signs something with the key and verifies it.")
                        .field("hash_algorithm", new Field(Field.Type.STRING, "sha2-256", "sha2-256, -384 or -512."))
                        .field("use_pss", Field.flag(false, "Sign by RSA-PSS, whatever the mechanism."))
                        .on(Operation.UPDATE, this::test)
                        .build());
    }

    private Response write(Exchange exchange) {
        Fields fields = exchange.fields();
        String name = fields.string("name");
        if (!NAME.matcher(name).matches()) {
            throw Fault.badRequest("field 'name': lower-case letters, digits, _ and inner . or -");
        }
        Optional<ManagedKeyRecord> old = keys.get(name);
        keys.put(record(
                old.map(ManagedKeyRecord::id).orElseGet(() -> UUID.randomUUID().toString()), fields));
        Response response = Response.none();
        return fields.string("pin").isEmpty()
                ? response
                : response.warning("the PIN was not kept: the server logs in to its tokens as its configuration says");
    }

    private static ManagedKeyRecord record(String id, Fields fields) {
        if (fields.string("key_label").isEmpty()) {
            throw Fault.badRequest("field 'key_label': which key of the token (CKA_LABEL)");
        }
        String keyId = fields.string("key_id");
        if (!HEX.matcher(keyId).matches()) {
            throw Fault.badRequest("field 'key_id': CKA_ID in hex; leave it out when the label alone tells the key");
        }
        long mechanism = mechanism(fields.string("mechanism"));
        List<String> usages = fields.strings("usages").isEmpty() ? ManagedKeyRecord.USAGES : fields.strings("usages");
        if (!ManagedKeyRecord.USAGES.containsAll(usages)) {
            throw Fault.badRequest("field 'usages': of " + ManagedKeyRecord.USAGES);
        }
        return new ManagedKeyRecord(
                id,
                fields.string("name"),
                fields.string("library"),
                fields.string("key_label"),
                keyId.startsWith("0x") ? keyId.substring(2) : keyId,
                mechanism,
                ManagedKeyFields.kind(mechanism, fields),
                new Permissions(
                        fields.flag("allow_generate_key"),
                        fields.flag("allow_store_key"),
                        fields.flag("allow_replace_key"),
                        fields.flag("any_mount"),
                        usages));
    }

    private static long mechanism(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        Long named = MECHANISMS.get(lower);
        long number = -1;
        try {
            number = named == null ? Long.decode(lower) : named;
        } catch (NumberFormatException _) {
            // Refused below, like a number that is no mechanism of ours.
        }
        if (!MECHANISMS.containsValue(number)) {
            throw Fault.badRequest("field 'mechanism': 0x0001 (RSA PKCS#1), 0x000d (RSA-PSS), 0x1041 (ECDSA) or 0x1057"
                    + " (EdDSA), for keys that sign");
        }
        return number;
    }

    private ManagedKeyRecord registered(Exchange exchange) {
        return keys.get(exchange.fields().string("name")).orElseThrow(Fault::notFound);
    }

    private Response test(Exchange exchange) {
        ManagedKeyRecord registered = registered(exchange);
        String bits = exchange.fields().string("hash_algorithm").replace("sha2-", "");
        if (!List.of("256", "384", "512").contains(bits)) {
            throw Fault.badRequest("field 'hash_algorithm': sha2-256, sha2-384 or sha2-512");
        }
        boolean pss = exchange.fields().flag("use_pss") || registered.mechanism() == RSA_PSS;
        Signer signer = keys.key(registered).signer();
        String algorithm = algorithm(signer.kind(), bits, pss);
        byte[] message = ("test of " + registered.name()).getBytes(StandardCharsets.UTF_8);
        if (!Signatures.verifies(algorithm, signer.publicKey(), message, signer.sign(algorithm, message))) {
            throw new Fault.HsmFailed(
                            "CKR_SIGNATURE_INVALID",
                            "C_Sign",
                            Fault.HsmProblem.SETUP,
                            "the token's signature is not by this key; look for two keys of the same label")
                    .asException();
        }
        return Response.none();
    }

    private static String algorithm(KeyKind kind, String bits, boolean pss) {
        return switch (kind.type()) {
            case "ec" -> "SHA" + bits + "withECDSA";
            case "rsa" -> "SHA" + bits + (pss ? "withRSAandMGF1" : "withRSA");
            default -> kind.algorithm();
        };
    }

    private static Map<String, Object> shown(ManagedKeyRecord key) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("UUID", key.id());
        data.put("name", key.name());
        data.put("type", "pkcs11");
        data.put("library", key.library());
        data.put("key_label", key.keyLabel());
        data.put("key_id", key.keyId());
        data.put("mechanism", "0x%04x".formatted(key.mechanism()));
        data.put("mechanism_hex", "0x%04x".formatted(key.mechanism()));
        data.putAll(ManagedKeyFields.shown(key.kind()));
        data.put("allow_generate_key", key.permissions().generate());
        data.put("allow_store_key", key.permissions().store());
        data.put("allow_replace_key", key.permissions().replace());
        data.put("any_mount", key.permissions().anyMount());
        data.put("usages", key.permissions().usages());
        return data;
    }
}
