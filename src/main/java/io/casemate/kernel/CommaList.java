package io.casemate.kernel;

import java.util.ArrayList;
import java.util.List;

/** Lists that clients write into one text, with commas between the elements. */
public final class CommaList {
    /** Most elements, as many as an array of JSON may have: a comma is one byte and what it parts a hundred. */
    public static final int MOST = 10_000;

    private CommaList() {}

    /**
     * The elements without the space around them; empty ones are left out.
     *
     * @param field for the error
     * @throws FaultException {@code BadRequest} for more than {@link #MOST}, empty ones counted, before one is made
     */
    public static List<String> of(String field, String text) {
        if (text.chars().filter(c -> c == ',').limit(MOST).count() == MOST) {
            throw Fault.badRequest("field '" + field + "': more than " + MOST + " elements");
        }
        List<String> elements = new ArrayList<>();
        for (String part : text.split(",")) {
            String element = part.strip();
            if (!element.isEmpty()) {
                elements.add(element);
            }
        }
        return List.copyOf(elements);
    }
}
