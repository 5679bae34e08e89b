package io.casemate.cli.output;

import io.casemate.cli.http.Values;
import java.util.ArrayList;
import java.util.List;

/** Columns of text, four spaces apart, in the shape of Vault's tables: a head, dashes under it, rows. */
public final class Table {
    private static final String GAP = "    ";

    private final List<List<String>> rows = new ArrayList<>();

    /** Empty, with these words above the columns. */
    public static Table of(String... head) {
        Table table = new Table();
        table.rows.add(List.of(head));
        List<String> dashes = new ArrayList<>();
        for (String word : head) {
            dashes.add("-".repeat(word.length()));
        }
        table.rows.add(dashes);
        return table;
    }

    /** Empty, without a head. */
    public static Table plain() {
        return new Table();
    }

    /** Adds a row. Control characters other than line break and tab are shown escaped: no answer steers the terminal. */
    public Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            String text = printable(Values.shown(cell));
            row.add(text.isEmpty() ? "n/a" : text);
        }
        rows.add(row);
        return this;
    }

    /** Adds a row unless {@code value} is empty. */
    public Table optional(String name, String value) {
        return value.isEmpty() ? this : row(name, value);
    }

    private static String printable(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f);
            if (control && out == null) {
                out = new StringBuilder(text.substring(0, i));
            }
            if (control) {
                out.append(String.format("\\u%04x", (int) c));
            } else if (out != null) {
                out.append(c);
            }
        }
        return out == null ? text : out.toString();
    }

    /** The table as text, with a line break at its end and no blanks at the ends of lines. */
    public String render() {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        StringBuilder out = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = row.get(i);
                line.append(cell);
                line.append(i + 1 < columns ? " ".repeat(widths[i] - width(cell)) + GAP : "");
            }
            out.append(line.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
