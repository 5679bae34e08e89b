package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExcerptTest {
    @Test
    void a_long_text_is_cut_and_says_how_long_it_was() {
        assertEquals("abc", Excerpt.of("abc", 3));
        assertEquals("abc... (4 characters)", Excerpt.of("abcd", 3));
        assertEquals("a... (3 characters)", Excerpt.of("a\ud83d\ude00", 2));
    }

    @Test
    void what_a_refusal_quotes_is_bounded() {
        String quoted = "x".repeat(8 << 20);
        for (FaultException refusal : List.of(Fault.badRequest(quoted), Fault.notFound(quoted))) {
            assertEquals(
                    4096 + "... (8388608 characters)".length(),
                    refusal.getMessage().length());
        }
    }
}
