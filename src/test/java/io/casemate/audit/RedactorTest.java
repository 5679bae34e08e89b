package io.casemate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.HmacSha256;
import io.casemate.json.Json;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Decision;
import io.casemate.kernel.Download;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.MountInfo;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Outcome;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The entries, to the byte. */
class RedactorTest {
    private static final String CALLER = "\"accessor\":\"" + h("acc") + "\",\"display_name\":\"token-ops\","
            + "\"policies\":[\"ops\"],\"token_policies\":[\"ops\"],\"metadata\":{\"team\":\"blue\"},\"remaining_uses\":3,"
            + "\"entity_id\":\"entity-1\",\"token_type\":\"service\",\"token_ttl\":3600,"
            + "\"token_issue_time\":\"2026-01-02T03:00:00Z\",\"policy_results\":{\"allowed\":true,\"granting_policies\":"
            + "[{\"name\":\"ops\",\"namespace_id\":\"root\",\"type\":\"acl\"}]}";
    private static final String MOUNT = "\"mount_point\":\"kv/\",\"mount_type\":\"kv\","
            + "\"mount_accessor\":\"kv_1a2b3c4d\",\"mount_class\":\"secret\"";
    private static final String PEER = "\"remote_address\":\"192.0.2.7\",\"remote_port\":40000";
    private static final String ID = "\"id\":\"6a1f0c1e-0000-0000-0000-000000000001\"";

    @Test
    void an_allowed_request() {
        Map<String, Object> data = ordered("k", "v", "n", 7L, "deep", Arrays.asList("a", null, Map.of("b", "c")));
        data.put("shown", Map.of("inner", "clear"));
        Request request = Scene.request(Operation.UPDATE, "kv/a", "hvs.t", data);
        assertLine(
                start("request") + "\"auth\":{\"client_token\":\"" + h("hvs.t") + "\"," + CALLER + "},"
                        + "\"request\":{" + ID + ",\"client_id\":\"entity-1\",\"operation\":\"update\"," + MOUNT
                        + ",\"client_token\":\"" + h("hvs.t") + "\",\"client_token_accessor\":\"" + h("acc")
                        + "\",\"namespace\":{\"id\":\"root\"},\"path\":\"kv/a\",\"data\":{\"k\":\"" + h("v")
                        + "\",\"n\":7,\"deep\":[\"" + h("a") + "\",null,{\"b\":\"" + h("c")
                        + "\"}],\"shown\":{\"inner\":\"clear\"}}," + PEER + "}}",
                redactor(Map.of()).asked(new Audited(request, Scene.allowed("acc"), Scene.KV)));
    }

    @Test
    void a_denied_request() {
        Request request = Scene.request(Operation.READ, "kv/a", "hvs.unknown", Map.of());
        assertLine(
                start("request") + "\"auth\":{\"policy_results\":{\"allowed\":false},\"token_type\":\"default\"},"
                        + "\"request\":{" + ID + ",\"operation\":\"read\",\"client_token\":\"" + h("hvs.unknown")
                        + "\",\"namespace\":{\"id\":\"root\"},\"path\":\"kv/a\"," + PEER + "},"
                        + "\"error\":\"permission denied\"}",
                redactor(Map.of()).asked(new Audited(request, Scene.denied(), MountInfo.NONE)));
    }

    /** Who asked and what is written once: nothing that happens between the two entries makes them differ. */
    @Test
    void both_entries_tell_the_same_of_the_request() {
        Map<String, Object> data = ordered("k", "v");
        Audited about =
                new Audited(Scene.request(Operation.UPDATE, "kv/a", "hvs.t", data), Scene.allowed("acc"), Scene.KV);
        Redactor redactor = redactor(Map.of());
        String asked = text(redactor.asked(about));
        data.put("k", "changed by a handler");
        String answered = text(redactor.answered(about, new Outcome.Answered(Response.none())));
        assertEquals(part(asked, "auth"), part(answered, "auth"));
        assertEquals(part(asked, "request"), part(answered, "request"));
        assertEquals(h("v"), ((Map<?, ?>) part(answered, "request").get("data")).get("k"));
    }

    @Test
    void an_answer() {
        Request request = Scene.request(Operation.READ, "kv/a", "hvs.t", Map.of());
        Response response = Response.of(ordered("data", Map.of("k", "v"), "metadata", Map.of("version", 1L, "x", "y")))
                .warning("careful");
        String line = text(redactor(Map.of())
                .answered(new Audited(request, Scene.allowed("acc"), Scene.KV), new Outcome.Answered(response)));
        Map<String, Object> shown = Json.object(line.getBytes(StandardCharsets.UTF_8));
        assertEquals(
                Json.object(("{" + MOUNT + ",\"data\":{\"data\":{\"k\":\"" + h("v")
                                + "\"},\"metadata\":{\"version\":1,\"x\":\"y\"}},\"warnings\":[\"careful\"]}")
                        .getBytes(StandardCharsets.UTF_8)),
                shown.get("response"));
        assertEquals(List.of("time", "type", "auth", "request", "response"), List.copyOf(shown.keySet()));
    }

    @Test
    void a_failure() {
        Request request = Scene.request(Operation.READ, "kv/a", "", Map.of());
        Decision open = new Decision.Allowed(Caller.anonymous(), List.of());
        Outcome failed = new Outcome.Failed(new Fault.BadRequest(List.of("one", "two")).asException());
        assertLine(
                start("response") + "\"auth\":{\"policy_results\":{\"allowed\":true},\"token_type\":\"default\"},"
                        + "\"request\":{" + ID + ",\"operation\":\"read\"," + MOUNT
                        + ",\"namespace\":{\"id\":\"root\"},\"path\":\"kv/a\"," + PEER + "},\"response\":{" + MOUNT
                        + "},\"error\":\"one; two\"}",
                redactor(Map.of()).answered(new Audited(request, open, Scene.KV), failed));
    }

    @Test
    void a_login_shows_who_came_in() {
        Request request = Scene.request(Operation.UPDATE, "auth/userpass/login/ann", "", Map.of("password", "pw"));
        MountInfo mount =
                new MountInfo("auth/userpass/", "userpass", "auth_userpass_1", java.util.Set.of(), java.util.Set.of());
        Decision open = new Decision.Allowed(Caller.anonymous(), List.of());
        Outcome outcome = new Outcome.Answered(Response.authenticated(Scene.auth("hvs.new", "acc-new")));
        String granted = "\"client_token\":\"" + h("hvs.new") + "\",\"accessor\":\"" + h("acc-new")
                + "\",\"display_name\":\"userpass-ann\",\"policies\":[\"default\",\"ops\"],"
                + "\"token_policies\":[\"default\",\"ops\"],\"metadata\":{\"username\":\"ann\"},\"num_uses\":2,"
                + "\"entity_id\":\"entity-2\",\"token_type\":\"service\",\"token_ttl\":600";
        String where = "\"mount_point\":\"auth/userpass/\",\"mount_type\":\"userpass\","
                + "\"mount_accessor\":\"auth_userpass_1\",\"mount_class\":\"auth\"";
        assertLine(
                start("response") + "\"auth\":{" + granted + ",\"policy_results\":{\"allowed\":true}},\"request\":{"
                        + ID
                        + ",\"operation\":\"update\"," + where + ",\"namespace\":{\"id\":\"root\"},"
                        + "\"path\":\"auth/userpass/login/ann\",\"data\":{\"password\":\"" + h("pw") + "\"}," + PEER
                        + "},\"response\":{" + where + ",\"auth\":{" + granted + "}}}",
                redactor(Map.of()).answered(new Audited(request, open, mount), outcome));
    }

    @Test
    void content_that_is_not_json_is_a_hash() {
        Request request = Scene.request(Operation.READ, "pki/ca", "", Map.of());
        Outcome raw = new Outcome.Answered(Response.raw("application/pkix-cert", new byte[] {1, 2}));
        Map<?, ?> shown = (Map<?, ?>)
                response(redactor(Map.of("log_raw", "true")), request, raw).get("data");
        assertEquals("application/pkix-cert", shown.get("http_content_type"));
        assertEquals(200L, shown.get("http_status_code"));
        assertEquals(h("\u0001\u0002"), shown.get("http_raw_body"));
        Outcome streamed =
                new Outcome.Answered(Response.download("application/pkix-crl", Download.of(5_000_000, out -> {})));
        assertEquals(
                Map.of(
                        "http_content_type",
                        "application/pkix-crl",
                        "http_raw_body_length",
                        5_000_000L,
                        "http_status_code",
                        200L),
                response(redactor(Map.of()), request, streamed).get("data"));
    }

    @Test
    void options_change_what_is_hashed() {
        Request request = Scene.request(Operation.UPDATE, "kv/a", "hvs.t", Map.of("k", "v"));
        String raw = text(redactor(Map.of("log_raw", "true", "prefix", "@cee: "))
                .asked(new Audited(request, Scene.allowed("acc"), Scene.KV)));
        assertEquals("@cee: {\"time\"", raw.substring(0, 13));
        Map<?, ?> shown = part(raw.substring(6), "request");
        assertEquals(Map.of("k", "v"), shown.get("data"));
        assertEquals("acc", shown.get("client_token_accessor"));
        assertEquals(h("hvs.t"), shown.get("client_token"), "a live token stays hashed even in a raw log");
        Map<?, ?> plainAccessor = part(
                text(redactor(Map.of("hmac_accessor", "false"))
                        .asked(new Audited(request, Scene.allowed("acc"), Scene.KV))),
                "request");
        assertEquals("acc", plainAccessor.get("client_token_accessor"));
        assertEquals(Map.of("k", h("v")), plainAccessor.get("data"));
    }

    @Test
    void lists_can_be_counted_instead_of_shown() {
        Outcome names = new Outcome.Answered(Response.of(
                Map.of("keys", List.of("a", "b"), "key_info", Map.of("a", Map.of("x", "y")), "other", "z")));
        Redactor counting = redactor(Map.of("elide_list_responses", "true"));
        Request list = Scene.request(Operation.LIST, "kv/", "", Map.of());
        assertEquals(
                Map.of("keys", 2L, "key_info", 1L, "other", h("z")),
                response(counting, list, names).get("data"));
        Request read = Scene.request(Operation.READ, "kv/", "", Map.of());
        assertEquals(
                List.of(h("a"), h("b")),
                ((Map<?, ?>) response(counting, read, names).get("data")).get("keys"));
    }

    @Test
    void wrapping_and_client_certificates_are_noted() {
        byte[] der = HexFormat.of().parseHex("300e" + "300c" + "a003020102" + "0203" + "0f4240" + "3000");
        Request bare = Scene.request(Operation.READ, "kv/a", "", Map.of());
        Request.Peer peer = new Request.Peer("192.0.2.7", 1, List.of(der), Map.of());
        Request request = Requests.wrapped(Optional.of(Duration.ofMinutes(5)), Requests.from(peer, bare));
        Map<?, ?> shown =
                part(text(redactor(Map.of()).asked(new Audited(request, Scene.denied(), Scene.KV))), "request");
        assertEquals(300L, shown.get("wrap_ttl"));
        assertEquals("1000000", shown.get("client_certificate_serial_number"));
    }

    /** Whoever has no right to anything does not make the entries long, and is audited all the same. */
    @Test
    void much_data_of_a_refusal_is_one_hash() {
        for (Map<String, String> options : List.of(Map.<String, String>of(), Map.of("log_raw", "true"))) {
            Map<String, Object> data =
                    ordered("n", 7L, "k", Collections.nCopies(400_000, "x"), "s", "y".repeat(20_000));
            Request request = Scene.request(Operation.UPDATE, "kv/a", "", data);
            AuditLine line = redactor(options).asked(new Audited(request, Scene.denied(), Scene.KV));
            assertTrue(line.bytes().length < 1000, () -> "bytes: " + line.bytes().length);
            Map<?, ?> shown = part(text(line), "request");
            assertNull(shown.get("data"));
            String code = "hmac-sha256:"
                    + HexFormat.of()
                            .formatHex(salt().of(("{\"n\":7,\"k\":[" + "\"x\",".repeat(399_999) + "\"x\"],\"s\":\""
                                    + "y".repeat(20_000) + "\"}")));
            assertEquals(Map.of("values", 400_002L, "hmac", code), shown.get("data_elided"));
        }
    }

    @Test
    void some_hundred_values_of_a_refusal_are_shown() {
        Map<String, Object> data = ordered("k", Collections.nCopies(190, "x"), "z", 1L);
        Request request = Scene.request(Operation.UPDATE, "kv/a", "", data);
        Map<?, ?> shown =
                part(text(redactor(Map.of()).asked(new Audited(request, Scene.denied(), Scene.KV))), "request");
        assertEquals(190, ((List<?>) ((Map<?, ?>) shown.get("data")).get("k")).size());
        assertNull(shown.get("data_elided"));
    }

    @Test
    void as_many_members_as_a_request_may_have_are_shown_of_who_may() {
        Map<String, Object> data = new LinkedHashMap<>();
        for (int i = 0; i < 10_000; i++) {
            data.put("name-of-member-" + i, "x");
        }
        Request request = Scene.request(Operation.UPDATE, "kv/a", "hvs.t", data);
        Map<?, ?> shown =
                part(text(redactor(Map.of()).asked(new Audited(request, Scene.allowed("acc"), Scene.KV))), "request");
        assertEquals(10_000, ((Map<?, ?>) shown.get("data")).size());
    }

    @Test
    void no_request_and_no_answer_is_too_long_to_be_audited() {
        Map<String, Object> data = ordered("k", Collections.nCopies(500_000, "x"));
        Request request = Scene.request(Operation.LIST, "kv/a", "hvs.t", data);
        Outcome outcome = new Outcome.Answered(Response.of(ordered("keys", Collections.nCopies(500_000, "name"))));
        AuditLine line = redactor(Map.of()).answered(new Audited(request, Scene.allowed("acc"), Scene.KV), outcome);
        assertTrue(line.bytes().length < 2000);
        for (String name : List.of("request", "response")) {
            Map<?, ?> elided = (Map<?, ?>) part(text(line), name).get("data_elided");
            assertEquals(500_000L, elided.get("values"), name);
        }
    }

    @Test
    void warnings_and_errors_quote_no_more_than_fits() {
        Response warned = Response.none();
        for (int i = 0; i < 40; i++) {
            warned = warned.warning("w".repeat(1 << 20));
        }
        Request request = Scene.request(Operation.READ, "kv/a", "hvs.t", Map.of());
        List<?> warnings = (List<?>) response(redactor(Map.of()), request, new Outcome.Answered(warned))
                .get("warnings");
        assertEquals("w".repeat(1024) + "... (1048576 characters)", warnings.getFirst());
        assertEquals("and 25 more", warnings.getLast());
        assertEquals(16, warnings.size());
        FaultException refusal = new Fault.BadRequest(Collections.nCopies(1000, "e".repeat(4000))).asException();
        AuditLine failed = redactor(Map.of())
                .answered(new Audited(request, Scene.allowed("acc"), Scene.KV), new Outcome.Failed(refusal));
        assertTrue(failed.bytes().length < 3000, () -> "bytes: " + failed.bytes().length);
        Decision denied = new Decision.Denied(Caller.anonymous(), refusal);
        AuditLine asked = redactor(Map.of()).asked(new Audited(request, denied, Scene.KV));
        assertTrue(asked.bytes().length < 3000, () -> "bytes: " + asked.bytes().length);
    }

    @Test
    void unknown_options_are_refused() {
        for (Map<String, String> bad : List.of(
                Map.of("format", "jsonx"),
                Map.of("log_raw", "perhaps"),
                Map.of("prefix", "a\nb"),
                Map.of("filter", "mount_type == kv"))) {
            assertThrows(FaultException.class, () -> AuditOptions.of(bad));
        }
    }

    private static Redactor redactor(Map<String, String> options) {
        return new Redactor(salt(), AuditOptions.of(options), new AuditedHeaders(), Scene.CLOCK);
    }

    private static Map<?, ?> response(Redactor redactor, Request request, Outcome outcome) {
        return part(text(redactor.answered(new Audited(request, Scene.allowed("acc"), Scene.KV), outcome)), "response");
    }

    private static Map<?, ?> part(String line, String name) {
        return (Map<?, ?>) Json.object(line.getBytes(StandardCharsets.UTF_8)).get(name);
    }

    private static void assertLine(String expected, AuditLine line) {
        assertEquals(expected + "\n", text(line));
    }

    private static String start(String type) {
        return "{\"time\":\"2026-01-02T03:04:05.678901000Z\",\"type\":\"" + type + "\",";
    }

    private static String text(AuditLine line) {
        return new String(line.bytes(), StandardCharsets.UTF_8);
    }

    private static HmacSha256 salt() {
        return new HmacSha256(SecretBytes.ofText("salt"));
    }

    private static String h(String clear) {
        return "hmac-sha256:" + HexFormat.of().formatHex(salt().of(clear));
    }

    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i].toString(), pairs[i + 1]);
        }
        return map;
    }
}
