package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/../b",
                "..",
                "a/..",
                "./a",
                "a/.",
                "/a",
                "a//b",
                "//",
                "a/%2e%2e/b",
                "a/%2E/b",
                "a%2f%2fb",
                "%2fa",
                "a%00b",
                "a%0d%0ab",
                "a%",
                "a%4",
                "a%zz",
                "a%ff",
                "a%c0%af",
                "a%7f",
                "a%e2%80%a8b",
                "a%2f..%2fb"
            })
    void refusesWhatCouldBeReadInTwoWays(String raw) {
        FaultException refused = assertThrows(FaultException.class, () -> ApiPath.decode(raw));
        assertInstanceOf(Fault.BadRequest.class, refused.fault());
    }

    @ParameterizedTest
    @CsvSource({
        "a/b,a/b",
        "a%20b,a b",
        "a%2Fb,a/b",
        "a/b/,a/b/",
        "caf%C3%A9,café",
        "a%252e,a%2e",
        "a;x=y,a;x=y",
        "...,...",
        "a+b,a+b"
    })
    void decodesExactlyOnce(String raw, String decoded) {
        assertEquals(decoded, ApiPath.decode(raw).value());
    }

    @Test
    void refusesTheOverlong() {
        assertThrows(FaultException.class, () -> ApiPath.decode("a".repeat(ApiPath.MAX_LENGTH + 1)));
    }

    @Test
    void anyGarbageIsEitherCleanOrRefused() {
        SecureRandom random = new SecureRandom();
        String alphabet = "ab/.%2ef0c\\é\u0000;+";
        for (int round = 0; round < 20_000; round++) {
            StringBuilder raw = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            checkClean(raw.toString());
        }
    }

    private static void checkClean(String raw) {
        try {
            String value = ApiPath.decode(raw).value();
            assertEquals(value, new ApiPath(value).value(), "stable: " + raw);
            for (String segment : value.split("/", -1)) {
                assertEquals(false, segment.equals("..") || segment.equals("."), raw);
            }
        } catch (FaultException e) {
            assertInstanceOf(Fault.BadRequest.class, e.fault(), raw);
        }
    }
}
