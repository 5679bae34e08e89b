package io.casemate.engine.kv;

import static io.casemate.engine.EngineDriver.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.engine.EngineDriver;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnversionedKvTest {
    private final EngineDriver kv = new EngineDriver(new KvFactory(), Map.of());

    @Test
    void keeps_any_members_whole_and_without_warnings() {
        Map<String, Object> body = Map.of("path", "x", "limit", "y", "after", Map.of("n", 1L), "data", List.of());
        assertEquals(Response.none(), kv.call(Operation.UPDATE, "a/b", body));
        assertEquals(body, data(kv.call(Operation.READ, "a/b")));
        kv.call(Operation.UPDATE, "a/b", Map.of("only", true));
        assertEquals(Map.of("only", true), data(kv.call(Operation.READ, "a/b")));
    }

    @ParameterizedTest
    @CsvSource({"ttl,90,90", "ttl,1h,3600", "lease,2m,120", "ttl,soon,2764800", "other,1,2764800"})
    void a_member_ttl_or_lease_becomes_the_hint(String name, String value, long seconds) {
        kv.call(Operation.UPDATE, "a", Map.of(name, value));
        assertEquals(Duration.ofSeconds(seconds), kv.call(Operation.READ, "a").leaseDuration());
    }

    @Test
    void lists_and_deletes() {
        for (String path : List.of("b/c", "a", "b/d")) {
            kv.call(Operation.UPDATE, path, Map.of("k", 1L));
        }
        assertEquals(List.of("a", "b/"), data(kv.call(Operation.LIST, "")).get("keys"));
        assertEquals(List.of("c", "d"), data(kv.call(Operation.LIST, "b/")).get("keys"));
        assertEquals(Response.none(), kv.call(Operation.DELETE, "a"));
        assertEquals(Response.none(), kv.call(Operation.DELETE, "a"));
        assertFault(new Fault.NotFound(List.of()), Operation.READ, "a");
        assertFault(new Fault.NotFound(List.of()), Operation.LIST, "none/");
    }

    @Test
    void scans_find_all_paths_below_however_deep() {
        for (String path : List.of("b/c/d", "a", "b/e", "b2")) {
            kv.call(Operation.UPDATE, path, Map.of("k", 1L));
        }
        assertEquals(
                List.of("a", "b/c/d", "b/e", "b2"),
                data(kv.call(Operation.SCAN, "")).get("keys"));
        assertEquals(List.of("c/d", "e"), data(kv.call(Operation.SCAN, "b/")).get("keys"));
        assertEquals(List.of("c/d", "e"), data(kv.call(Operation.SCAN, "b")).get("keys"));
        assertEquals(
                List.of("e"),
                data(kv.call(Operation.SCAN, "b/", Map.of("after", "c/d"))).get("keys"));
        assertFault(new Fault.NotFound(List.of()), Operation.SCAN, "none/");
    }

    @Test
    void bad_writes_are_refused() {
        assertFault(new Fault.BadRequest(List.of("missing data fields")), Operation.UPDATE, "a");
        assertFault(new Fault.BadRequest(List.of("cannot write to a path ending in '/'")), Operation.UPDATE, "a/");
        assertFault(new Fault.UnsupportedOperation(), Operation.PATCH, "a");
    }

    @Test
    void tells_create_from_update() {
        assertEquals(Operation.CREATE, kv.settled(Operation.UPDATE, "a"));
        kv.call(Operation.UPDATE, "a", Map.of("k", 1L));
        assertEquals(Operation.UPDATE, kv.settled(Operation.UPDATE, "a"));
    }

    private void assertFault(Fault fault, Operation operation, String path) {
        FaultException thrown = assertThrows(FaultException.class, () -> kv.call(operation, path));
        assertEquals(fault, thrown.fault());
    }
}
