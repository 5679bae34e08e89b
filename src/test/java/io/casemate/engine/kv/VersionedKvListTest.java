package io.casemate.engine.kv;

import static io.casemate.engine.EngineDriver.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.EngineDriver;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names of whole trees, and lists that tell of each path what is known of it. */
class VersionedKvListTest {
    private final EngineDriver kv = new EngineDriver(new KvFactory(), Map.of("version", "2"));

    private void put(String... paths) {
        for (String path : paths) {
            kv.call(Operation.UPDATE, "data/" + path, Map.of("data", Map.of("k", 1L)));
        }
    }

    private Map<String, Object> ask(Operation operation, String path, Map<String, Object> sent) {
        return data(kv.call(operation, path, sent));
    }

    private Object scanned(String path, Map<String, Object> sent) {
        return ask(Operation.SCAN, path, sent).get("keys");
    }

    private Fault refused(Operation operation, String path) {
        return assertThrows(FaultException.class, () -> kv.call(operation, path, Map.of()))
                .fault();
    }

    @Test
    void scans_find_all_paths_below_page_by_page() {
        put("a", "b/c/d", "b/e", "f");
        put("a", "b/e");
        assertEquals(List.of("a", "b/c/d", "b/e", "f"), scanned("metadata", Map.of()));
        assertEquals(List.of("c/d", "e"), scanned("metadata/b", Map.of()));
        assertEquals(List.of("b/c/d", "b/e"), scanned("metadata/", Map.of("after", "a", "limit", 2L)));
        assertEquals(new Fault.NotFound(List.of()), refused(Operation.SCAN, "metadata/none/"));
        assertInstanceOf(Fault.UnsupportedOperation.class, refused(Operation.SCAN, "data/b"));
    }

    @Test
    void what_is_too_much_for_one_answer_says_how_to_go_on() {
        kv.view().transact(editor -> {
            for (int i = 0; i <= Paging.MOST; i++) {
                editor.put("m/" + i, new byte[] {1});
            }
            return null;
        });
        assertEquals(
                Fault.badRequest("there are more than 100000 names: ask with limit=100000 or less, and again with"
                                + " after=<the last name>")
                        .fault(),
                refused(Operation.SCAN, "metadata/"));
        assertEquals(refused(Operation.SCAN, "metadata/"), refused(Operation.LIST, "metadata/"));
        assertEquals(100_000, ((List<?>) scanned("metadata/", Map.of("limit", 100_000L))).size());
        assertInstanceOf(Fault.BadRequest.class, refused(Operation.SCAN, "detailed-metadata"));
        assertInstanceOf(Fault.BadRequest.class, refused(Operation.LIST, "detailed-metadata"));
    }

    @Test
    void of_very_many_versions_those_of_the_newest_are_told() {
        int many = Paging.MOST_DETAILED + 5;
        kv.call(Operation.UPDATE, "metadata/a", Map.of("max_versions", 1_000_000L));
        for (int i = 0; i < many; i++) {
            put("a");
        }
        Map<?, ?> versions =
                (Map<?, ?>) ask(Operation.READ, "metadata/a", Map.of()).get("versions");
        assertEquals(Paging.MOST_DETAILED, versions.size());
        assertTrue(versions.containsKey(String.valueOf(many)) && !versions.containsKey("5"));
    }

    @Test
    void detailed_lists_and_scans_tell_what_metadata_tells() {
        put("a", "b/c", "b/c/d");
        kv.call(Operation.UPDATE, "metadata/a", Map.of("custom_metadata", Map.of("owner", "ann")));
        Map<String, Object> listed = ask(Operation.LIST, "detailed-metadata", Map.of());
        assertEquals(List.of("a", "b/"), listed.get("keys"));
        Map<?, ?> info = (Map<?, ?>) listed.get("key_info");
        assertEquals(ask(Operation.READ, "metadata/a", Map.of()), info.get("a"));
        assertEquals(Map.of(), info.get("b/"));
        Map<String, Object> below = ask(Operation.SCAN, "detailed-metadata/b", Map.of());
        assertEquals(List.of("c", "c/d"), below.get("keys"));
        assertEquals(ask(Operation.READ, "metadata/b/c/d", Map.of()), ((Map<?, ?>) below.get("key_info")).get("c/d"));
        assertEquals(
                List.of("b/"),
                ask(Operation.LIST, "detailed-metadata/", Map.of("after", "a")).get("keys"));
        assertEquals(new Fault.NotFound(List.of()), refused(Operation.LIST, "detailed-metadata/none"));
        assertInstanceOf(Fault.UnsupportedOperation.class, refused(Operation.READ, "detailed-metadata/a"));
    }
}
