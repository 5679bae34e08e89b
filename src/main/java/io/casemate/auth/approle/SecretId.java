package io.casemate.auth.approle;

import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A secret id as stored, which is without itself; docs/formats/approle.md.
 *
 * @param usesLeft 0 for without limit; one with none left is not stored any more
 * @param ttl life it was given; zero for without end
 * @param boundCidrs addresses that logins come from; empty for anywhere
 * @param tokenCidrs addresses that the tokens may be used from, in place of the role's; empty for the role's
 */
record SecretId(
        String accessor,
        int usesLeft,
        Instant created,
        Instant updated,
        Duration ttl,
        Map<String, String> metadata,
        List<String> boundCidrs,
        List<String> tokenCidrs) {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    SecretId {
        metadata = Map.copyOf(metadata);
        boundCidrs = List.copyOf(boundCidrs);
        tokenCidrs = List.copyOf(tokenCidrs);
    }

    Optional<Instant> expires() {
        return ttl.isZero() ? Optional.empty() : Optional.of(created.plus(ttl));
    }

    boolean over(Instant now) {
        return expires().filter(end -> !now.isBefore(end)).isPresent();
    }

    /** With one use less. */
    SecretId used(Instant now) {
        return new SecretId(accessor, usesLeft - 1, created, now, ttl, metadata, boundCidrs, tokenCidrs);
    }

    /** As the API shows it. */
    Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("secret_id_accessor", accessor);
        shown.put("secret_id_num_uses", (long) usesLeft);
        shown.put("secret_id_ttl", ttl.toSeconds());
        shown.put("creation_time", created.toString());
        shown.put("expiration_time", expires().map(Instant::toString).orElse(NEVER));
        shown.put("last_updated_time", updated.toString());
        shown.put("metadata", metadata);
        shown.put("cidr_list", boundCidrs);
        shown.put("token_bound_cidrs", tokenCidrs);
        return shown;
    }

    byte[] encode() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("accessor", accessor);
        members.put("uses", usesLeft);
        members.put("created", created.getEpochSecond());
        members.put("updated", updated.getEpochSecond());
        members.put("ttl", ttl.toSeconds());
        members.put("metadata", metadata);
        members.put("cidrs", boundCidrs);
        members.put("token_cidrs", tokenCidrs);
        return JsonRecord.of(members);
    }

    static SecretId decode(byte[] stored) {
        Members members = Members.read("the record of a secret id", stored);
        return new SecretId(
                members.text("accessor"),
                members.count("uses"),
                members.time("created"),
                members.time("updated"),
                members.seconds("ttl"),
                members.texts("metadata"),
                members.strings("cidrs"),
                members.strings("token_cidrs"));
    }
}
