package io.casemate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.Requests;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTableTest {
    private final MemoryView view = new MemoryView();
    private final AuditBroker broker = new AuditBroker();
    private final MemoryDevice device = new MemoryDevice();
    private final AuditTable table = table(device, broker);

    @BeforeEach
    void start() {
        table.start();
    }

    @Test
    void an_enabled_device_gets_a_test_line_and_then_every_entry() {
        table.enable(config("file", Map.of()));
        assertTrue(device.lines().getFirst().contains("\"path\":\"sys/audit/test\""));
        ask();
        assertEquals(2, device.lines().size());
        table.enable(config("quiet", Map.of("skip_test", "true")));
        assertEquals(2, device.lines().size());
    }

    @Test
    void a_device_that_takes_no_test_line_is_not_enabled() {
        device.fail(true);
        assertEquals(
                new Fault.BadRequest(
                        List.of("the audit device does not take a test entry: storage full: no space for tests")),
                refusal(config("file", Map.of())));
        assertTrue(device.closed());
        assertEquals(List.of(), table.list());
        assertEquals(List.of(), view.list("", "", 10));
        ask();
    }

    @Test
    void nothing_is_enabled_when_the_record_cannot_be_stored() {
        view.beforeCommit(number -> {
            throw new Fault.StorageFailed(Fault.StorageProblem.FULL, "full").asException();
        });
        assertEquals(new Fault.StorageFailed(Fault.StorageProblem.FULL, "full"), refusal(config("file", Map.of())));
        assertEquals(List.of(), table.list());
        assertFalse(broker.auditing());
        assertTrue(device.closed());
    }

    @Test
    void paths_types_and_options_are_checked() {
        table.enable(config("a/b", Map.of()));
        for (String taken : List.of("a/b", "a/b/", "a", "a/b/c")) {
            assertTrue(refusal(config(taken, Map.of())).toString().contains("path is already in use at"), taken);
        }
        assertThrows(FaultException.class, () -> config("", Map.of()));
        assertEquals(
                new Fault.BadRequest(List.of("unknown audit device type: \"pigeon\"")),
                refusal(new AuditDeviceConfig("b", "pigeon", "", Map.of(), false)));
        assertEquals(
                new Fault.BadRequest(List.of("option 'log_raw': expected true or false")),
                refusal(config("b", Map.of("log_raw", "x"))));
        assertEquals(1, table.list().size());
    }

    @Test
    void devices_and_hashes_survive_a_restart() {
        table.enable(config("file", Map.of("file_path", "x", "hmac_accessor", "false")));
        Optional<String> before = table.hash("file", "value");
        table.stop();
        assertThrows(FaultException.class, this::ask);
        MemoryDevice afresh = new MemoryDevice();
        AuditBroker other = new AuditBroker();
        AuditTable again = table(afresh, other);
        again.start();
        assertEquals(List.of(config("file", Map.of("file_path", "x", "hmac_accessor", "false"))), again.list());
        assertEquals(before, again.hash("file/", "value"));
        other.asked(new Audited(
                Scene.request(Operation.UPDATE, "kv/a", "", Map.of("k", "value")), Scene.allowed("acc"), Scene.KV));
        assertTrue(
                afresh.lines().getFirst().contains(before.orElseThrow()),
                "the hash found by audit-hash is the one logged");
    }

    @Test
    void each_device_has_its_salt_and_disabling_forgets_it() {
        table.enable(config("one", Map.of()));
        table.enable(config("two", Map.of()));
        Optional<String> first = table.hash("one", "value");
        assertNotEquals(first, table.hash("two", "value"));
        assertTrue(table.disable("two/"));
        assertFalse(table.disable("two/"));
        assertEquals(Optional.empty(), table.hash("two", "value"));
        assertEquals(List.of("d/one/", "s/one/"), view.list("", "", 10));
    }

    @Test
    void chosen_headers_stand_in_the_entries_and_survive_a_restart() {
        table.enable(config("file", Map.of()));
        ask(broker, Map.of("x-forwarded-for", "10.0.0.1", "x-correlation-id", "c-7", "user-agent", "ua"));
        assertTrue(device.lines().getLast().contains("\"headers\":{\"x-correlation-id\":[\"c-7\"]}"));
        table.auditHeader("X-Forwarded-For", false);
        table.auditHeader("User-Agent", true);
        ask(broker, Map.of("x-forwarded-for", "10.0.0.1", "user-agent", "ua"));
        String hashed = table.hash("file", "ua").orElseThrow();
        assertTrue(device.lines()
                .getLast()
                .contains("\"headers\":{\"user-agent\":[\"" + hashed + "\"],\"x-forwarded-for\":[\"10.0.0.1\"]}"));
        ask();
        assertFalse(device.lines().getLast().contains("\"headers\""));
        AuditTable again = table(new MemoryDevice(), new AuditBroker());
        again.start();
        assertEquals(table.headers(), again.headers());
        again.forgetHeader("x-forwarded-for");
        again.forgetHeader("x-correlation-id");
        assertEquals(
                List.of("correlation-id", "user-agent", "x-correlation-id"),
                List.copyOf(again.headers().keySet()));
        assertEquals(List.of("d/file/", "h/user-agent", "s/file/"), view.list("", "", 10));
    }

    @Test
    void headers_that_carry_secrets_or_are_none_are_refused() {
        for (String bad : List.of("X-Vault-Token", "Authorization", "cookie", "", "a b", "a:", "x".repeat(129))) {
            FaultException thrown =
                    assertThrows(FaultException.class, () -> table.auditHeader(bad, true), "header " + bad);
            assertTrue(thrown.fault() instanceof Fault.BadRequest);
        }
        for (int i = 0; i < AuditedHeaders.MOST; i++) {
            table.auditHeader("h" + i, false);
        }
        assertThrows(FaultException.class, () -> table.auditHeader("one-more", false));
        table.auditHeader("h0", true);
    }

    @Test
    void a_device_that_cannot_be_opened_does_not_stop_the_start_but_every_request() {
        table.enable(config("file", Map.of()));
        table.stop();
        MemoryDevice broken = new MemoryDevice();
        broken.fail(true);
        AuditBroker other = new AuditBroker();
        table(broken, other).start();
        assertTrue(other.states().getFirst().failingSince().isPresent());
        assertThrows(FaultException.class, () -> ask(other));
        broken.fail(false);
        ask(other);
        assertEquals(1, broken.lines().size());
    }

    @Test
    void a_stored_device_of_a_type_that_is_gone_refuses_instead_of_vanishing() {
        table.enable(config("file", Map.of()));
        AuditBroker other = new AuditBroker();
        AuditTable without = new AuditTable(view, other, List.of(), new SecureRandom(), Scene.CLOCK);
        without.start();
        assertThrows(FaultException.class, () -> ask(other));
        assertTrue(without.disable("file"));
        ask(other);
    }

    private void ask() {
        ask(broker);
    }

    private static void ask(AuditBroker broker) {
        ask(broker, Map.of());
    }

    private static void ask(AuditBroker broker, Map<String, String> headers) {
        Request bare = Scene.request(Operation.READ, "kv/a", "", Map.of());
        Request request = Requests.from(new Request.Peer("192.0.2.7", 40_000, List.of(), headers), bare);
        broker.asked(new Audited(request, Scene.allowed("acc"), Scene.KV));
    }

    private Fault refusal(AuditDeviceConfig config) {
        return assertThrows(FaultException.class, () -> table.enable(config)).fault();
    }

    private AuditTable table(MemoryDevice device, AuditBroker broker) {
        return new AuditTable(view, broker, List.of(MemoryDevice.factory(device)), new SecureRandom(), Scene.CLOCK);
    }

    private static AuditDeviceConfig config(String path, Map<String, String> options) {
        return new AuditDeviceConfig(path, "memory", "for tests", options, false);
    }
}
