package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
    private static final List<String> KNOWN = List.of("path", "paths", "patch", "capabilities");

    @ParameterizedTest
    @CsvSource({
        "path, path",
        "pat, path",
        "patc, path",
        "pathes, paths",
        "capabilites, capabilities",
        "capablity,",
        "quite something else,",
        "'',"
    })
    void is_within_the_edits_allowed_and_the_first_of_the_nearest(String word, String near) {
        assertEquals(Optional.ofNullable(near), NearestWord.to(word, KNOWN, _ -> 2));
    }

    @Test
    void each_candidate_has_a_limit_of_its_own() {
        assertEquals(
                Optional.of("carts"),
                NearestWord.to("cart", List.of("car", "carts"), candidate -> candidate.length() > 4 ? 1 : 0));
    }
}
