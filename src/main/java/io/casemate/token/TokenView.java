package io.casemate.token;

import io.casemate.kernel.Identity;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A token as lookup shows it. */
final class TokenView {
    private TokenView() {}

    /** The data of a lookup; {@code id} is empty where only the accessor is known. */
    static Map<String, Object> of(TokenEntry entry, String id, Identity who, Instant now) {
        TokenTraits traits = entry.traits();
        TokenLife life = entry.usesLeft() == TokenEntry.SPENT ? entry.life().beforeItsLastUse() : entry.life();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("accessor", entry.accessor());
        data.put("creation_time", life.created().getEpochSecond());
        data.put("creation_ttl", life.ttl().toSeconds());
        data.put("display_name", traits.displayName());
        data.put("entity_id", who.entityId().isEmpty() ? traits.entityId() : who.entityId());
        data.put("expire_time", life.expires().map(Instant::toString).orElse(null));
        data.put("explicit_max_ttl", life.explicitMax().toSeconds());
        data.put("id", id);
        data.put("issue_time", life.created().toString());
        data.put("meta", traits.metadata().isEmpty() ? null : traits.metadata());
        data.put("num_uses", Math.max(0, entry.usesLeft()));
        data.put("orphan", entry.orphan());
        data.put("path", traits.path());
        data.put("policies", List.copyOf(traits.policies()));
        data.put("renewable", traits.renewable());
        data.put("ttl", life.left(now).toSeconds());
        data.put("type", entry.type());
        if (!life.period().isZero()) {
            data.put("period", life.period().toSeconds());
        }
        if (!traits.boundCidrs().isEmpty()) {
            data.put("bound_cidrs", traits.boundCidrs());
        }
        if (!who.policies().isEmpty()) {
            data.put("identity_policies", List.copyOf(who.policies()));
        }
        if (!traits.role().isEmpty()) {
            data.put("role", traits.role());
        }
        life.renewed().ifPresent(at -> {
            data.put("last_renewal", at.toString());
            data.put("last_renewal_time", at.getEpochSecond());
        });
        return data;
    }
}
