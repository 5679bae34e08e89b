package io.casemate.auth.approle;

import io.casemate.engine.Fields;
import io.casemate.json.Json;
import io.casemate.json.JsonLimits;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.CommaList;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Notes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A secret id as it is asked for, within what its role allows. */
record SecretIdRequest(Fields sent, Role role) {
    /**
     * The secret id, without itself.
     *
     * @param accessor a new one
     * @param longest the mount's longest life
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the request is for more than the role gives
     */
    SecretId secretId(String accessor, Duration longest, Instant now) {
        return new SecretId(
                accessor,
                uses(),
                now,
                now,
                ttl(longest),
                metadata(),
                within("cidr_list", role.boundCidrs()),
                within("token_bound_cidrs", role.terms().boundCidrs()));
    }

    private int uses() {
        if (!sent.has("num_uses")) {
            return role.secretIdUses();
        }
        long uses = sent.integer("num_uses");
        if (uses < 0 || uses > Integer.MAX_VALUE) {
            throw Fault.badRequest("num_uses cannot be negative");
        }
        if (role.secretIdUses() != 0 && (uses == 0 || uses > role.secretIdUses())) {
            throw Fault.badRequest("num_uses cannot be higher than the role's secret_id_num_uses");
        }
        return (int) uses;
    }

    private Duration ttl(Duration longest) {
        Duration ttl = sent.has("ttl") ? sent.duration("ttl") : role.secretIdTtl();
        if (!role.secretIdTtl().isZero() && (ttl.isZero() || ttl.compareTo(role.secretIdTtl()) > 0)) {
            throw Fault.badRequest("ttl cannot be longer than the role's secret_id_ttl");
        }
        Duration seconds = Duration.ofSeconds(ttl.isPositive() ? Math.max(1, ttl.toSeconds()) : 0);
        return seconds.compareTo(longest) > 0 ? longest : seconds;
    }

    private List<String> within(String field, List<String> role) {
        List<String> blocks = Cidr.check(sent.strings(field));
        for (String block : blocks) {
            if (!role.isEmpty() && !Cidr.anyContains(role, block)) {
                throw Fault.badRequest("field '" + field + "': " + block + " is not within " + role + " of the role");
            }
        }
        return blocks;
    }

    private Map<String, String> metadata() {
        Map<String, Object> members = switch (sent.any("metadata")) {
            case null -> Map.of();
            case Map<?, ?> object -> named(object);
            case String text when text.isBlank() -> Map.of();
            case String text -> written(text.strip());
            default -> throw wrong();
        };
        Map<String, String> metadata = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (!(value instanceof String text)) {
                throw wrong();
            }
            metadata.put(name, text);
        });
        return Notes.bounded("metadata", metadata);
    }

    /** JSON text, or {@code name=value,name=value}; either may come as base64, as Vault's clients write it. */
    private static Map<String, Object> written(String text) {
        String plain = text.startsWith("{") || (text.contains("=") && !text.endsWith("=")) ? text : decoded(text);
        if (plain.startsWith("{")) {
            return Json.object(plain.getBytes(StandardCharsets.UTF_8), JsonLimits.NESTED);
        }
        Map<String, Object> members = new LinkedHashMap<>();
        for (String pair : CommaList.of("metadata", plain)) {
            String[] sides = pair.split("=", 2);
            if (sides.length < 2 || sides[0].isBlank()) {
                throw wrong();
            }
            members.put(sides[0].strip(), sides[1].strip());
        }
        return members;
    }

    private static String decoded(String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).strip();
        } catch (IllegalArgumentException notBase64) {
            return text;
        }
    }

    private static Map<String, Object> named(Map<?, ?> object) {
        Map<String, Object> named = new LinkedHashMap<>();
        object.forEach((name, value) -> named.put(name.toString(), value));
        return named;
    }

    private static RuntimeException wrong() {
        return Fault.badRequest(
                "field 'metadata': expected an object of strings, the same as JSON text, or name=value,name=value");
    }
}
