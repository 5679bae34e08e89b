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
import io.casemate.kernel.Requests;
import io.casemate.kernel.SecretBytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeveralDevicesTest {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final AuditBroker broker = new AuditBroker();
    private final HangingDevice slow = new HangingDevice();
    private final MemoryDevice quick = new MemoryDevice();

    @Test
    void a_device_that_hangs_is_waited_for_once_and_gets_everything_later_in_order() throws InterruptedException {
        broker.use(List.of(enabled("slow/", slow), enabled("quick/", quick)));
        long before = System.nanoTime();
        ask("0");
        assertTrue(elapsed(before).compareTo(PATIENCE) >= 0, "the trail is worth one wait");
        before = System.nanoTime();
        IntStream.range(1, 50).forEach(i -> ask(Integer.toString(i)));
        assertTrue(elapsed(before).compareTo(PATIENCE) < 0, "and only one");
        assertEquals(50, quick.lines.size());
        AuditBroker.DeviceState state = broker.states().getFirst();
        assertTrue(state.failingSince().isPresent());
        assertEquals("it has not answered for 200 ms", state.reason());
        slow.takes(50);
        Eventually.holds(() -> slow.lines.size() == 50, "its backlog is written");
        assertEquals(ids(quick.lines), ids(slow.lines));
        Eventually.holds(() -> broker.states().getFirst().failingSince().isEmpty(), "it is well again");
        slow.takes(1);
        ask("50");
        assertEquals(51, slow.lines.size(), "and waited for like before");
    }

    /** Requests that wait for it tell nothing: whoever looks at it does. */
    @Test
    void a_single_local_device_that_hangs_is_told_by_whoever_looks() {
        quick.underWay = PATIENCE.plusMillis(1);
        broker.use(List.of(enabled("local/", quick)));
        assertEquals(
                "it has not answered for 200 ms", broker.states().getFirst().reason());
    }

    @Test
    void a_single_device_that_hangs_refuses_instead_of_hanging_the_request() throws InterruptedException {
        broker.use(List.of(enabled("slow/", slow)));
        assertEquals(new Fault.Internal("0"), refusal("0"));
        slow.takes(2);
        Eventually.holds(() -> slow.lines.size() == 1, "it took the line late");
        ask("1");
        assertEquals(List.of("0", "1"), ids(slow.lines));
    }

    @Test
    void the_backlog_is_bounded_and_what_is_lost_is_counted() throws InterruptedException {
        broker.use(List.of(enabled("slow/", slow), enabled("quick/", quick)));
        int beyond = 10;
        IntStream.range(0, Lane.MOST_LINES + beyond).forEach(i -> ask(Integer.toString(i)));
        assertEquals(beyond, broker.states().getFirst().lost());
        slow.takes(Lane.MOST_LINES);
        Eventually.holds(() -> slow.lines.size() == Lane.MOST_LINES, "what was kept is written");
        assertEquals(ids(quick.lines).subList(0, Lane.MOST_LINES), ids(slow.lines));
        assertEquals(beyond, broker.states().getFirst().lost());
    }

    @Test
    void when_the_quick_one_fails_the_slow_one_is_enough() {
        broker.use(List.of(enabled("slow/", slow), enabled("quick/", quick)));
        quick.fail(true);
        slow.takes(1000);
        ask("0");
        ask("1");
        assertEquals(List.of("0", "1"), ids(slow.lines));
    }

    /** The device that hung is asked as the last hope when the well one fails. */
    @Test
    void a_device_known_to_hang_can_still_save_a_request() throws InterruptedException {
        broker.use(List.of(enabled("slow/", slow), enabled("quick/", quick)));
        ask("0");
        assertTrue(broker.states().getFirst().failingSince().isPresent());
        quick.fail(true);
        slow.takes(2);
        ask("1");
        Eventually.holds(() -> ids(slow.lines).equals(List.of("0", "1")), "both reached it");
    }

    @Test
    void none_takes_it_and_the_request_is_refused_until_one_does() {
        MemoryDevice other = new MemoryDevice();
        quick.fail(true);
        other.fail(true);
        broker.use(List.of(enabled("quick/", quick), enabled("other/", other)));
        for (int i = 0; i < 20; i++) {
            assertEquals(new Fault.Internal("0"), refusal("0"));
        }
        other.fail(false);
        ask("1");
        assertEquals("1", ids(other.lines).getLast());
    }

    /** One long line is not the device's end, and not the request's while another device takes it. */
    @Test
    void a_line_too_long_for_one_device_does_not_block_it() {
        slow.takes(1000);
        slow.refuseLength(true);
        broker.use(List.of(enabled("slow/", slow), enabled("quick/", quick)));
        ask("0");
        assertEquals(1, broker.states().getFirst().lost());
        assertTrue(broker.states().getFirst().failingSince().isEmpty());
        slow.refuseLength(false);
        ask("1");
        assertEquals(List.of("1"), ids(slow.lines));
        broker.use(List.of(enabled("slow/", slow)));
        slow.refuseLength(true);
        assertEquals(new Fault.Internal("2"), refusal("2"));
    }

    @Test
    void many_requests_at_once_keep_their_two_entries_in_order_on_each_device() {
        MemoryDevice other = new MemoryDevice();
        broker.use(List.of(enabled("quick/", quick), enabled("other/", other)));
        AtomicInteger flips = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 400; i++) {
                String id = Integer.toString(i);
                threads.execute(() -> {
                    ask(id);
                    if (flips.incrementAndGet() % 10 == 0) {
                        other.fail(flips.get() % 20 == 0);
                    }
                    ask(id);
                });
            }
        }
        assertEquals(800, quick.lines.size());
        Map<String, Integer> seen = new HashMap<>();
        ids(quick.lines).forEach(id -> seen.merge(id, 1, Integer::sum));
        assertTrue(seen.values().stream().allMatch(count -> count == 2), seen.toString());
    }

    @Test
    void closing_gives_a_well_device_what_waits_and_does_not_wait_for_one_that_hangs() throws InterruptedException {
        EnabledDevice hanging = enabled("slow/", slow);
        EnabledDevice well = enabled("quick/", quick);
        broker.use(List.of(hanging, well));
        ask("0");
        long before = System.nanoTime();
        hanging.close();
        well.close();
        assertTrue(elapsed(before).compareTo(PATIENCE.multipliedBy(4)) < 0);
        assertTrue(quick.closed());
        assertFalse(slow.closed(), "it is in the middle of a write");
        assertFalse(broker.states().isEmpty());
        slow.takes(1);
        Eventually.holds(slow::closed, "its own thread closes it");
    }

    /** A device that was written to directly and then has a backlog is not overtaken when it is the only one again. */
    @Test
    void what_waits_goes_first() throws InterruptedException {
        EnabledDevice kept = enabled("quick/", quick);
        EnabledDevice leaving = enabled("slow/", slow);
        slow.takes(1000);
        broker.use(List.of(kept));
        ask("0");
        broker.use(List.of(kept, leaving));
        quick.fail(true);
        ask("1");
        quick.fail(false);
        broker.use(List.of(kept));
        ask("2");
        ask("3");
        assertEquals(List.of("0", "1", "2", "3"), ids(quick.lines));
    }

    private void ask(String id) {
        broker.asked(new Audited(request(id), Scene.allowed("acc"), Scene.KV));
    }

    private Fault refusal(String id) {
        return assertThrows(FaultException.class, () -> ask(id)).fault();
    }

    private static Request request(String id) {
        return Requests.named(id, Scene.request(Operation.READ, "kv/a", "", Map.of()));
    }

    private static List<String> ids(List<String> lines) {
        return new ArrayList<>(lines)
                .stream()
                        .map(line -> line.replaceFirst(".*\"request\":\\{\"id\":\"([0-9]+)\".*", "$1"))
                        .toList();
    }

    private static Duration elapsed(long since) {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private static EnabledDevice enabled(String path, AuditDevice device) {
        AuditOptions options = AuditOptions.of(Map.of("write_timeout", "200ms"));
        HmacSha256 salt = new HmacSha256(SecretBytes.ofText(path));
        Redactor redactor = new Redactor(salt, options, new AuditedHeaders(), Scene.CLOCK);
        return new EnabledDevice(path, device, redactor, options, Scene.CLOCK);
    }
}
