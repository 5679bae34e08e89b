package io.casemate.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much a text of somebody else's may become, and that it is told truly. */
class JsonLimitsTest {
    @Test
    void asManyMembersAsVaultTakesAndNoMore() {
        assertEquals(10_000, parse("{" + members(10_000) + "}").size());
        assertEquals("an object has more than 10000 members", refused("{" + members(10_001) + "}"));
    }

    @Test
    void asManyElementsAsVaultTakesAndNoMore() {
        assertEquals(10_000, ((List<?>) parse(array("{}", 10_000)).get("a")).size());
        assertEquals("an array has more than 10000 elements", refused(array("{}", 10_001)));
    }

    @Test
    void noWayOfNestingGetsMoreValues() {
        assertEquals(
                "the body has more than 500000 names and values", refused(array("[" + repeat("0", 9_999) + "]", 60)));
    }

    @Test
    void whatIsTooLongOrTooDeepIsNamed() {
        String reason = refused("{\"a\":\"" + "x".repeat(Json.MAX_TEXT + 1) + "\"}");
        assertTrue(reason.contains("a string over " + Json.MAX_TEXT), reason);
        assertTrue(refused("{\"a\":" + "[".repeat(200)).contains("nesting over 100"));
    }

    @Test
    void ourOwnRecordsHaveNoSuchLimits() {
        byte[] text = array("{}", 10_001).getBytes(StandardCharsets.UTF_8);
        assertEquals(10_001, ((List<?>) Json.object(text).get("a")).size());
    }

    @Test
    void noMemoryEndsTheReading() {
        byte[] text = array("{}", 10_000).getBytes(StandardCharsets.UTF_8);
        AtomicLong asked = new AtomicLong();
        assertThrows(
                IllegalStateException.class,
                () -> Json.object(new ByteArrayInputStream(text), JsonLimits.REQUEST, bytes -> {
                    if (asked.addAndGet(bytes) > 10_000) {
                        throw new IllegalStateException("no more");
                    }
                }));
        assertTrue(asked.get() < 15_000, "asked too late: " + asked);
    }

    /** Bytes on the heap after collection, beside the bytes asked for and those of the text, which the values replace. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "\"\"",
                "\"a\"",
                "7777",
                "{\"a\":0}",
                "[0]",
                "{\"a\":{}}",
                "123456789012345678901234567890",
                "0.1",
                "\"\\u20acaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"",
                "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":9,\"j\":0,\"k\":0,\"l\":0,\"m\":0}"
            })
    void noValueTakesMoreMemoryThanItAsksFor(String value) {
        byte[] text = array(value, 10_000).getBytes(StandardCharsets.UTF_8);
        AtomicLong told = new AtomicLong();
        List<Object> kept = new ArrayList<>();
        long before = used();
        for (int i = 0; i < 20; i++) {
            kept.add(Json.object(new ByteArrayInputStream(text), JsonLimits.REQUEST, told::addAndGet));
        }
        long grown = used() - before;
        assertEquals(20, kept.size());
        long paid = told.get() + 20L * text.length;
        assertTrue(grown <= paid + 1_000_000, value + " takes " + grown + ", paid for are " + paid);
    }

    private static long used() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String refused(String text) {
        FaultException refused = assertThrows(FaultException.class, () -> parse(text));
        String detail = ((Fault.BadRequest) refused.fault()).details().getFirst();
        assertTrue(detail.startsWith("failed to parse JSON input: "), detail);
        return detail.substring("failed to parse JSON input: ".length());
    }

    private static Map<String, Object> parse(String text) {
        return Json.object(text.getBytes(StandardCharsets.UTF_8), JsonLimits.REQUEST);
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"m" + i + "\":" + i).collect(Collectors.joining(","));
    }

    private static String array(String value, int count) {
        return "{\"a\":[" + repeat(value, count) + "]}";
    }

    private static String repeat(String value, int count) {
        return String.join(",", java.util.Collections.nCopies(count, value));
    }
}
