package io.casemate.cli.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.output.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The file of settings for {@code pki health-check}. */
class PkiHealthSettingsTest {
    @TempDir
    private Path home;

    private PkiHealthSettings read(String json) throws IOException {
        Path file = Files.writeString(home.resolve("health.json"), json);
        return PkiHealthSettings.of(file.toString(), false);
    }

    private static PkiCheck.Terms terms(PkiHealthSettings settings, String check) {
        return settings.of(PkiChecks.ALL.stream()
                .filter(each -> each.name().equals(check))
                .findFirst()
                .orElseThrow());
    }

    @Test
    void the_defaults_are_whole_and_the_file_changes_only_what_it_names() throws IOException {
        PkiHealthSettings settings = read(
                "{\"ca_validity_period\": {\"root_expiry_critical\": \"1d\"}, \"audit_visibility\": {\"enabled\": 0}}");
        PkiCheck.Terms life = terms(settings, "ca_validity_period");
        assertTrue(life.enabled());
        assertEquals(Duration.ofDays(1), life.time("root_expiry_critical"));
        assertEquals(Duration.ofDays(365), life.time("root_expiry_warning"));
        assertFalse(terms(settings, "audit_visibility").enabled());
        Map<String, Object> again = settings.shown();
        assertEquals(PkiChecks.ALL.size(), again.size());
        assertEquals(again, read(JsonText.of(again)).shown(), "what is shown can be given");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"nothing\": {}} | unknown check nothing",
                "{\"too_many_certs\": {\"count\": 1}} | unknown setting too_many_certs.count",
                "[] | is not a JSON object"
            })
    void what_would_do_nothing_is_refused(String json, String told) {
        assertTrue(assertThrows(CliFailure.class, () -> read(json)).getMessage().contains(told));
    }

    @Test
    void a_value_of_another_kind_is_named() throws IOException {
        PkiHealthSettings settings = read(
                "{\"too_many_certs\": {\"count_warning\": \"many\"}, \"tidy_last_run\": {\"last_run_warning\": \"soon\"}}");
        CliFailure many = assertThrows(
                CliFailure.class, () -> terms(settings, "too_many_certs").count("count_warning"));
        assertTrue(many.getMessage().contains("too_many_certs.count_warning is not a whole number"));
        CliFailure soon = assertThrows(
                CliFailure.class, () -> terms(settings, "tidy_last_run").time("last_run_warning"));
        assertTrue(soon.getMessage().contains("tidy_last_run.last_run_warning is not a duration"));
    }
}
