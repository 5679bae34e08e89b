package io.casemate.engine.pki;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import java.util.Map;

/** {@code after} and {@code limit} of a list; everything when absent. */
record Paging(String after, int limit) {
    static final Map<String, Field> FIELDS = Map.of(
            "after", Field.string("List what comes after this entry."),
            "limit", Field.integer(0, "At most so many entries; 0 for all."));

    static Paging of(Fields fields) {
        long limit = fields.integer("limit");
        return new Paging(
                fields.string("after"), limit <= 0 ? Integer.MAX_VALUE : Math.clamp(limit, 1, Integer.MAX_VALUE));
    }
}
