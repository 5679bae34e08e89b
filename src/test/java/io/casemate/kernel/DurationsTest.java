package io.casemate.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "60,PT1M",
        "90s,PT1M30S",
        "1h30m,PT1H30M",
        "2d,P2D",
        "2160h0m0s,P90D",
        "250ms,PT0.25S",
        "1.5h,PT1H30M",
        "0,PT0S",
        "'',PT0S"
    })
    void readsEveryForm(String text, Duration expected) {
        assertEquals(expected, Durations.parse("ttl", text));
    }

    @ParameterizedTest
    @CsvSource({"PT0S,0s", "PT1M30S,1m30s", "P1D,24h0m0s", "PT0.25S,0.25s", "PT1H0.5S,1h0m0.5s", "PT10S,10s"})
    void showsWhatItCanReadAgain(Duration duration, String text) {
        assertEquals(text, Durations.format(duration));
        assertEquals(duration, Durations.parse("ttl", text));
    }

    @Test
    void readsNumbers() {
        assertEquals(Duration.ofHours(1), Durations.parse("ttl", 3600L));
        assertEquals(Duration.ofMillis(1500), Durations.parse("ttl", new BigDecimal("1.5")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1x",
                "h",
                "1h 30m",
                "-5",
                "-5s",
                "1hh",
                "1e9",
                "999999999999",
                "9999999999999999999999h",
                "0x10",
                "1h-5m"
            })
    void refusesTheRest(String text) {
        assertThrows(FaultException.class, () -> Durations.parse("ttl", text));
    }

    @Test
    void refusesOtherKinds() {
        assertThrows(FaultException.class, () -> Durations.parse("ttl", true));
        assertThrows(FaultException.class, () -> Durations.parse("ttl", -1L));
        assertThrows(FaultException.class, () -> Durations.parse("ttl", Long.MAX_VALUE));
        assertThrows(FaultException.class, () -> Durations.parse("ttl", new BigDecimal("1e1000")));
    }
}
