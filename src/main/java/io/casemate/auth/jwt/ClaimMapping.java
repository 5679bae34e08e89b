package io.casemate.auth.jwt;

import io.casemate.engine.Fields;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a role takes from the claims.
 *
 * @param user the claim that names the user
 * @param pointer whether {@code user} may be a JSON pointer
 * @param groups the claim that names the user's groups; empty for none
 * @param metadata claims that become metadata, to the names they get
 */
record ClaimMapping(String user, boolean pointer, String groups, Map<String, String> metadata) {
    static final ClaimMapping NONE = new ClaimMapping("", false, "", Map.of());

    /** Always there; the claims cannot set it. */
    private static final String ROLE = "role";

    ClaimMapping merge(Fields sent) {
        ClaimMapping merged = new ClaimMapping(
                sent.has("user_claim") ? sent.string("user_claim") : user,
                sent.has("user_claim_json_pointer") ? sent.flag("user_claim_json_pointer") : pointer,
                sent.has("groups_claim") ? sent.string("groups_claim") : groups,
                sent.has("claim_mappings") ? sent.stringMap("claim_mappings") : metadata);
        if (merged.user.isEmpty()) {
            throw Fault.badRequest("a user claim must be defined on the role: field 'user_claim', such as sub");
        }
        Set<String> targets = new HashSet<>();
        for (String target : merged.metadata.values()) {
            if (target.equals(ROLE)) {
                throw Fault.badRequest("metadata key \"role\" is reserved and may not be a mapping destination");
            }
            if (!targets.add(target)) {
                throw Fault.badRequest("multiple keys are mapped to metadata key \"" + target + "\"");
            }
        }
        return merged;
    }

    /** Who it is; never empty, which would be everybody. */
    String user(Claims claims) {
        Object value = pointer ? claims.find(user) : claims.members().get(user);
        if (value == null) {
            throw refused("claim \"" + user + "\" not found in token");
        }
        if (!(value instanceof String name) || name.isEmpty()) {
            throw refused("claim \"" + user + "\" could not be converted to string");
        }
        return name;
    }

    List<String> groups(Claims claims) {
        if (groups.isEmpty()) {
            return List.of();
        }
        Object value = claims.find(groups);
        if (value == null) {
            throw refused("\"" + groups + "\" claim not found in token");
        }
        List<String> names = new ArrayList<>();
        for (Object each : Claims.list(value)
                .orElseThrow(() -> refused("\"" + groups + "\" claim could not be converted to string list"))) {
            if (!(each instanceof String name)) {
                throw refused("a value in groups claim could not be parsed as string");
            }
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    /** The mapped claims that are there; lists and objects are no metadata. */
    Map<String, String> metadata(Claims claims, String role) {
        Map<String, String> found = new LinkedHashMap<>();
        metadata.forEach((claim, target) -> {
            switch (claims.find(claim)) {
                case null -> {}
                case String text -> found.put(target, text);
                case Boolean flag -> found.put(target, flag.toString());
                case Number number -> found.put(target, number.toString());
                default -> throw refused("error converting claim '" + claim + "' to string");
            }
        });
        found.put(ROLE, role);
        return found;
    }

    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("user_claim", user);
        members.put("user_claim_json_pointer", pointer);
        members.put("groups_claim", groups);
        members.put("claim_mappings", metadata);
        return members;
    }

    static ClaimMapping stored(Members members) {
        return new ClaimMapping(
                members.text("user_claim"),
                members.flag("user_claim_json_pointer"),
                members.text("groups_claim"),
                members.texts("claim_mappings"));
    }

    private static FaultException refused(String why) {
        return Fault.badRequest(why);
    }
}
