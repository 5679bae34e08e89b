package io.casemate.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.kernel.FaultException;
import io.casemate.seal.ShareText;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process on real files that is gone at a save of a rekey: one set of shares opens what it left, and only one. */
class CeremonyProcessTest {
    @ParameterizedTest
    @CsvSource({"0, before, false", "0, after, true", "1, before, true", "1, after, true", "2, before, true"})
    void oneSetOfSharesOpensWhatItLeft(int save, String when, boolean changed, @TempDir Path directory)
            throws Exception {
        try (CeremonyChild first = new CeremonyChild(directory, UnaryOperator.identity());
                InitResult result = first.initialiser.initialise(InitRequest.shamir(2, 2))) {
            Files.write(directory.resolve(CeremonyChild.FORMER), result.shares().hex());
        }
        Process child = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CeremonyChild.class.getName(),
                        directory.toString(),
                        Integer.toString(save),
                        when)
                .redirectErrorStream(true)
                .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(save == 2 ? 0 : CeremonyChild.HALTED, child.waitFor(), said);
        assertTrue(opens(directory, changed ? CeremonyChild.FRESH : CeremonyChild.FORMER));
        assertFalse(opens(directory, changed ? CeremonyChild.FORMER : CeremonyChild.FRESH));
    }

    private static boolean opens(Path directory, String shares) throws Exception {
        List<String> texts = Files.readAllLines(directory.resolve(shares));
        try (CeremonyChild again = new CeremonyChild(directory, UnaryOperator.identity())) {
            again.unsealer.offer(ShareText.parse(texts.get(0)));
            try {
                return !again.unsealer.offer(ShareText.parse(texts.get(1))).sealed();
            } catch (FaultException wrong) {
                assertThrows(FaultException.class, () -> again.rekey.status());
                return false;
            }
        }
    }
}
