package io.casemate.token;

import io.casemate.engine.JsonRecord;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.token.TokenTraits.Login;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Tokens as they are stored; docs/formats/token.md. */
final class TokenCodec {
    private TokenCodec() {}

    static byte[] encode(TokenEntry entry) {
        TokenTraits traits = entry.traits();
        TokenLife life = entry.life();
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("accessor", entry.accessor());
        members.put("parent", entry.parent());
        members.put("uses", entry.usesLeft());
        members.put("policies", traits.policies());
        members.put("meta", traits.metadata());
        members.put("display_name", traits.displayName());
        members.put("path", traits.path());
        members.put("role", traits.role());
        members.put("entity", traits.entityId());
        members.put("renewable", traits.renewable());
        members.put("cidrs", traits.boundCidrs());
        members.put("created", life.created().getEpochSecond());
        members.put("ttl", life.ttl().toSeconds());
        members.put("period", life.period().toSeconds());
        members.put("max", life.explicitMax().toSeconds());
        members.put("renewed", life.renewed().map(Instant::getEpochSecond).orElse(null));
        members.put("expires", life.expires().map(Instant::getEpochSecond).orElse(null));
        traits.login().ifPresent(login -> {
            members.put("mount", login.mount());
            members.put("kept", login.kept());
        });
        return JsonRecord.of(members);
    }

    static TokenEntry decode(String key, byte[] stored) {
        Map<String, Object> members = members(stored);
        try {
            return new TokenEntry(
                    key,
                    (String) members.get("accessor"),
                    (String) members.get("parent"),
                    traits(members),
                    life(members),
                    Math.toIntExact((Long) members.get("uses")));
        } catch (ClassCastException | NullPointerException | ArithmeticException e) {
            throw corrupt(e);
        }
    }

    /** The members of a stored record; {@code StorageFailed} when it is not one, or a newer one. */
    static Map<String, Object> members(byte[] stored) {
        try {
            return JsonRecord.read(stored);
        } catch (FaultException e) {
            throw e.fault() instanceof Fault.BadRequest ? corrupt(e) : e;
        }
    }

    private static TokenTraits traits(Map<String, Object> members) {
        return new TokenTraits(
                new TreeSet<>(strings(members.get("policies"))),
                texts(members.get("meta")),
                (String) members.get("display_name"),
                (String) members.get("path"),
                (String) members.get("role"),
                (String) members.get("entity"),
                (Boolean) members.get("renewable"),
                strings(members.get("cidrs")),
                Optional.ofNullable((String) members.get("mount"))
                        .map(mount -> new Login(mount, texts(members.get("kept")))));
    }

    private static Map<String, String> texts(Object stored) {
        Map<String, String> texts = new LinkedHashMap<>();
        ((Map<?, ?>) stored).forEach((name, value) -> texts.put((String) name, (String) value));
        return texts;
    }

    private static TokenLife life(Map<String, Object> members) {
        return new TokenLife(
                Instant.ofEpochSecond((Long) members.get("created")),
                Duration.ofSeconds((Long) members.get("ttl")),
                Duration.ofSeconds((Long) members.get("period")),
                Duration.ofSeconds((Long) members.get("max")),
                instant(members.get("renewed")),
                instant(members.get("expires")));
    }

    private static Optional<Instant> instant(Object stored) {
        return stored == null ? Optional.empty() : Optional.of(Instant.ofEpochSecond((Long) stored));
    }

    private static List<String> strings(Object stored) {
        return ((List<?>) stored).stream().map(String.class::cast).toList();
    }

    private static FaultException corrupt(RuntimeException cause) {
        return new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "a token record is not one").causedBy(cause);
    }
}
