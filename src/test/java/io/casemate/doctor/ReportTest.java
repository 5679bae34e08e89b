package io.casemate.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Score, exit code and the three forms of a report. */
class ReportTest {
    private static final Finding OK = Finding.ok("seen");
    private static final Finding FAILED = Finding.failed("seen \u001b[31m");
    private static final Finding UNKNOWN = Finding.unknown("not seen");

    private static Report report(Object... idsAndFindings) {
        List<Report.Entry> entries = new java.util.ArrayList<>();
        for (int i = 0; i < idsAndFindings.length; i += 2) {
            Check check = Checks.named((String) idsAndFindings[i]).orElseThrow();
            entries.add(new Report.Entry(check, (Finding) idsAndFindings[i + 1]));
        }
        return new Report("vault1", Instant.EPOCH, entries);
    }

    @Test
    void theScoreIsWhatIsProvenByWeight() {
        assertEquals(100, report("process.user", OK).score());
        // fatal 12 good, high 6 bad, medium 3 unknown, low 1 does not count
        Report mixed = report(
                "process.user", OK,
                "memory.swap", FAILED,
                "core.pattern", UNKNOWN,
                "kernel.fips", Finding.notApplicable("no"));
        assertEquals(100 * 12 / 21, mixed.score());
    }

    @Test
    void theExitCodeTellsTheWorst() {
        assertEquals(
                0,
                report("process.user", OK, "kernel.fips", Finding.notApplicable("no"))
                        .exit());
        assertEquals(1, report("process.user", OK, "memory.swap", FAILED).exit());
        assertEquals(1, report("process.user", UNKNOWN).exit());
        assertEquals(2, report("process.user", FAILED).exit());
    }

    @Test
    void peopleSeeTheWorstFirstAndNothingSteersTheirTerminal() {
        String text = ReportText.of(report("kernel.modules", FAILED, "process.user", FAILED, "memory.swap", OK));
        assertTrue(text.indexOf("FATAL  process.user") < text.indexOf("LOW  kernel.modules"), text);
        assertFalse(text.contains("\u001b"));
        assertFalse(text.contains("memory.swap"));
        assertTrue(text.endsWith("vault1: score 31 of 100; 1 ok, 2 failed, 0 unknown, 0 not applicable\n"), text);
    }

    /** The members that the schema of SARIF 2.1.0 requires, and the rules that its text adds (3.27.9, 3.27.10). */
    @Test
    void sarifHasWhatItsSchemaRequires() {
        Report report = report("process.user", FAILED, "memory.swap", OK, "core.pattern", UNKNOWN);
        Map<String, Object> log = Json.object(Json.bytes(Sarif.of(report, "1.2.3")));
        assertEquals("2.1.0", log.get("version"));
        Map<?, ?> run = (Map<?, ?>) ((List<?>) log.get("runs")).getFirst();
        Map<?, ?> driver = (Map<?, ?>) ((Map<?, ?>) run.get("tool")).get("driver");
        assertEquals("casemate doctor", driver.get("name"));
        List<?> rules = (List<?>) driver.get("rules");
        List<?> results = (List<?>) run.get("results");
        List<String> kinds = List.of("fail", "pass", "open");
        List<String> levels = List.of("error", "none", "none");
        assertEquals(3, results.size());
        for (int i = 0; i < results.size(); i++) {
            Map<?, ?> result = (Map<?, ?>) results.get(i);
            assertEquals(kinds.get(i), result.get("kind"));
            assertEquals(levels.get(i), result.get("level"));
            assertTrue(((Map<?, ?>) result.get("message")).get("text") instanceof String text && !text.isBlank());
            int index = ((Number) result.get("ruleIndex")).intValue();
            assertEquals(result.get("ruleId"), ((Map<?, ?>) rules.get(index)).get("id"));
        }
        Map<?, ?> invocation = (Map<?, ?>) ((List<?>) run.get("invocations")).getFirst();
        assertEquals(true, invocation.get("executionSuccessful"));
        assertTrue(Set.of("error", "warning", "note")
                .contains(((Map<?, ?>) ((Map<?, ?>) rules.getFirst()).get("defaultConfiguration")).get("level")));
    }

    @Test
    void theManualHasEveryCheckInItsOwnWords() throws Exception {
        String page = Files.readString(Path.of("docs/doctor.md"), StandardCharsets.UTF_8);
        assertTrue(
                page.contains(Manual.checks()),
                "docs/doctor.md is not what Manual.checks() prints:\n" + Manual.checks());
    }
}
