package io.casemate.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.barrier.MemoryView;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import io.casemate.kernel.Rights;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyStoreTest {
    private static final String READ = "path \"a\" { capabilities = [\"read\"] }";
    private static final String DENY = "path \"a\" { capabilities = [\"deny\"] }";

    private final MemoryView view = new MemoryView();
    private final PolicyStore store = new PolicyStore(view);

    @Test
    void reads_back_what_was_written_byte_for_byte_also_after_a_restart() {
        String text = "# ü\r\n" + READ + "\n\n";
        assertEquals(List.of(), store.write("Team-A", text));
        assertEquals(text, store.read("TEAM-a").orElseThrow().text());
        assertEquals(text, new PolicyStore(view).read("team-a").orElseThrow().text());
        assertTrue(allows(new PolicyStore(view), "team-a"));
        assertEquals(List.of("acl/team-a"), view.keys());
    }

    @Test
    void a_policy_change_holds_at_once() {
        store.write("p", READ);
        assertTrue(allows(store, "p", "q"));
        store.write("q", DENY);
        assertFalse(allows(store, "p", "q"));
        store.delete("q");
        assertTrue(allows(store, "p", "q"));
        store.delete("p");
        assertFalse(allows(store, "p", "q"));
        store.delete("p");
    }

    @Test
    void a_policy_that_is_not_understood_changes_nothing() {
        store.write("p", READ);
        long commits = view.commits();
        for (String wrong : List.of("path \"a\" {", "", "  \n", "x")) {
            assertThrows(FaultException.class, () -> store.write("p", wrong));
        }
        assertEquals(commits, view.commits());
        assertEquals(READ, store.read("p").orElseThrow().text());
    }

    @Test
    void built_in_policies_are_there_and_guarded() {
        assertEquals(List.of("default", "root"), store.names());
        assertEquals("", store.read("root").orElseThrow().text());
        assertTrue(store.exists("response-wrapping"));
        for (String name : List.of("root", "Root", "response-wrapping")) {
            assertThrows(FaultException.class, () -> store.write(name, READ));
        }
        for (String name : List.of("root", "response-wrapping", "default")) {
            assertThrows(FaultException.class, () -> store.delete(name));
        }
        assertEquals(List.of("update"), store.capabilities(Rights.of(Set.of("default")), "auth/token/renew-self"));
        assertEquals(List.of("deny"), store.capabilities(Rights.of(Set.of("default")), "secret/x"));
        assertEquals(
                List.of("create", "read"),
                store.capabilities(Rights.of(Set.of("response-wrapping")), "cubbyhole/response"));
        store.write("default", READ);
        assertEquals(List.of("deny"), store.capabilities(Rights.of(Set.of("default")), "auth/token/renew-self"));
    }

    @Test
    void the_default_policy_has_the_self_service_paths() {
        Policy policy = store.read("default").orElseThrow();
        assertEquals(17, policy.rules().size());
        assertEquals(List.of(), policy.warnings());
    }

    @Test
    void lists_all_names_in_order_past_a_page() {
        for (int i = 0; i < 1100; i++) {
            store.write(String.format("p%04d", i), READ);
        }
        List<String> names = store.names();
        assertEquals(1102, names.size());
        assertEquals(List.of("default", "p0000", "p0001"), names.subList(0, 3));
        assertEquals("root", names.getLast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,b", "a b", "a\u0000", "a/", "a\u2003b"})
    void refuses_names_that_cannot_be(String name) {
        assertInstanceOf(
                Fault.BadRequest.class,
                assertThrows(FaultException.class, () -> store.write(name, READ))
                        .fault());
    }

    @Test
    void nobody_without_a_token_is_allowed_anything() {
        store.write("p", READ);
        assertFalse(store.judge(Caller.anonymous(), Asking.to(Operation.READ, "a"), false)
                .allowed());
        assertFalse(store.judge(Caller.anonymous(), Asking.to(Operation.HELP, "a"), false)
                .allowed());
        assertTrue(store.judge(Asking.holding("root"), Asking.to(Operation.READ, "a"), true)
                .allowed());
    }

    @Test
    void a_stored_policy_that_cannot_be_read_refuses_everything() {
        for (String stored :
                List.of("{\"v\":2,\"policy\":\"\"}", "{\"v\":1}", "{\"v\":1,\"policy\":\"path {\"}", "no")) {
            view.put("acl/p", stored.getBytes(StandardCharsets.UTF_8));
            store.invalidate("acl/p");
            FaultException refused = assertThrows(FaultException.class, () -> allows(store, "p", "default"));
            assertInstanceOf(Fault.StorageFailed.class, refused.fault());
        }
        store.write("p", READ);
        assertTrue(allows(store, "p", "default"));
    }

    @Test
    void sees_changes_made_behind_its_back_after_invalidation() {
        store.write("p", READ);
        assertTrue(allows(store, "p"));
        new PolicyStore(view).write("p", DENY);
        store.invalidate("acl/p");
        assertFalse(allows(store, "p"));
        new PolicyStore(view).write("p", READ);
        store.invalidate();
        assertTrue(allows(store, "p"));
    }

    @Test
    void no_judgement_that_begins_after_a_deny_was_answered_allows() throws InterruptedException {
        AtomicInteger phase = new AtomicInteger();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger wrong = new AtomicInteger();
        store.write("p", DENY);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                threads.execute(() -> {
                    while (!over.get()) {
                        int before = phase.get();
                        boolean allowed = allows(store, "p");
                        boolean deniedThroughout = before % 2 == 0 && phase.get() == before;
                        wrong.addAndGet(allowed && deniedThroughout ? 1 : 0);
                    }
                });
            }
            for (int round = 0; round < 300; round++) {
                phase.incrementAndGet();
                store.write("p", READ);
                store.write("p", DENY);
                phase.incrementAndGet();
                Thread.sleep(0, 100_000);
            }
            over.set(true);
        }
        assertEquals(0, wrong.get());
    }

    private static boolean allows(PolicyStore store, String... policies) {
        return store.judge(Asking.holding(policies), Asking.to(Operation.READ, "a"), false)
                .allowed();
    }
}
