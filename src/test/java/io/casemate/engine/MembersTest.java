package io.casemate.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final Map<String, Object> STORED = new LinkedHashMap<>(Map.of(
            "text",
            "a",
            "flag",
            true,
            "number",
            7L,
            "big",
            1L << 40,
            "when",
            "2026-11-22T00:00:00Z",
            "list",
            List.of("x", "y"),
            "mixed",
            List.of("x", 1L),
            "texts",
            Map.of("k", "v"),
            "parts",
            List.of(Map.of("text", "in"))));

    static {
        STORED.put("null", null);
    }

    private final Members members = Members.read("a record", JsonRecord.of(STORED));

    @Test
    void eachIsGivenAsWhatItIs() {
        assertEquals("a", members.text("text"));
        assertTrue(members.flag("flag"));
        assertEquals(7, members.number("number"));
        assertEquals(7, members.count("number"));
        assertEquals(Duration.ofSeconds(7), members.seconds("number"));
        assertEquals(Instant.ofEpochSecond(7), members.time("number"));
        assertEquals(Instant.parse("2026-11-22T00:00:00Z"), members.instant("when"));
        assertEquals(List.of("x", "y"), members.strings("list"));
        assertEquals(Map.of("k", "v"), members.texts("texts"));
        assertEquals(Map.of("k", "v"), members.map("texts"));
        assertEquals("in", members.parts("parts").getFirst().text("text"));
        assertEquals("v", members.partIfAny("texts").orElseThrow().text("k"));
        assertEquals(STORED, members.all());
    }

    @Test
    void whatMayBeMissingIsEmptyThen() {
        for (String name : List.of("null", "absent")) {
            assertFalse(members.has(name));
            assertEquals(Optional.empty(), members.textIfAny(name));
            assertEquals(Optional.empty(), members.timeIfAny(name));
            assertTrue(members.partIfAny(name).isEmpty());
        }
        assertEquals(Optional.of("a"), members.textIfAny("text"));
    }

    @Test
    void whatIsMissingOrSomethingElseIsCorrupt() {
        garbled("absent", it -> it.text("absent"));
        garbled("null", it -> it.flag("null"));
        garbled("number", it -> it.text("number"));
        garbled("text", it -> it.number("text"));
        garbled("big", it -> it.count("big"));
        garbled("text", it -> it.instant("text"));
        garbled("mixed", it -> it.strings("mixed"));
        garbled("text", it -> it.strings("text"));
        garbled("text", it -> it.texts("text"));
        garbled("list", it -> it.parts("list"));
        garbled("text", it -> it.partIfAny("text"));
        Members far = Members.of("a record", Map.of("far", Long.MAX_VALUE));
        assertThrows(FaultException.class, () -> far.time("far"));
    }

    @Test
    void whatIsNoRecordIsSaidToBeNone() {
        byte[] record = "\u0001{broken".getBytes(StandardCharsets.US_ASCII);
        Fault.StorageFailed fault = fault(() -> Members.read("a record", record));
        assertEquals(new Fault.StorageFailed(Fault.StorageProblem.CORRUPT, "a record is not one"), fault);
        assertEquals(
                Fault.StorageProblem.NEWER,
                fault(() -> Members.read("a record", new byte[] {2})).problem());
    }

    private void garbled(String name, Consumer<Members> work) {
        Fault.StorageFailed fault = fault(() -> work.accept(members));
        assertEquals(Fault.StorageProblem.CORRUPT, fault.problem());
        assertEquals("a record is garbled: '" + name + "' is missing or of another type", fault.detail());
    }

    private static Fault.StorageFailed fault(Runnable work) {
        return assertInstanceOf(
                Fault.StorageFailed.class,
                assertThrows(FaultException.class, work::run).fault());
    }
}
