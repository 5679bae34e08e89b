package io.casemate.hsm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.hsm.jna.Ckr;
import io.casemate.kernel.Fault.HsmFailed;
import org.junit.jupiter.api.Test;

class RecoveryPlanTest {
    private final RecoveryPlan course = new RecoveryPlan();

    @Test
    void the_same_failure_again_asks_for_more_until_nothing_is_left() {
        assertEquals(Remedy.NEW_SESSIONS, after(Ckr.CKR_SESSION_HANDLE_INVALID));
        assertEquals(Remedy.RECONNECT, after(Ckr.CKR_SESSION_HANDLE_INVALID));
        assertEquals(Remedy.RESET, after(Ckr.CKR_SESSION_HANDLE_INVALID));
        assertEquals(Remedy.NONE, after(Ckr.CKR_SESSION_HANDLE_INVALID));
    }

    @Test
    void another_failure_starts_anew_and_the_number_of_repairs_is_bounded() {
        int repairs = 0;
        while (after(repairs % 2 == 0 ? Ckr.CKR_DEVICE_ERROR : Ckr.CKR_SESSION_CLOSED) != Remedy.NONE) {
            repairs++;
            assertTrue(repairs < 100);
        }
        assertEquals(6, repairs);
    }

    @Test
    void a_failure_that_a_repair_elsewhere_caused_does_not_count_but_is_bounded() {
        int attempts = 0;
        while (course.next(failed(Ckr.CKR_SESSION_CLOSED), true) != Remedy.NONE) {
            attempts++;
            assertTrue(attempts < 100);
        }
        assertEquals(32, attempts);
    }

    @Test
    void no_repair_is_tried_for_pin_setup_and_data() {
        for (Ckr code : Ckr.values()) {
            boolean away = code.problem() == io.casemate.kernel.Fault.HsmProblem.AWAY;
            assertTrue(away || new RecoveryPlan().next(failed(code), false) == Remedy.NONE, code.name());
        }
    }

    private Remedy after(Ckr code) {
        return course.next(failed(code), false);
    }

    private static HsmFailed failed(Ckr code) {
        return new HsmFailed(code.name(), "C_Sign", code.problem(), "");
    }
}
