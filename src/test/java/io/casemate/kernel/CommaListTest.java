package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CommaListTest {
    @Test
    void elements_stand_without_space_and_empty_ones_do_not_stand() {
        assertEquals(List.of("a", "b c"), CommaList.of("f", " a ,, b c,"));
        assertEquals(List.of(), CommaList.of("f", " "));
        assertEquals(List.of(), CommaList.of("f", ","));
    }

    @Test
    void as_many_are_taken_as_in_an_array_and_no_more() {
        assertEquals(10_000, CommaList.of("f", "a,".repeat(9_999) + "a").size());
        FaultException refused = assertThrows(FaultException.class, () -> CommaList.of("f", "a,".repeat(10_000) + "a"));
        assertEquals("field 'f': more than 10000 elements", refused.getMessage());
    }
}
