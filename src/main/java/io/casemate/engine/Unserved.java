package io.casemate.engine;

import io.casemate.kernel.Fault;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Fields by which other servers of this API protect something, and which this one does not have. A field that nobody knows is
 * answered with a warning; to do so with these would leave unprotected what their user believes protected.
 */
public final class Unserved {
    private Unserved() {}

    /**
     * Refuses what asks for such protection; values that ask for nothing ({@code false}, 0, an empty text) pass.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest}, naming the field
     */
    public static void refuse(Map<String, Object> sent, String... names) {
        for (String name : names) {
            if (asks(sent.get(name))) {
                throw Fault.badRequest(
                        "field '" + name
                                + "': this server does not have what it protects by, so nothing was changed; leave it out to go on without");
            }
        }
    }

    private static boolean asks(Object value) {
        return switch (value) {
            case null -> false;
            case Boolean flag -> flag;
            case Long number -> number != 0;
            case BigDecimal number -> number.signum() != 0;
            case String text -> !text.strip().matches("(?i)|0s?|false|f");
            default -> true;
        };
    }
}
