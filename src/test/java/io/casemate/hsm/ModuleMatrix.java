package io.casemate.hsm;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.opentest4j.TestAbortedException;

/**
 * One contract for every PKCS#11 module, run by {@code tests/hsm/matrix}. What a token cannot do is skipped by name; what was
 * found is written down for the table of docs/hsm.md.
 */
abstract class ModuleMatrix {
    private static final List<List<Row>> ROWS =
            List.of(LoginRows.ALL, KeyRows.ALL, SigningRows.ALL, HandlingRows.ALL, OutageRows.ALL, PinRows.ALL);

    /** As {@code tests/hsm/module} knows it. */
    abstract String module();

    @TestFactory
    Stream<DynamicTest> rows() throws IOException {
        ModuleToken token = new ModuleToken(module());
        Path outcomes = token.directory().resolve("outcomes");
        Files.deleteIfExists(outcomes);
        String only = System.getenv().getOrDefault("MATRIX_ROWS", ".*");
        return ROWS.stream()
                .flatMap(List::stream)
                .filter(row -> row.name().matches(only))
                .map(row -> dynamicTest(row.name(), () -> tell(outcomes, row, token)))
                .onClose(token::close);
    }

    private static void tell(Path outcomes, Row row, ModuleToken token) throws Exception {
        try {
            token.empty();
            note(outcomes, "ok", row, row.check().on(token));
        } catch (CannotException e) {
            note(outcomes, "skipped", row, "no: " + e.getMessage());
            Assumptions.abort(e.getMessage());
        } catch (TestAbortedException e) {
            note(outcomes, "untried", row, e.getMessage());
            throw e;
        } catch (Exception | AssertionError e) {
            note(outcomes, "FAILED", row, e.toString());
            throw e;
        } finally {
            token.leave();
        }
    }

    private static void note(Path outcomes, String outcome, Row row, String cell) throws IOException {
        String line = String.join("\t", outcome, row.name(), cell.replaceAll("\\s+", " "));
        Files.writeString(outcomes, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
