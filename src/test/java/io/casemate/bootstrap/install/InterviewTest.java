package io.casemate.bootstrap.install;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.config.InstallAnswers;
import io.casemate.config.InstallAnswers.TlsMode;
import io.casemate.kernel.FaultException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a human answers and what a file says are the same. */
class InterviewTest {
    @TempDir
    Path folder;

    private List<String> given() throws IOException {
        Path password = Files.writeString(folder.resolve("it's a password"), "x");
        return List.of(
                "casemate",
                "swap, core",
                "::",
                "8300",
                "csr",
                "a.example.org, b.example.org",
                "10.0.0.1",
                "usb",
                "",
                "/usr/lib/hsm.so",
                "token",
                "credential://hsm-pin",
                "key",
                "true",
                "age1one,/root/two.asc",
                "2",
                "/root/shares",
                "dora",
                password.toString());
    }

    @Test
    void anAnswerToEachQuestionMakesAFileThatIsRead() throws IOException {
        assertEquals(Interview.questions(), given().size());
        Path file = Files.writeString(folder.resolve("answers.yaml"), Interview.text(given()));
        InstallAnswers answers = InstallAnswers.load(file, _ -> true);
        assertEquals("::", answers.address());
        assertEquals(8300, answers.port());
        assertEquals(TlsMode.CSR, answers.tls().mode());
        assertEquals(List.of("a.example.org", "b.example.org"), answers.tls().names());
        assertEquals("credential://hsm-pin", answers.seal().get("pin"));
        assertEquals(List.of("age1one", "/root/two.asc"), answers.recovery().recipients());
        assertEquals("dora", answers.admin().name());
        assertEquals(List.of("swap", "core"), answers.hardening());
        assertEquals("usb", answers.hsm().orElseThrow().kind());
        assertTrue(answers.hsm().orElseThrow().pin().isEmpty(), "not answered");
        assertTrue(answers.systemd());
    }

    @Test
    void nobodyIsAskedWhereNobodyIs() {
        assertThrows(FaultException.class, () -> Interview.hold(folder, null));
    }

    @Test
    void aTokenIsNoArgument() {
        FaultException e =
                assertThrows(FaultException.class, () -> InstallOptions.parse(List.of("--token", "hvs.secret")));
        assertTrue(e.getMessage().contains("--token takes - alone"), e.getMessage());
        assertTrue(!e.getMessage().contains("hvs"), e.getMessage());
        assertTrue(InstallOptions.parse(List.of("-token=-", "--dry-run")).tokenFromInput());
        assertThrows(FaultException.class, () -> InstallOptions.parse(List.of("--anwsers", "x")));
        assertThrows(FaultException.class, () -> InstallOptions.parse(List.of("--answers")));
    }
}
