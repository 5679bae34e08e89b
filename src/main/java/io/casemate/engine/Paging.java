package io.casemate.engine;

import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Map;

/**
 * {@code after} and {@code limit} of a list; everything when absent, unless that is too much for one answer. So a list costs memory of
 * bounded size, however much is there.
 *
 * @param after only what comes after this entry; empty for the first page
 * @param limit how many entries to look for: one more than {@code most} when a page of that size is not enough for all
 * @param most entries in one answer
 */
public record Paging(String after, int limit, int most) {
    /** The most names in one answer: some ten megabytes. */
    public static final int MOST = 100_000;

    /** The most entries in an answer that tells more of each than its name. */
    public static final int MOST_DETAILED = 25_000;

    /** The fields' declarations. */
    public static final Map<String, Field> FIELDS = Map.of(
            "after", Field.string("List what comes after this entry."),
            "limit", Field.integer(0, "At most so many entries; 0 for all."));

    /** The same for endpoints that take members of these names, whatever is in them, as data too. */
    public static final Map<String, Field> BESIDE_DATA =
            Map.of("after", Field.any("List names after this one."), "limit", Field.any("List at most so many names."));

    /** As the fields say, for names. */
    public static Paging of(Fields fields) {
        return of(fields, MOST);
    }

    /**
     * As the fields say.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for a limit that is no number
     */
    public static Paging of(Fields fields, int most) {
        Object after = fields.any("after");
        long limit = limit(fields.any("limit"));
        return new Paging(
                after == null ? "" : after.toString(), limit <= 0 || limit > most ? most + 1 : (int) limit, most);
    }

    /**
     * The list itself.
     *
     * @param list made with {@link #limit}
     * @throws io.casemate.kernel.FaultException {@code BadRequest}, with how to page, when it needs several answers
     */
    public <T> List<T> whole(List<T> list) {
        if (list.size() > most) {
            throw Fault.badRequest("there are more than " + most + " names: ask with limit=" + most
                    + " or less, and again with after=<the last name>");
        }
        return list;
    }

    private static long limit(Object sent) {
        try {
            String text = sent == null ? "" : sent.toString().strip();
            return text.isEmpty() ? 0 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new Fault.BadRequest(List.of("field 'limit': expected a whole number")).causedBy(e);
        }
    }
}
