package io.casemate.engine.pki.issue;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.pki.role.Timestamps;
import io.casemate.kernel.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** From when to when a request wants its certificate to be valid. */
public record RequestedValidity(Optional<Duration> ttl, Optional<Instant> notBefore, Optional<Instant> notAfter) {
    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = declared();

    /** Reads the fields. */
    public static RequestedValidity of(Fields fields) {
        RequestedValidity life = new RequestedValidity(
                Optional.of(fields.duration("ttl")).filter(Duration::isPositive),
                Timestamps.optional("not_before", fields.string("not_before")),
                Timestamps.optional("not_after", fields.string("not_after")));
        if (life.ttl.isPresent() && life.notAfter.isPresent()) {
            throw Fault.badRequest("Either ttl or not_after should be provided. Both should not be provided in the same"
                    + " request.");
        }
        return life;
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("ttl", Field.duration("Life; the role's or the mount's when absent, at most its maximum."));
        fields.put("not_before", Field.string("Begin of life, RFC 3339; as far as the role allows."));
        fields.put("not_after", Field.string("End of life, RFC 3339; instead of ttl."));
        return Map.copyOf(fields);
    }
}
