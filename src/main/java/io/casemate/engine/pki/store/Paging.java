package io.casemate.engine.pki.store;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Map;

/** {@code after} and {@code limit} of a list; everything when absent, unless that is too much for one answer. */
public record Paging(String after, int limit) {
    /** The most entries in one answer. */
    public static final int MOST = 100_000;

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = Map.of(
            "after", Field.string("List what comes after this entry."),
            "limit", Field.integer(0, "At most so many entries; 0 for all."));

    /**
     * The list itself.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when nobody asked for a page and it needs several
     */
    public static <T> List<T> whole(List<T> list) {
        if (list.size() > MOST) {
            throw Fault.badRequest("more than " + MOST + " entries: list them in pages (limit, after)");
        }
        return list;
    }

    /** As the fields say. */
    public static Paging of(Fields fields) {
        long limit = fields.integer("limit");
        return new Paging(fields.string("after"), limit <= 0 ? MOST + 1 : Math.clamp(limit, 1, MOST));
    }
}
