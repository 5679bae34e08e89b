package io.casemate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.FaultException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoercionTest {
    @Test
    void a_short_number_never_becomes_a_long_text() {
        assertEquals("1E+999999999", Coercion.coerce("f", Field.Type.STRING, new BigDecimal("1e999999999")));
        assertEquals("1.50", Coercion.coerce("f", Field.Type.STRING, new BigDecimal("1.50")));
        assertEquals("1000", Coercion.coerce("f", Field.Type.STRING, new BigDecimal("1e3")));
    }

    @Test
    void text_for_a_map_is_one_pair() {
        assertEquals(Map.of("team", "eng,org=x"), stringMap("team=eng,org=x"));
        assertEquals(Map.of("contact", "Doe, Jane"), stringMap("contact=Doe, Jane"));
        assertEquals(Map.of("a", "1, 2", "b", "c=d"), stringMap(List.of("a=1, 2", "b=c=d")));
        assertEquals(Map.of("a", "1"), stringMap(Map.of("a", 1L)));
        assertEquals(Map.of(), stringMap(" "));
        for (Object wrong : List.of("a", "=a", List.of("a=1", "b"), List.of(""), true)) {
            assertThrows(FaultException.class, () -> stringMap(wrong));
        }
    }

    @Test
    void blank_text_is_the_number_zero_as_in_go() {
        for (Field.Type number : List.of(Field.Type.INTEGER, Field.Type.DURATION)) {
            Object zero = Coercion.coerce("f", number, "0");
            assertEquals(zero, Coercion.coerce("f", number, ""));
            assertEquals(zero, Coercion.coerce("f", number, " "));
        }
        assertEquals(false, Coercion.coerce("f", Field.Type.BOOLEAN, ""));
        assertThrows(FaultException.class, () -> Coercion.coerce("f", Field.Type.INTEGER, "x"));
    }

    private static Object stringMap(Object sent) {
        return Coercion.coerce("f", Field.Type.STRING_MAP, sent);
    }
}
