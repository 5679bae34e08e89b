package io.casemate.token;

import io.casemate.barrier.View;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
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

    private static final String FOLDER = "role/";
    private static final int PAGE = 500;
    private static final int LONGEST = 256;

    private final View storage;

    RoleStore(View storage) {
        this.storage = storage;
    }

    Optional<TokenRole> find(String name) {
        return storage.get(FOLDER + checked(name)).map(TokenCodec::members).map(stored -> role(name, stored));
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
        checkType(sent.string("token_type"));
        Cidr.check(sent.strings("token_bound_cidrs"));
        checkSuffix(sent.string("path_suffix"));
        storage.transact(editor -> {
            Map<String, Object> members =
                    editor.get(key).map(TokenCodec::members).orElseGet(LinkedHashMap::new);
            FIELDS.forEach((field, declared) -> {
                if (!members.containsKey(field) || sent.has(field)) {
                    members.put(field, plain(field, declared, sent));
                }
            });
            alias(sent, members, "period", "token_period");
            alias(sent, members, "explicit_max_ttl", "token_explicit_max_ttl");
            editor.put(key, JsonRecord.of(members));
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
        data.put("allowed_entity_aliases", List.of());
        data.put("orphan", role.orphan());
        data.put("renewable", role.renewable());
        data.put("path_suffix", role.pathSuffix());
        data.put("period", role.period().toSeconds());
        data.put("explicit_max_ttl", role.explicitMax().toSeconds());
        data.put("token_period", role.period().toSeconds());
        data.put("token_explicit_max_ttl", role.explicitMax().toSeconds());
        data.put("token_num_uses", role.numUses());
        data.put("token_bound_cidrs", role.boundCidrs());
        data.put("token_no_default_policy", role.limits().noDefault());
        data.put("token_type", "default-service");
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
        fields.put("period", Field.duration("Older name of token_period."));
        fields.put("token_period", Field.duration("Makes them periodic: life after each renewal."));
        fields.put("explicit_max_ttl", Field.duration("Older name of token_explicit_max_ttl."));
        fields.put("token_explicit_max_ttl", Field.duration("Longest life over all renewals."));
        fields.put("token_num_uses", Field.integer(0, "Uses of each token; 0 for without limit."));
        fields.put("token_bound_cidrs", Field.strings("Addresses they may be used from."));
        fields.put("token_no_default_policy", Field.flag(false, "Do not add the default policy."));
        fields.put("token_type", Field.string("service, default-service or default."));
        return fields;
    }

    private static void alias(Fields sent, Map<String, Object> members, String old, String now) {
        if (sent.has(old) && !sent.has(now)) {
            members.put(now, sent.duration(old).toSeconds());
        }
    }

    private static Object plain(String name, Field declared, Fields sent) {
        return switch (declared.type()) {
            case DURATION -> sent.duration(name).toSeconds();
            case INTEGER -> Math.clamp(sent.integer(name), 0, Integer.MAX_VALUE);
            case BOOLEAN -> sent.flag(name);
            case STRINGS -> sent.strings(name);
            case STRING, STRING_MAP, MAP, ANY -> sent.string(name);
        };
    }

    private static TokenRole role(String name, Map<String, Object> stored) {
        return new TokenRole(
                name,
                new PolicyLimits(
                        strings(stored, "allowed_policies"),
                        strings(stored, "allowed_policies_glob"),
                        strings(stored, "disallowed_policies"),
                        strings(stored, "disallowed_policies_glob"),
                        (Boolean) stored.get("token_no_default_policy")),
                (Boolean) stored.get("orphan"),
                (Boolean) stored.get("renewable"),
                (String) stored.get("path_suffix"),
                Duration.ofSeconds((Long) stored.get("token_period")),
                Duration.ofSeconds((Long) stored.get("token_explicit_max_ttl")),
                Math.toIntExact((Long) stored.get("token_num_uses")),
                strings(stored, "token_bound_cidrs"));
    }

    private static List<String> strings(Map<String, Object> stored, String name) {
        return ((List<?>) stored.get(name)).stream().map(String.class::cast).toList();
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

    private static void checkType(String type) {
        if (!List.of("", "service", "default", "default-service").contains(type)) {
            throw Fault.badRequest("field 'token_type': this server makes service tokens only, not \"" + type + "\"");
        }
    }
}
