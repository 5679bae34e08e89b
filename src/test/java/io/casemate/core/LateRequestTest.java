package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.kernel.Await;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.mount.Mounts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Requests that found their mount before it changed and come to its engine after: audit devices can be slow. */
class LateRequestTest {
    private static final Map<String, Object> SECRET = Map.of("v", "1");

    private final LoginHouse house = new LoginHouse();

    @Test
    void a_write_that_crosses_an_upgrade_is_refused_and_leaves_nothing() {
        house.write("sys/mounts/kv", Map.of("type", "kv"));
        house.write("kv/before", SECRET);
        whileAudited(this::upgrade);
        unavailable(() -> house.write("kv/late", SECRET));
        assertEquals(
                List.of("before"),
                LoginHouse.data(house.ask(house.root, Operation.LIST, "kv/metadata/", Map.of()))
                        .get("keys"));
        assertEquals(List.of(), stored("/s/"));
        house.write("kv/data/late", Map.of("data", SECRET));
        assertEquals(SECRET, house.read("kv/data/late").get("data"));
    }

    @Test
    void a_read_that_crosses_an_upgrade_does_not_say_that_nothing_is_there() {
        house.write("sys/mounts/kv", Map.of("type", "kv"));
        house.write("kv/before", SECRET);
        whileAudited(this::upgrade);
        unavailable(() -> house.read("kv/before"));
        awaitVersions();
        assertEquals(SECRET, house.read("kv/data/before").get("data"));
    }

    @Test
    void a_write_that_crosses_a_disable_leaves_nothing() {
        house.write("sys/mounts/kv", Map.of("type", "kv"));
        whileAudited(() -> house.mounts().disable("kv"));
        unavailable(() -> house.write("kv/late", SECRET));
        assertEquals(List.of(), stored(""));
        assertEquals("404", LoginHouse.refusal(() -> house.write("kv/late", SECRET)));
    }

    private void upgrade() {
        house.mounts().tune("kv", entry -> Mounts.edited(entry, "", Map.of("version", "2"), entry.config()));
        Await.until(() -> stored("/s/").isEmpty());
    }

    private void awaitVersions() {
        Await.until(() -> LoginHouse.refusal(() -> house.read("kv/config")).equals("nothing was refused"));
    }

    private List<String> stored(String infix) {
        return house.storage.keys().stream()
                .filter(key -> key.startsWith("logical/") && key.contains(infix))
                .toList();
    }

    /** Once, when the next entry is written. */
    private void whileAudited(Runnable change) {
        AtomicReference<Runnable> next = new AtomicReference<>(change);
        house.device.meanwhile(() -> next.getAndSet(() -> {}).run());
    }

    private static void unavailable(Runnable request) {
        Fault fault = assertThrows(FaultException.class, request::run).fault();
        assertInstanceOf(Fault.Unavailable.class, fault);
    }
}
