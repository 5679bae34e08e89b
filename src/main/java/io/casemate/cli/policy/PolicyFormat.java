package io.casemate.cli.policy;

import io.casemate.cli.command.Session;
import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.Exit;
import io.casemate.cli.local.LocalFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code policy fmt}: two blanks per level, equals signs of neighbouring lines in one column, at most one empty line.
 * Changes white space only, so a policy means the same before and after; what does not look like one is left alone.
 */
final class PolicyFormat {
    private final List<String> out = new ArrayList<>();
    private final List<String[]> block = new ArrayList<>();
    private String heredoc = "";
    private int depth;

    private PolicyFormat() {}

    static int run(Session session) {
        String name = session.arguments().at(0);
        String before = new String(LocalFiles.read(name), StandardCharsets.UTF_8);
        String after;
        try {
            after = format(before);
        } catch (CliFailure failure) {
            throw CliFailure.local("Error formatting " + name + ": " + failure.getMessage() + "; it was left as it is");
        }
        try {
            if (!after.equals(before)) {
                Files.writeString(Path.of(name), after);
            }
        } catch (IOException e) {
            throw CliFailure.local("Error formatting: cannot write " + LocalFiles.reason(e));
        }
        session.output().sentence("Success! Formatted policy: " + name);
        return Exit.OK;
    }

    /** The text, formatted. Fails locally, with the line, where brackets or quotes do not match. */
    static String format(String text) {
        PolicyFormat format = new PolicyFormat();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            format.line(lines.get(i), i + 1);
        }
        format.flush();
        if (format.depth != 0 || !format.heredoc.isEmpty()) {
            throw CliFailure.local("the file ends inside a block");
        }
        while (!format.out.isEmpty() && format.out.getLast().isEmpty()) {
            format.out.removeLast();
        }
        return format.out.isEmpty() ? "" : String.join("\n", format.out) + "\n";
    }

    private void line(String raw, int number) {
        if (!heredoc.isEmpty()) {
            heredoc = raw.strip().equals(heredoc) ? "" : heredoc;
            out.add(raw);
            return;
        }
        String line = raw.strip();
        PolicyLine read = PolicyLine.read(line, number);
        if (line.isEmpty()) {
            flush();
            if (!out.isEmpty() && !out.getLast().isEmpty()) {
                out.add("");
            }
            return;
        }
        String margin = "  ".repeat(Math.max(0, depth - read.closesFirst()));
        if (read.equals() > 0) {
            block.add(new String[] {
                margin + line.substring(0, read.equals()).strip(),
                line.substring(read.equals() + 1).strip()
            });
            if (read.change() != 0 || !read.heredoc().isEmpty()) {
                flush();
            }
        } else {
            flush();
            out.add(margin + line);
        }
        depth += read.change();
        if (depth < 0) {
            throw CliFailure.local("line " + number + " closes a block that was not opened");
        }
        heredoc = read.heredoc();
    }

    /** Writes the attributes collected so far, with their equals signs below each other. */
    private void flush() {
        int widest = block.stream().mapToInt(pair -> pair[0].length()).max().orElse(0);
        for (String[] pair : block) {
            out.add(pair[0] + " ".repeat(widest - pair[0].length()) + " = " + pair[1]);
        }
        block.clear();
    }
}
