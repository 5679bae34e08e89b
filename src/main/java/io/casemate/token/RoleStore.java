package io.casemate.token;

import io.casemate.auth.Settings;
import io.casemate.barrier.View;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.TokenType;
import io.casemate.token.TokenRole.PolicyLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Token roles behind the barrier, in the token store's view; docs/formats/token.md. */
final class RoleStore {
    static final Map<String, Field> FIELDS = fields();

    /** Older names that clients still send. */
    static final Map<String, String> OLDER = Map.of(
            "token_period", "period",
            "token_explicit_max_ttl", "explicit_max_ttl",
            "token_bound_cidrs", "bound_cidrs");

    private static final Map<String, Object> DEFAULTS = defaults();

    private static final String FOLDER = "role/";
    private static final int PAGE = 500;
    private static final int LONGEST = 256;

    private final View storage;

    RoleStore(View storage) {
        this.storage = storage;
    }

    Optional<TokenRole> find(String name) {
        return storage.get(FOLDER + checked(name)).map(stored -> role(name, members(Optional.of(stored))));
    }

    List<String> names() {
        List<String> names = new ArrayList<>();
        List<String> page = storage.list(FOLDER, "", PAGE);
        while (!page.isEmpty()) {
            page.forEach(key -> names.add(key.substring(FOLDER.length())));
            page = storage.list(FOLDER, page.getLast(), PAGE);
        }
        return names;
    }

    /** Sets what was sent and keeps the rest. */
    void write(String name, Fields sent) {
        String key = FOLDER + checked(name);
        Cidr.check(sent.strings("token_bound_cidrs"));
        checkSuffix(sent.string("path_suffix"));
        storage.transact(editor -> {
            Map<String, Object> written = Settings.overlay(members(editor.get(key)), FIELDS, sent, OLDER);
            checkBatch(role(name, written));
            editor.put(key, JsonRecord.of(written));
            return null;
        });
    }

    void delete(String name) {
        storage.delete(FOLDER + checked(name));
    }

    /** As the API shows it. */
    static Map<String, Object> shown(TokenRole role) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", role.name());
        data.put("allowed_policies", role.limits().allowed());
        data.put("allowed_policies_glob", role.limits().allowedGlob());
        data.put("disallowed_policies", role.limits().disallowed());
        data.put("disallowed_policies_glob", role.limits().disallowedGlob());
        data.put("allowed_entity_aliases", role.allowedAliases());
        data.put("orphan", role.orphan());
        data.put("renewable", role.renewable());
        data.put("path_suffix", role.pathSuffix());
        data.put("period", role.period().toSeconds());
        data.put("explicit_max_ttl", role.explicitMax().toSeconds());
        data.put("token_period", role.period().toSeconds());
        data.put("token_explicit_max_ttl", role.explicitMax().toSeconds());
        data.put("token_num_uses", role.numUses());
        data.put("token_bound_cidrs", role.boundCidrs());
        if (!role.boundCidrs().isEmpty()) {
            data.put("bound_cidrs", role.boundCidrs());
        }
        data.put("token_no_default_policy", role.limits().noDefault());
        data.put("token_type", (role.type() == TokenType.DEFAULT ? TokenType.DEFAULT_SERVICE : role.type()).word());
        return data;
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("allowed_policies", Field.strings("Policies that tokens of the role may hold."));
        fields.put("allowed_policies_glob", Field.strings("The same as patterns with *."));
        fields.put("disallowed_policies", Field.strings("Policies that they may not hold."));
        fields.put("disallowed_policies_glob", Field.strings("The same as patterns with *."));
        fields.put("orphan", Field.flag(false, "They end with no other token."));
        fields.put("renewable", Field.flag(true, "They may be renewed."));
        fields.put("path_suffix", Field.string("Added to the path that they are filed under."));
        fields.put("token_period", Field.duration("Makes them periodic: life after each renewal."));
        fields.put("token_explicit_max_ttl", Field.duration("Longest life over all renewals."));
        fields.put("token_num_uses", Field.integer(0, "Uses of each token; 0 for without limit."));
        fields.put("token_bound_cidrs", Field.strings("Addresses they may be used from."));
        fields.put("token_no_default_policy", Field.flag(false, "Do not add the default policy."));
        fields.put("token_type", Field.string("service, batch, default-service or default-batch."));
        fields.put("allowed_entity_aliases", Field.strings("In whose names they may be made; patterns with * too."));
        return fields;
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> defaults = new LinkedHashMap<>();
        FIELDS.forEach((name, field) -> defaults.put(
                name, field.fallback() instanceof Duration zero ? (Object) zero.toSeconds() : field.fallback()));
        return defaults;
    }

    /** What is stored, over what holds for what it lacks. */
    private static Map<String, Object> members(Optional<byte[]> stored) {
        Map<String, Object> members = new LinkedHashMap<>(DEFAULTS);
        stored.ifPresent(record -> members.putAll(TokenCodec.members(record).all()));
        return members;
    }

    private static TokenRole role(String name, Map<String, Object> members) {
        Members stored = Members.of("the record of token role " + name, members);
        return new TokenRole(
                name,
                new PolicyLimits(
                        stored.strings("allowed_policies"),
                        stored.strings("allowed_policies_glob"),
                        stored.strings("disallowed_policies"),
                        stored.strings("disallowed_policies_glob"),
                        stored.flag("token_no_default_policy")),
                stored.flag("orphan"),
                stored.flag("renewable"),
                stored.text("path_suffix"),
                stored.seconds("token_period"),
                stored.seconds("token_explicit_max_ttl"),
                stored.count("token_num_uses"),
                stored.strings("token_bound_cidrs"),
                TokenType.of("token_type", stored.text("token_type")),
                stored.strings("allowed_entity_aliases"));
    }

    private static String checked(String name) {
        if (name.length() > LONGEST || !name.matches("[\\w]([\\w.-]*[\\w])?")) {
            throw Fault.badRequest("a role's name is letters, digits, '_', '-' and '.', at most " + LONGEST);
        }
        return name;
    }

    private static void checkSuffix(String suffix) {
        if (!suffix.isEmpty() && !suffix.matches("\\w[\\w./-]{0,255}")) {
            throw Fault.badRequest("field 'path_suffix': letters, digits, '_', '-', '.' and '/' only");
        }
    }

    private static void checkBatch(TokenRole role) {
        if (role.type() != TokenType.BATCH) {
            return;
        }
        String refused = !role.orphan()
                ? "non-orphan tokens"
                : !role.period().isZero()
                        ? "periodic tokens"
                        : role.renewable()
                                ? "renewable tokens"
                                : role.numUses() != 0 ? "tokens with limited use count" : "";
        if (!refused.isEmpty()) {
            throw Fault.badRequest("'token_type' cannot be 'batch' when role is set to generate " + refused);
        }
    }
}
