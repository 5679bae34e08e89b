package io.casemate.token;

import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.token.TokenTraits.Login;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
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
            members.put("by", login.role());
            members.put("kept", login.kept());
        });
        return JsonRecord.of(members);
    }

    static TokenEntry decode(String key, byte[] stored) {
        Members members = members(stored);
        return new TokenEntry(
                key,
                members.text("accessor"),
                members.text("parent"),
                traits(members),
                life(members),
                members.count("uses"));
    }

    /** The members of a stored record; {@code StorageFailed} when it is not one, or a newer one. */
    static Members members(byte[] stored) {
        return Members.read("a token record", stored);
    }

    private static TokenTraits traits(Members members) {
        return new TokenTraits(
                new TreeSet<>(members.strings("policies")),
                members.texts("meta"),
                members.text("display_name"),
                members.text("path"),
                members.text("role"),
                members.text("entity"),
                members.flag("renewable"),
                members.strings("cidrs"),
                members.textIfAny("mount")
                        .map(mount -> new Login(mount, members.textIfAny("by").orElse(""), members.texts("kept"))));
    }

    private static TokenLife life(Members members) {
        return new TokenLife(
                members.time("created"),
                members.seconds("ttl"),
                members.seconds("period"),
                members.seconds("max"),
                members.timeIfAny("renewed"),
                members.timeIfAny("expires"));
    }
}
