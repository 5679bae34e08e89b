package io.casemate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class CoercionTest {
    @Test
    void a_short_number_never_becomes_a_long_text() {
        assertEquals("1E+999999999", Coercion.coerce("f", Field.Type.STRING, new BigDecimal("1e999999999")));
        assertEquals("1.50", Coercion.coerce("f", Field.Type.STRING, new BigDecimal("1.50")));
        assertEquals("1000", Coercion.coerce("f", Field.Type.STRING, new BigDecimal("1e3")));
    }
}
