package io.casemate.engine.kv;

import static io.casemate.engine.EngineDriver.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.engine.EngineDriver;
import io.casemate.json.Json;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionedKvTest {
    private final EngineDriver kv = new EngineDriver(new KvFactory(), Map.of("version", "2"));

    @Test
    void a_write_answers_with_exactly_the_members_clients_know() {
        Response written = put("a/b", "{\"data\":{\"k\":\"v\"}}");
        assertEquals(
                object("{\"created_time\":\"2026-01-02T03:04:05.678Z\",\"deletion_time\":\"\",\"destroyed\":false,"
                        + "\"custom_metadata\":null,\"version\":1}"),
                data(written));
    }

    @Test
    void reads_the_current_and_any_older_version() {
        put("a", "{\"data\":{\"k\":1}}");
        put("a", "{\"data\":{\"k\":2.50,\"n\":null,\"deep\":[{\"x\":[]}]}}");
        assertEquals(
                object("{\"k\":2.50,\"n\":null,\"deep\":[{\"x\":[]}]}"),
                data(get("a")).get("data"));
        Map<String, Object> first = data(call(Operation.READ, "data/a", "{\"version\":\"1\"}"));
        assertEquals(object("{\"k\":1}"), first.get("data"));
        assertEquals(1L, member(first, "metadata", "version"));
        assertNotFound(() -> call(Operation.READ, "data/a", "{\"version\":3}"));
        assertNotFound(() -> get("b"));
        assertNotFound(() -> get("a/"));
    }

    @Test
    void a_deleted_version_is_a_404_that_still_tells_its_metadata() {
        put("a", "{\"data\":{\"k\":1}}");
        kv.pass(Duration.ofSeconds(5));
        assertEquals(Response.none(), call(Operation.DELETE, "data/a", "{}"));
        Response gone = get("a");
        assertEquals(404, gone.status());
        assertEquals(
                object("{\"data\":null,\"metadata\":{\"created_time\":\"2026-01-02T03:04:05.678Z\","
                        + "\"deletion_time\":\"2026-01-02T03:04:10.678Z\",\"destroyed\":false,\"custom_metadata\":null,"
                        + "\"version\":1}}"),
                data(gone));
        call(Operation.UPDATE, "undelete/a", "{\"versions\":[1]}");
        assertEquals(0, get("a").status());
    }

    @Test
    void an_undeleted_version_lives_as_long_as_a_new_one() {
        call(Operation.UPDATE, "config", "{\"delete_version_after\":\"1h\"}");
        put("a", "{\"data\":{\"k\":1}}");
        put("a", "{\"data\":{\"k\":2}}");
        kv.pass(Duration.ofMinutes(90));
        assertEquals(404, get("a").status());
        call(Operation.UPDATE, "undelete/a", "{\"versions\":[1,2]}");
        kv.pass(Duration.ofMinutes(59));
        assertEquals(0, get("a").status());
        assertEquals(0, call(Operation.READ, "data/a", "{\"version\":1}").status());
        kv.pass(Duration.ofMinutes(2));
        assertEquals(404, get("a").status());
        assertEquals(404, call(Operation.READ, "data/a", "{\"version\":1}").status());
    }

    @Test
    void a_destroyed_version_is_gone_for_good_and_its_data_leaves_the_storage() {
        put("a", "{\"data\":{\"k\":1}}");
        put("a", "{\"data\":{\"k\":2}}");
        call(Operation.UPDATE, "destroy/a", "{\"versions\":\"1,2,7\"}");
        call(Operation.UPDATE, "undelete/a", "{\"versions\":[\"1\",\"2\"]}");
        for (String version : List.of("1", "2")) {
            Response gone = call(Operation.READ, "data/a", "{\"version\":" + version + "}");
            assertEquals(404, gone.status());
            assertEquals(true, member(data(gone), "metadata", "destroyed"));
        }
        assertEquals(List.of(), kv.view().list("v/", "", 10));
    }

    @Test
    void deleting_what_is_not_there_is_no_error_and_changes_nothing() {
        for (String path : List.of("data/none", "metadata/none")) {
            assertEquals(Response.none(), call(Operation.DELETE, path, "{}"));
        }
        call(Operation.UPDATE, "delete/none", "{\"versions\":[1]}");
        call(Operation.UPDATE, "destroy/none", "{\"versions\":[1]}");
        assertEquals(List.of(), kv.view().list("", "", 10));
    }

    @Test
    void old_versions_are_pruned_to_the_limit() {
        for (int i = 1; i <= 12; i++) {
            put("a", "{\"data\":{\"k\":" + i + "}}");
        }
        Map<String, Object> metadata = data(call(Operation.READ, "metadata/a", "{}"));
        assertEquals(12L, metadata.get("current_version"));
        assertEquals(3L, metadata.get("oldest_version"));
        assertEquals(10, ((Map<?, ?>) metadata.get("versions")).size());
        assertNotFound(() -> call(Operation.READ, "data/a", "{\"version\":2}"));
        call(Operation.UPDATE, "metadata/a", "{\"max_versions\":2}");
        put("a", "{\"data\":{\"k\":13}}");
        assertEquals(List.of("v/a/12", "v/a/13"), kv.view().list("v/", "", 100));
        assertEquals(List.of("p/a/12"), kv.view().list("p/", "", 100));
        call(Operation.UPDATE, "config", "{\"max_versions\":1}");
        put("b", "{\"data\":{\"k\":1}}");
        put("b", "{\"data\":{\"k\":2}}");
        assertEquals(List.of("v/b/2"), kv.view().list("v/b/", "", 100));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"data\":{\"k\":1},\"options\":{\"cas\":1}} | check-and-set parameter did not match the current version",
                "{\"data\":{\"k\":1},\"options\":{\"cas\":\"x\"}} | error parsing check-and-set parameter: 'cas' must be the number of a version",
                "{\"data\":{\"k\":1},\"options\":{\"cas\":{}}} | error parsing check-and-set parameter: 'cas' must be the number of a version",
                "{\"data\":{\"k\":1},\"options\":7} | field 'options': expected an object",
                "{\"data\":\"text\"} | field 'data': expected an object",
                "{\"data\":[1]} | field 'data': expected an object",
                "{\"data\":null} | no data provided: the body must be an object with a member 'data'",
                "{\"k\":1} | no data provided: the body must be an object with a member 'data'",
                "{} | no data provided: the body must be an object with a member 'data'",
            })
    void bad_writes_are_refused_and_store_nothing(String body, String error) {
        assertBadRequest(error, () -> put("a", body));
        assertEquals(List.of(), kv.view().list("", "", 10));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "READ   | data/a     | {\"version\":-1}              | field 'version': expected 0 or more",
                "READ   | data/a     | {\"version\":\"x\"}           | field 'version': expected a whole number",
                "READ   | subkeys/a  | {\"depth\":-1}                | field 'depth': expected 0 or more",
                "UPDATE | data/a/    | {\"data\":{}}                 | cannot write to a path ending in '/'",
                "UPDATE | metadata/a/ | {}                           | cannot write to a path ending in '/'",
                "UPDATE | delete/a   | {}                            | no version number provided: field 'versions' lists at least one",
                "UPDATE | destroy/a  | {\"versions\":[\"one\"]}      | field 'versions': expected a list of whole numbers",
                "UPDATE | undelete/a | {\"versions\":[1.5]}          | field 'versions': expected a list of whole numbers",
                "UPDATE | config     | {\"max_versions\":-3}         | field 'max_versions': expected a number from 0 to 1000000",
                "UPDATE | metadata/a | {\"max_versions\":\"99999999999999999999\"} | field 'max_versions': expected a whole number",
                "UPDATE | metadata/a | {\"custom_metadata\":[1]}     | custom_metadata validation failed: expected an object of strings",
                "UPDATE | metadata/a | {\"custom_metadata\":{\"a\":{}}} | custom_metadata validation failed: values must be strings",
                "UPDATE | metadata/a | {\"custom_metadata\":{\"\":\"x\"}} | custom_metadata validation failed: length of key is 0 but must be 0 < len(key) <= 128",
                "UPDATE | metadata/a | {\"custom_metadata\":{\"a\":\"\\u0007\"}} | custom_metadata validation failed: value contains unprintable characters",
            })
    void bad_input_is_named(Operation operation, String path, String body, String error) {
        assertBadRequest(error, () -> call(operation, path, body));
    }

    @Test
    void check_and_set() {
        put("a", "{\"data\":{\"k\":1},\"options\":{\"cas\":0}}");
        put("a", "{\"data\":{\"k\":2},\"options\":{\"cas\":\"1\"}}");
        call(Operation.DELETE, "data/a", "{}");
        assertBadRequest(
                "check-and-set parameter did not match the current version",
                () -> put("a", "{\"data\":{},\"options\":{\"cas\":0}}"));
        call(Operation.UPDATE, "metadata/a", "{\"cas_required\":true}");
        assertBadRequest("check-and-set parameter required for this call", () -> put("a", "{\"data\":{}}"));
        call(Operation.UPDATE, "config", "{\"cas_required\":\"true\"}");
        assertBadRequest("check-and-set parameter required for this call", () -> put("b", "{\"data\":{}}"));
        assertEquals(1L, data(put("b", "{\"data\":{},\"options\":{\"cas\":0}}")).get("version"));
    }

    @Test
    void a_patch_merges_as_rfc_7396_says() {
        put("a", "{\"data\":{\"a\":\"b\",\"c\":{\"d\":\"e\",\"f\":\"g\"},\"l\":[1]}}");
        Response patched = call(
                Operation.PATCH,
                "data/a",
                "{\"data\":{\"a\":\"z\",\"c\":{\"f\":null,\"h\":{\"i\":null,\"j\":1}},\"l\":[2]}}");
        assertEquals(2L, data(patched).get("version"));
        assertEquals(
                object("{\"a\":\"z\",\"c\":{\"d\":\"e\",\"h\":{\"j\":1}},\"l\":[2]}"),
                data(get("a")).get("data"));
        assertBadRequest(
                "check-and-set parameter did not match the current version",
                () -> call(Operation.PATCH, "data/a", "{\"data\":{},\"options\":{\"cas\":1}}"));
        assertNotFound(() -> call(Operation.PATCH, "data/none", "{\"data\":{}}"));
        call(Operation.DELETE, "data/a", "{}");
        assertEquals(
                404, call(Operation.PATCH, "data/a", "{\"data\":{\"a\":1}}").status());
    }

    @Test
    void subkeys_show_names_to_a_depth() {
        put("a", "{\"data\":{\"a\":{\"b\":{\"c\":1}},\"l\":[{\"x\":1}],\"s\":\"secret\"}}");
        Map<String, Object> all = data(call(Operation.READ, "subkeys/a", "{}"));
        assertEquals(object("{\"a\":{\"b\":{\"c\":null}},\"l\":null,\"s\":null}"), all.get("subkeys"));
        assertEquals(1L, member(all, "metadata", "version"));
        assertEquals(
                object("{\"a\":null,\"l\":null,\"s\":null}"),
                data(call(Operation.READ, "subkeys/a", "{\"depth\":\"1\"}")).get("subkeys"));
        assertEquals(
                object("{\"a\":{\"b\":null},\"l\":null,\"s\":null}"),
                data(call(Operation.READ, "subkeys/a", "{\"depth\":2}")).get("subkeys"));
        call(Operation.DELETE, "data/a", "{}");
        assertNull(data(call(Operation.READ, "subkeys/a", "{}")).get("subkeys"));
    }

    @Test
    void metadata_shows_everything_but_data() {
        call(
                Operation.UPDATE,
                "metadata/a",
                "{\"max_versions\":\"5\",\"delete_version_after\":\"3h25m19s\",\"custom_metadata\":{\"owner\":\"ops\"}}");
        kv.pass(Duration.ofSeconds(1));
        put("a", "{\"data\":{\"k\":1}}");
        assertEquals(
                object("{\"cas_required\":false,\"created_time\":\"2026-01-02T03:04:05.678Z\",\"current_version\":1,"
                        + "\"custom_metadata\":{\"owner\":\"ops\"},\"delete_version_after\":\"3h25m19s\",\"max_versions\":5,"
                        + "\"oldest_version\":0,\"updated_time\":\"2026-01-02T03:04:06.678Z\",\"versions\":{\"1\":"
                        + "{\"created_time\":\"2026-01-02T03:04:06.678Z\",\"deletion_time\":\"2026-01-02T06:29:25.678Z\","
                        + "\"destroyed\":false}}}"),
                data(call(Operation.READ, "metadata/a", "{}")));
        assertEquals(object("{\"owner\":\"ops\"}"), member(data(get("a")), "metadata", "custom_metadata"));
    }

    @Test
    void metadata_is_patched_member_by_member() {
        assertNotFound(() -> call(Operation.PATCH, "metadata/a", "{}"));
        call(Operation.UPDATE, "metadata/a", "{\"max_versions\":5,\"custom_metadata\":{\"a\":\"1\",\"b\":\"2\"}}");
        call(Operation.PATCH, "metadata/a", "{\"cas_required\":true,\"custom_metadata\":{\"a\":null,\"c\":\"3\"}}");
        Map<String, Object> metadata = data(call(Operation.READ, "metadata/a", "{}"));
        assertEquals(object("{\"b\":\"2\",\"c\":\"3\"}"), metadata.get("custom_metadata"));
        assertEquals(5L, metadata.get("max_versions"));
        assertEquals(true, metadata.get("cas_required"));
        call(Operation.PATCH, "metadata/a", Json.object(utf8("{\"max_versions\":null,\"custom_metadata\":null}")));
        metadata = data(call(Operation.READ, "metadata/a", "{}"));
        assertNull(metadata.get("custom_metadata"));
        assertEquals(0L, metadata.get("max_versions"));
        assertEquals(true, metadata.get("cas_required"));
    }

    @Test
    void versions_delete_themselves_by_the_shorter_limit() {
        call(Operation.UPDATE, "config", "{\"delete_version_after\":\"1h\"}");
        call(Operation.UPDATE, "metadata/short", "{\"delete_version_after\":60}");
        call(Operation.UPDATE, "metadata/long", "{\"delete_version_after\":\"2d\"}");
        call(Operation.UPDATE, "metadata/never", "{\"delete_version_after\":\"-1s\"}");
        for (String path : List.of("short", "long", "never")) {
            put(path, "{\"data\":{\"k\":1}}");
        }
        kv.pass(Duration.ofSeconds(60));
        assertEquals(404, get("short").status());
        assertEquals(0, get("long").status());
        kv.pass(Duration.ofHours(1));
        assertEquals(404, get("long").status());
        assertEquals(0, get("never").status());
        assertEquals("1h0m0s", data(call(Operation.READ, "config", "{}")).get("delete_version_after"));
    }

    @Test
    void lists_one_level_with_paging() {
        for (String path : List.of("a", "b/c", "b/d", "e")) {
            put(path, "{\"data\":{}}");
        }
        assertEquals(List.of("a", "b/", "e"), keys("metadata", "{}"));
        assertEquals(List.of("c", "d"), keys("metadata/b/", "{}"));
        assertEquals(List.of("c", "d"), keys("metadata/b", "{}"));
        assertEquals(List.of("b/"), keys("metadata/", "{\"after\":\"a\",\"limit\":\"1\"}"));
        assertNotFound(() -> call(Operation.LIST, "metadata/none/", "{}"));
        assertBadRequest(
                "field 'limit': expected a whole number", () -> call(Operation.LIST, "metadata/", "{\"limit\":\"x\"}"));
    }

    @Test
    void removing_metadata_removes_every_record() {
        call(Operation.UPDATE, "metadata/a", "{\"max_versions\":5000}");
        for (int i = 0; i < VersionStore.BATCH + 200; i++) {
            put("a", "{\"data\":{}}");
        }
        put("a/1", "{\"data\":{\"k\":1}}");
        call(Operation.DELETE, "metadata/a", "{}");
        assertNotFound(() -> get("a"));
        assertEquals(List.of("m/a/1", "v/a/1/1"), kv.view().list("", "", 100));
        assertEquals(1L, data(put("a", "{\"data\":{}}")).get("version"));
    }

    @Test
    void a_path_of_version_1_is_told_apart() {
        for (Operation operation :
                List.of(Operation.READ, Operation.UPDATE, Operation.DELETE, Operation.LIST, Operation.SCAN)) {
            Response stray = call(operation, "foo", "{\"k\":\"v\"}");
            assertEquals(404, stray.status());
            assertTrue(stray.warnings().getFirst().startsWith("Invalid path for a versioned K/V secrets engine"));
        }
        assertEquals(List.of(), kv.view().list("", "", 10));
    }

    @Test
    void policies_are_asked_about_create_or_update() {
        assertEquals(Operation.CREATE, kv.settled(Operation.UPDATE, "data/a"));
        assertEquals(Operation.CREATE, kv.settled(Operation.UPDATE, "metadata/a"));
        put("a", "{\"data\":{}}");
        assertEquals(Operation.UPDATE, kv.settled(Operation.UPDATE, "data/a"));
        assertEquals(Operation.UPDATE, kv.settled(Operation.UPDATE, "metadata/a"));
        assertEquals(Operation.PATCH, kv.settled(Operation.PATCH, "data/a"));
    }

    @Test
    void deep_nesting_survives_the_round_trip() {
        String deep = "{\"a\":".repeat(Json.MAX_DEPTH - 2) + "1" + "}".repeat(Json.MAX_DEPTH - 2);
        put("a", "{\"data\":" + deep + "}");
        assertEquals(object(deep), data(get("a")).get("data"));
        assertFalse(((Map<?, ?>) data(call(Operation.READ, "subkeys/a", "{}")).get("subkeys")).isEmpty());
        call(Operation.PATCH, "data/a", "{\"data\":" + deep + "}");
        assertEquals(object(deep), data(get("a")).get("data"));
    }

    @Test
    void an_unknown_engine_version_is_refused() {
        assertBadRequest(
                "option 'version' of a kv mount: expected 1 or 2",
                () -> new EngineDriver(new KvFactory(), Map.of("version", "3")));
    }

    private Response put(String path, String body) {
        return call(Operation.UPDATE, "data/" + path, body);
    }

    private Response get(String path) {
        return call(Operation.READ, "data/" + path, "{}");
    }

    private Response call(Operation operation, String path, String body) {
        return call(operation, path, object(body));
    }

    private Response call(Operation operation, String path, Map<String, Object> body) {
        return kv.call(operation, path, body);
    }

    private Object keys(String path, String body) {
        return data(call(Operation.LIST, path, body)).get("keys");
    }

    private static Object member(Map<String, Object> data, String outer, String inner) {
        return ((Map<?, ?>) data.get(outer)).get(inner);
    }

    private static Map<String, Object> object(String json) {
        return Json.object(utf8(json));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void assertNotFound(Runnable call) {
        FaultException thrown = assertThrows(FaultException.class, call::run);
        assertEquals(new Fault.NotFound(List.of()), thrown.fault());
    }

    private static void assertBadRequest(String detail, Runnable call) {
        FaultException thrown = assertThrows(FaultException.class, call::run);
        assertEquals(new Fault.BadRequest(List.of(detail)), thrown.fault());
    }
}
