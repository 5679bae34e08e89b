package io.casemate.cli.flag;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Terminal;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyValuesTest {
    @TempDir
    private Path directory;

    private static Map<String, Object> parse(String input, String... words) {
        Terminal terminal = new Terminal(
                System.out,
                System.err,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                () -> false,
                text -> null);
        return KeyValues.parse(List.of(words), terminal);
    }

    private Path file(String content) throws Exception {
        return Files.writeString(directory.resolve("file"), content);
    }

    @Test
    void pairs_keep_everything_after_the_first_equals_sign() {
        assertEquals(Map.of("a", "b=c", "d", ""), parse("", "a=b=c", "d="));
    }

    @Test
    void a_repeated_key_becomes_a_list() {
        assertEquals(Map.of("a", List.of("1", "2", "3")), parse("", "a=1", "a=2", "a=3"));
    }

    @Test
    void a_value_comes_from_a_file_or_standard_input_byte_for_byte() throws Exception {
        assertEquals(Map.of("p", "s3cret\n"), parse("", "p=@" + file("s3cret\n")));
        assertEquals(Map.of("p", "s3cret\n"), parse("s3cret\n", "p=-"));
        assertEquals(Map.of("p", "@home"), parse("", "p=\\@home"));
    }

    @Test
    void a_whole_object_comes_from_a_file_or_standard_input_with_its_types() throws Exception {
        assertEquals(Map.of("n", 5L, "l", List.of("x")), parse("{\"n\":5,\"l\":[\"x\"]}", "-"));
        assertEquals(Map.of("n", 5L, "k", "v"), parse("", "@" + file("{\"n\":5}"), "k=v"));
    }

    @Test
    void what_might_be_a_secret_is_not_repeated_in_the_error() {
        CliFailure failure = assertThrows(CliFailure.class, () -> parse("", "hunter2"));
        assertTrue(failure.getMessage().startsWith("Failed to parse K=V data"));
        assertFalse(failure.getMessage().contains("hunter2"));
        assertThrows(CliFailure.class, () -> parse("", "=value"));
    }

    @Test
    void wrong_sources_are_named() {
        assertEquals(
                "cannot read /nonexistent/x: no such file",
                assertThrows(CliFailure.class, () -> parse("", "a=@/nonexistent/x"))
                        .getMessage());
        assertTrue(assertThrows(CliFailure.class, () -> parse("[1]", "-"))
                .getMessage()
                .startsWith("standard input is not a JSON object"));
        assertEquals(
                "standard input can be used for one value only",
                assertThrows(CliFailure.class, () -> parse("x", "a=-", "b=-")).getMessage());
    }
}
