package io.casemate.cli.operator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SealPlanTest {
    private static final Map<String, Object> FIRST = backend("hsm-a", true, true, false);

    private static Map<String, Object> backend(String name, boolean healthy, boolean wrapped, boolean disabled) {
        return Map.of(
                "name", name, "healthy", healthy, "wrapped", wrapped, "disabled", disabled, "problem", "its problem");
    }

    private static String plan(
            boolean migration, boolean recovery, boolean complete, List<Map<String, Object>> backends) {
        Map<String, Object> status =
                Map.of("migration", migration, "recovery_seal", recovery, "t", 3L, "n", 5L, "sealed", false);
        return new SealPlan(status, Map.of("fully_wrapped", complete, "backends", backends)).text();
    }

    @Test
    void nothingToDo() {
        String text = plan(false, true, true, List.of(FIRST));
        assertTrue(text.contains("hsm-a: healthy, wraps the root key\n"), text);
        assertTrue(text.contains("Nothing: what is stored is what the configuration asks for."), text);
        assertFalse(text.contains("Next"), text);
    }

    @Test
    void toDevicesNamesThemAndTheOldSharesNewMeaning() {
        String text = plan(true, false, false, List.of(backend("hsm-a", false, false, false)));
        assertTrue(text.contains("people: 3 of 5 unseal shares"), text);
        assertTrue(text.contains("NOT healthy, has no wrap of the root key\n      its problem"), text);
        assertTrue(text.contains("wraps it: hsm-a."), text);
        assertTrue(text.contains("They become recovery shares"), text);
        assertTrue(text.contains("casemate operator unseal -migrate"), text);
    }

    @Test
    void toSharesWarnsOfTheirLoss() {
        String text = plan(true, true, false, List.of(backend("hsm-a", true, true, true)));
        assertTrue(text.contains("without 3 of them THE DATA IS LOST"), text);
        assertTrue(text.contains("disabled: opens, wraps no more"), text);
    }

    @Test
    void aSealThatLacksItsWrapIsWaitedFor() {
        String text = plan(false, true, false, List.of(FIRST, backend("hsm-b", false, false, false)));
        assertTrue(text.contains("Keep every HSM that wraps the root key now"), text);
    }

    private static String sealed(boolean wrapped, boolean emergency) {
        Map<String, Object> status = Map.of(
                "recovery_seal",
                true,
                "sealed",
                true,
                "emergency_seal",
                emergency,
                "emergency_t",
                2L,
                "emergency_n",
                3L);
        return new SealPlan(
                        status,
                        Map.of("fully_wrapped", false, "backends", List.of(backend("hsm-a", !wrapped, wrapped, false))))
                .text();
    }

    @Test
    void aSealedServerIsToldWhatOpensIt() {
        String text = sealed(true, false);
        assertTrue(
                text.contains("opens by itself as soon as one of the HSMs above that wrap the root key is healthy"),
                text);
        assertFalse(text.contains("-emergency"), text);
        text = sealed(false, true);
        assertTrue(text.contains("does not open by itself: too few of the HSMs configured wrap the root key"), text);
        assertTrue(text.contains("casemate operator unseal -emergency   (once for each of 2 shares)"), text);
    }

    @Test
    void anEmptyServerHasNoPlan() {
        Map<String, Object> status = Map.of("recovery_seal", true, "sealed", true, "initialized", false);
        String text = new SealPlan(status, Map.of("backends", List.of(backend("hsm-a", true, false, false)))).text();
        assertTrue(text.contains("Nothing: the server is not initialised."), text);
        assertFalse(text.contains("Next"), text);
    }

    private static String quorum(boolean complete, long needed, long wanted) {
        Map<String, Object> status = Map.of("recovery_seal", true, "t", 3L, "n", 5L);
        return new SealPlan(
                        status,
                        Map.of(
                                "fully_wrapped", complete,
                                "backends", List.of(FIRST),
                                "quorum", needed,
                                "quorum_configured", wanted))
                .text();
    }

    @Test
    void aQuorumIsToldAndItsChangeAnnounced() {
        String text = quorum(true, 2, 2);
        assertTrue(text.contains("Any 2 of these HSMs open it together, none alone."), text);
        assertTrue(text.contains("hsm-a: healthy, wraps a share of the root key"), text);
        text = quorum(false, 1, 2);
        assertTrue(text.contains("any 2 of them open the root key together, none alone."), text);
        assertTrue(text.contains("sys/rotate/root"), text);
        assertTrue(quorum(false, 3, 1).contains("each of them opens the root key alone."));
        assertFalse(quorum(false, 2, 2).contains("sys/rotate/root"));
    }

    @Test
    void aDisabledSealIsAWayBack() {
        String text = plan(false, true, true, List.of(FIRST, backend("hsm-old", true, true, true)));
        assertTrue(text.contains("Take the disabled seals out"), text);
    }
}
