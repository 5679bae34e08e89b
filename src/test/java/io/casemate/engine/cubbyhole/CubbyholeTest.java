package io.casemate.engine.cubbyhole;

import static io.casemate.engine.EngineDriver.data;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.casemate.engine.EngineDriver;
import io.casemate.engine.Paging;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import io.casemate.kernel.Operation;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CubbyholeTest {
    private final EngineDriver hole = new EngineDriver(new CubbyholeFactory(), Map.of());

    @Test
    void no_token_sees_what_another_keeps() {
        hole.call("one", Operation.UPDATE, "a", Map.of("k", "1"));
        hole.call("two", Operation.UPDATE, "a", Map.of("k", "2"));
        assertEquals(Map.of("k", "1"), data(hole.call("one", Operation.READ, "a", Map.of())));
        hole.call("one", Operation.DELETE, "a", Map.of());
        assertEquals(Map.of("k", "2"), data(hole.call("two", Operation.READ, "a", Map.of())));
        assertFault(new Fault.NotFound(List.of()), "one", Operation.READ, "a");
        assertFault(new Fault.NotFound(List.of()), "three", Operation.LIST, "");
    }

    @Test
    void forgets_all_of_one_token_and_nothing_of_another() {
        for (int i = 0; i < 1200; i++) {
            hole.call("one", Operation.UPDATE, "deep/" + i, Map.of("k", "1"));
        }
        hole.call("one2", Operation.UPDATE, "a", Map.of("k", "2"));
        Cubbyhole again = new Cubbyhole(hole.view());
        again.forget("one");
        again.forget("one");
        assertEquals(List.of("t/one2/a"), hole.view().list("", "", 10));
    }

    @Test
    void forgets_a_little_within_a_transaction_and_leaves_much_for_later() {
        for (int i = 0; i < 16; i++) {
            hole.call("few", Operation.UPDATE, "deep/" + i, Map.of("k", "1"));
        }
        for (int i = 0; i < 17; i++) {
            hole.call("many", Operation.UPDATE, "deep/" + i, Map.of("k", "1"));
        }
        Cubbyhole again = new Cubbyhole(hole.view());
        int commits = hole.view().commits();
        boolean few = hole.view().transact(editor -> again.forgetWithin(editor, "few"));
        boolean many = hole.view().transact(editor -> again.forgetWithin(editor, "many"));
        boolean none = hole.view().transact(editor -> again.forgetWithin(editor, "none"));
        assertEquals(List.of(true, false, true), List.of(few, many, none));
        assertEquals(commits + 3, hole.view().commits());
        assertEquals(17, hole.view().list("", "", 100).size());
    }

    @Test
    void refuses_callers_without_a_token_and_bad_writes() {
        assertFault(new Fault.PermissionDenied(), "", Operation.READ, "a");
        assertFault(new Fault.BadRequest(List.of("missing data fields")), "one", Operation.UPDATE, "a");
        assertFault(
                new Fault.BadRequest(List.of("cannot write to a path ending in '/'")), "one", Operation.UPDATE, "a/");
    }

    @Test
    void what_is_too_much_for_one_answer_is_paged() {
        hole.view().transact(editor -> {
            for (int i = 0; i <= Paging.MOST; i++) {
                editor.put("t/one/" + i, new byte[] {1});
            }
            return null;
        });
        FaultException refused =
                assertThrows(FaultException.class, () -> hole.call("one", Operation.LIST, "", Map.of()));
        assertInstanceOf(Fault.BadRequest.class, refused.fault());
        Map<String, Object> page = data(hole.call("one", Operation.LIST, "", Map.of("after", "10", "limit", "2")));
        assertEquals(List.of("100", "1000"), page.get("keys"));
        hole.call("two", Operation.UPDATE, "a", Map.of("limit", "of something else"));
    }

    private void assertFault(Fault fault, String token, Operation operation, String path) {
        FaultException thrown = assertThrows(FaultException.class, () -> hole.call(token, operation, path, Map.of()));
        assertEquals(fault, thrown.fault());
    }
}
