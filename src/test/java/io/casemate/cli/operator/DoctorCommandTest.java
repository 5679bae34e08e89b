package io.casemate.cli.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.Run;
import io.casemate.doctor.Check;
import io.casemate.doctor.Checks;
import io.casemate.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on a machine below a directory: what it prints, and how it ends. */
class DoctorCommandTest {
    @TempDir
    Path root;

    private Run doctor(String... words) {
        String[] all = new String[words.length + 2];
        all[0] = "doctor";
        all[1] = "-root=" + root;
        System.arraycopy(words, 0, all, 2, words.length);
        return Run.of(Map.of(), "", all);
    }

    private void kernel(String name, String value) throws IOException {
        Path file = root.resolve("proc/sys").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }

    @Test
    void theExitCodeIsTheReports() throws IOException {
        assertEquals(1, doctor("-only=core.suid").exit(), "unknown");
        kernel("fs/suid_dumpable", "0");
        assertEquals(0, doctor("-only=core.suid").exit());
        kernel("fs/suid_dumpable", "2");
        Run failed = doctor("-only=core.suid");
        assertEquals(1, failed.exit());
        assertTrue(failed.out().contains("MEDIUM  core.suid"), failed.out());
        Path process = Files.createDirectories(root.resolve("proc/77"));
        Files.writeString(process.resolve("status"), "Uid:\t0\t0\t0\t0\n");
        assertEquals(2, doctor("-only=process.user", "-pid=77").exit(), "fatal");
    }

    @Test
    void machinesReadJsonAndSarif() throws IOException {
        kernel("fs/suid_dumpable", "0");
        Map<String, Object> report =
                Json.object(doctor("-only=core.suid", "-format=json").out().getBytes(StandardCharsets.UTF_8));
        assertEquals(100L, report.get("score"));
        assertEquals(1, ((List<?>) report.get("checks")).size());
        Run sarif = doctor("-only=core", "-format=sarif");
        assertEquals(
                "2.1.0",
                Json.object(sarif.out().getBytes(StandardCharsets.UTF_8)).get("version"));
    }

    @Test
    void whatIsNotKnownIsRefused() {
        assertEquals(1, doctor("-format=yaml").exit());
        assertTrue(doctor("-format=yaml").err().contains("none of table, json, sarif"));
        assertTrue(doctor("-only=core.suit").err().contains("Did you mean core.suid?"));
        assertTrue(doctor("-explain=nothing").err().contains("There is no check"));
        assertEquals(
                1,
                Run.of(Map.of(), "", "doctor", "-root=" + root.resolve("none")).exit());
    }

    @Test
    void everyCheckIsListedAndExplained() {
        String list = doctor("-list").out();
        assertEquals(Checks.ALL.size(), list.lines().count());
        for (Check check : Checks.ALL) {
            String text = doctor("-explain=" + check.id()).out();
            assertTrue(text.contains(check.remedy()) && text.contains(check.why()), text);
        }
    }

    @Test
    void anotherMachineIsNotTakenForThisOne() {
        Run run = Run.of(
                Map.of("VAULT_ADDR", "https://doctor.invalid:8200", "HOME", root.toString()),
                "",
                "doctor",
                "-only=memory.swap",
                "-only=tls");
        assertEquals(1, run.exit());
        assertTrue(run.out().contains("doctor.invalid is another machine: run casemate doctor there"), run.out());
    }
}
