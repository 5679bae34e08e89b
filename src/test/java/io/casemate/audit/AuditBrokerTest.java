package io.casemate.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.crypto.HmacSha256;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Request;
import io.casemate.kernel.SecretBytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuditBrokerTest {
    private final Request request = Scene.request(Operation.READ, "kv/a", "", Map.of());
    private final AuditBroker broker = new AuditBroker();
    private final MemoryDevice one = new MemoryDevice();
    private final MemoryDevice two = new MemoryDevice();

    @Test
    void refuses_everything_until_the_devices_are_known_and_after_sealing() {
        assertEquals(new Fault.Sealed(), refusal());
        broker.use(List.of());
        ask();
        broker.stop();
        assertEquals(new Fault.Sealed(), refusal());
    }

    @Test
    void without_devices_nothing_is_audited_and_that_can_be_seen() {
        broker.use(List.of());
        ask();
        assertFalse(broker.auditing());
        broker.use(List.of(enabled("one/", one)));
        assertTrue(broker.auditing());
    }

    @Test
    void every_device_gets_every_entry_and_one_is_enough() throws InterruptedException {
        broker.use(List.of(enabled("one/", one), enabled("two/", two)));
        ask();
        assertEquals(1, one.lines.size());
        assertEquals(1, two.lines.size());
        one.fail(true);
        ask();
        assertEquals(2, two.lines.size());
        assertEquals(
                Optional.of(Scene.CLOCK.instant()), broker.states().getFirst().failingSince());
        assertEquals(Optional.empty(), broker.states().getLast().failingSince());
        one.fail(false);
        ask();
        Eventually.holds(() -> one.lines.size() == 3, "what it missed is given to it");
        Eventually.holds(() -> broker.states().getFirst().failingSince().isEmpty(), "it is well again");
        assertEquals(0, broker.states().getFirst().lost());
        assertEquals(two.lines.size(), one.lines.size());
    }

    @Test
    void when_no_device_takes_it_the_request_is_refused() {
        one.fail(true);
        two.fail(true);
        broker.use(List.of(enabled("one/", one), enabled("two/", two)));
        assertEquals(new Fault.Internal(request.id()), refusal());
        assertEquals(new Fault.Internal(request.id()), refusal());
    }

    /** A device that is disabled while a request is under way does not cost that request its life. */
    @Test
    void a_device_taken_away_meanwhile_is_not_held_against_the_request() {
        MemoryDevice leaving = new MemoryDevice();
        leaving.beforeWrite = () -> {
            broker.use(List.of(enabled("two/", two)));
            leaving.close();
        };
        broker.use(List.of(enabled("leaving/", leaving)));
        ask();
        assertEquals(1, two.lines.size());
    }

    private void ask() {
        broker.asked(new Audited(request, Scene.allowed("acc"), Scene.KV));
    }

    private Fault refusal() {
        return assertThrows(FaultException.class, this::ask).fault();
    }

    private static EnabledDevice enabled(String path, AuditDevice device) {
        HmacSha256 salt = new HmacSha256(SecretBytes.ofText(path));
        return new EnabledDevice(
                path,
                device,
                new Redactor(salt, AuditOptions.of(Map.of()), new AuditedHeaders(), Scene.CLOCK),
                AuditOptions.of(Map.of()),
                Scene.CLOCK);
    }
}
