package io.casemate.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.FaultException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs take their flags as the client's commands do, and say all that is wrong with them at once. */
class ProgramFlagsTest {
    @Test
    void values_and_switches_in_every_form() {
        ProgramFlags flags = parse("-config", "a=b", "--once", "--port=1", "-port", "2");
        flags.refuse();
        assertEquals(Optional.of("a=b"), flags.value("config"));
        assertEquals("2", flags.needed("port"));
        assertTrue(flags.has("once"));
        assertFalse(flags.has("check"));
        assertEquals(Optional.empty(), flags.value("check"));
    }

    @ParameterizedTest
    @CsvSource({"--confg x", "config x", "-- x", "--config", "--once=yes", "--check --port", "--once 7"})
    void what_is_wrong_is_told(String words) {
        ProgramFlags flags = parse(words.split(" "));
        FaultException refused = assertThrows(FaultException.class, flags::refuse);
        assertTrue(refused.getMessage().contains("casemate test -h tells more"), refused.getMessage());
    }

    @Test
    void everything_that_is_wrong_is_told_at_once_and_no_value() {
        ProgramFlags flags = parse("--prot", "--tokn=hvs.secret", "--config");
        String told =
                assertThrows(FaultException.class, () -> flags.needed("port")).getMessage();
        assertTrue(told.contains("--prot") && told.contains("--tokn") && told.contains("--config needs"), told);
        assertFalse(told.contains("hvs.secret"), told);
    }

    @Test
    void a_flag_that_has_to_be_there_is_named() {
        String told = assertThrows(FaultException.class, () -> parse("--once").needed("config"))
                .getMessage();
        assertTrue(told.contains("--config is missing"), told);
    }

    @Test
    void help_is_asked_for_in_every_way() {
        assertTrue(ProgramFlags.help(List.of("--config", "x", "-h")));
        assertFalse(ProgramFlags.help(List.of("--config", "h")));
    }

    private static ProgramFlags parse(String... words) {
        return ProgramFlags.parse("test", List.of("config", "port"), List.of("once", "check"), List.of(words));
    }
}
