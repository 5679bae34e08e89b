package io.casemate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.FaultException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PagingTest {
    @Test
    void who_asks_for_all_gets_all_or_is_told_to_page() {
        for (Object all : List.of("", 0L, -1L, Paging.MOST + 1L, Long.MAX_VALUE)) {
            Paging paging = paged(Map.of("limit", all));
            assertEquals(Paging.MOST + 1, paging.limit(), "one more shows that there are more");
            assertEquals(
                    Paging.MOST,
                    paging.whole(Collections.nCopies(Paging.MOST, "a")).size());
            assertThrows(FaultException.class, () -> paging.whole(Collections.nCopies(paging.limit(), "a")));
        }
    }

    @Test
    void a_page_is_as_long_as_asked_and_begins_after_a_name() {
        assertEquals(new Paging("b", 7, Paging.MOST), paged(Map.of("after", "b", "limit", " 7 ")));
        assertEquals(
                new Paging("1", Paging.MOST, Paging.MOST), paged(Map.of("after", 1L, "limit", (long) Paging.MOST)));
        assertThrows(FaultException.class, () -> paged(Map.of("limit", "many")));
        assertEquals(new Paging("", 2, 3), Paging.of(new Fields(Paging.FIELDS, Map.of("limit", 2L)), 3));
    }

    private static Paging paged(Map<String, Object> sent) {
        return Paging.of(new Fields(Paging.BESIDE_DATA, sent));
    }
}
