package io.casemate.token;

import io.casemate.json.Json;
import io.casemate.token.TokenTraits.Login;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What stands in a batch token: JSON with names of one letter, and nothing that is empty; docs/formats/token.md. */
final class BatchCodec {
    private BatchCodec() {}

    static byte[] encode(TokenEntry entry) {
        TokenTraits traits = entry.traits();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("t", entry.life().created().getEpochSecond());
        members.put("l", entry.life().ttl().toSeconds());
        members.put("p", traits.policies());
        members.put("a", traits.path());
        members.put("n", traits.displayName());
        members.put("m", traits.metadata());
        members.put("r", traits.role());
        members.put("e", traits.entityId());
        members.put("c", traits.boundCidrs());
        members.put("q", entry.parent());
        members.put("u", traits.login().map(Login::mount).orElse(""));
        members.values().removeIf(value -> value.equals("") || value.equals(List.of()) || value.equals(Map.of()));
        return Json.bytes(members);
    }

    /** Only ever given what {@link #encode} made: it was sealed. */
    static TokenEntry decode(String key, byte[] plain) {
        Map<String, Object> members = Json.object(plain);
        Map<String, String> metadata = new LinkedHashMap<>();
        ((Map<?, ?>) members.getOrDefault("m", Map.of()))
                .forEach((name, value) -> metadata.put((String) name, (String) value));
        TokenTraits traits = new TokenTraits(
                new TreeSet<>(strings(members, "p")),
                metadata,
                text(members, "n"),
                text(members, "a"),
                text(members, "r"),
                text(members, "e"),
                false,
                strings(members, "c"),
                Optional.of(text(members, "u"))
                        .filter(mount -> !mount.isEmpty())
                        .map(mount -> new Login(mount, "", Map.of())));
        return TokenEntry.batch(
                key,
                text(members, "q"),
                traits,
                Instant.ofEpochSecond((Long) members.get("t")),
                Duration.ofSeconds((Long) members.get("l")));
    }

    private static String text(Map<String, Object> members, String name) {
        return (String) members.getOrDefault(name, "");
    }

    private static List<String> strings(Map<String, Object> members, String name) {
        return ((List<?>) members.getOrDefault(name, List.of()))
                .stream().map(String.class::cast).toList();
    }
}
