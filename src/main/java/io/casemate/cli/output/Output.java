package io.casemate.cli.output;

import io.casemate.cli.http.Answer;
import io.casemate.cli.http.Values;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Terminal;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Prints results in the format the user chose: {@code table}, {@code json}, {@code yaml} or {@code raw}. */
public final class Output {
    /** What commands print, unless they say otherwise. */
    public static final List<String> FORMATS = List.of("table", "json", "yaml", "raw");

    private static final List<String> ENVELOPE =
            List.of("request_id", "lease_id", "lease_duration", "data", "warnings", "wrap_info", "auth");

    private static final Map<String, String> ALIASES = Map.of("pretty", "table", "text", "table", "yml", "yaml");

    private final Terminal terminal;
    private final String format;
    private final String field;
    private final boolean wrapped;

    /**
     * Prints to {@code terminal}.
     *
     * @param wrapped whether the user asked for wrapped answers
     * @param formats that there are; {@code pretty} is another name for {@code table}, {@code yml} for {@code yaml}
     */
    public Output(Terminal terminal, String format, String field, boolean wrapped, List<String> formats) {
        this.terminal = terminal;
        this.wrapped = wrapped;
        this.field = field;
        this.format = ALIASES.getOrDefault(format.toLowerCase(Locale.ROOT), format.toLowerCase(Locale.ROOT));
        if (!formats.contains(this.format)) {
            throw CliFailure.local(
                    "the format \"" + format + "\" (-format or VAULT_FORMAT) is none of " + String.join(", ", formats));
        }
    }

    /** True when people read the output. */
    public boolean isTable() {
        return format.equals("table");
    }

    /** The format that the user chose. */
    public String format() {
        return format;
    }

    /** The field asked for with {@code -field}, empty for all. */
    public String field() {
        return field;
    }

    /** An answer with the API's envelope; with {@code -field}, that field alone. */
    public void secret(Answer answer) {
        secret(answer, SecretTable::of);
    }

    /** The same, with a layout of its own in the table format. */
    public void secret(Answer answer, Function<Map<String, Object>, Object> layout) {
        checked(answer);
        if (format.equals("raw") && field.isEmpty()) {
            out().write(answer.body(), 0, answer.body().length);
            return;
        }
        envelope(answer.json(), wrapped ? SecretTable::of : layout);
    }

    /** {@code answer}, which is wrapped if the user wants that. */
    public Answer checked(Answer answer) {
        if (wrapped && Values.map(answer.json().get("wrap_info")).isEmpty()) {
            throw CliFailure.server(
                    "The server did not wrap its answer, though -wrap-ttl asked for it. The answer is not"
                            + " shown. The request itself was carried out.");
        }
        return answer;
    }

    /** Whether the user wants this command's answer wrapped. */
    public boolean wrapped() {
        return wrapped;
    }

    /** The answer to a read: as {@link #secret}; for people one without envelope shows its members, as if it had one. */
    public void read(Answer answer) {
        boolean bare =
                isTable() && !wrapped && Collections.disjoint(answer.json().keySet(), ENVELOPE);
        if (bare) {
            envelope(Map.of("data", answer.json()));
        } else {
            secret(answer);
        }
    }

    /** An envelope already read. */
    public void envelope(Map<String, Object> envelope) {
        envelope(envelope, SecretTable::of);
    }

    private void envelope(Map<String, Object> envelope, Function<Map<String, Object>, Object> layout) {
        if (field.isEmpty()) {
            structured(envelope, () -> layout.apply(envelope));
        } else {
            field(envelope);
        }
        warnings(envelope);
    }

    /** {@code value} as JSON or YAML, or in the table format what {@code layout} makes of it. */
    public void structured(Object value, Supplier<Object> layout) {
        switch (format) {
            case "json", "raw" -> out().print(JsonText.of(value));
            case "yaml" -> out().print(YamlText.of(value));
            default -> {
                Object shown = layout.get();
                out().print(shown instanceof Table table ? table.render() : shown.toString());
            }
        }
    }

    /** Names, one per line below {@code title}. */
    public void names(String title, List<String> names) {
        structured(names, () -> {
            Table table = Table.of(title);
            names.forEach(table::row);
            return table;
        });
    }

    /** A sentence for people; formats for machines leave it out. */
    public void sentence(String text) {
        if (isTable()) {
            out().println(text);
        }
    }

    /** Text as it is. */
    public void text(String text) {
        out().print(text);
    }

    private void field(Map<String, Object> envelope) {
        Map<String, Object> data = Values.map(envelope.get("data"));
        Object value = named(SecretFields.of(envelope), data);
        if (value == null) {
            throw CliFailure.local("Field \"" + field + "\" not present in secret");
        }
        field(value);
    }

    private Object named(Map<String, Object> special, Map<String, Object> data) {
        return special.containsKey(field) ? special.get(field) : data.get(field);
    }

    /** With {@code -field}, that member of an answer without envelope. */
    public void member(Map<String, Object> members) {
        if (members.get(field) == null) {
            throw CliFailure.local("Field \"" + field + "\" not present");
        }
        field(members.get(field));
    }

    /** One value, without decoration; objects and lists as JSON. */
    void field(Object value) {
        boolean compound = value instanceof Map<?, ?> || value instanceof List<?>;
        if (isTable() || format.equals("raw")) {
            String text = compound ? JsonText.of(value).strip() : Values.shown(value);
            out().print(text);
            out().print(terminal.interactive().getAsBoolean() ? "\n" : "");
        } else {
            structured(value, () -> "");
        }
    }

    /** Tells people what the server warns of. */
    public void warnings(Map<String, Object> envelope) {
        List<String> warnings = Values.texts(envelope.get("warnings"));
        if (warnings.isEmpty() || !isTable()) {
            return;
        }
        out().flush();
        terminal.err().println("WARNING! The following warnings were returned from the server:\n");
        warnings.forEach(warning -> terminal.err().println("  * " + warning));
        terminal.err().println();
    }

    private PrintStream out() {
        return terminal.out();
    }
}
