package io.casemate.cli;

import io.casemate.cli.RecordedServer.Recorded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A golden session. {@code #} comment; {@code $ [VAR=VALUE ...] casemate WORDS} starts a step, with the quotes of a
 * shell; {@code i TEXT} a line of standard input; {@code p TEXT} what is typed at the prompt; {@code > REQUEST} a request
 * the server must see, with {@code wrapped TTL} behind it if its answer shall be wrapped; {@code < STATUS BODY} the answer it gives; {@code | TEXT} a line of output; {@code ! TEXT} a line of
 * standard error; {@code = N} the exit code, else 0.
 */
final class SessionFile {
    /** One command line and everything expected of it. */
    static final class Step {
        private final int line;
        private final String command;
        private final Map<String, String> environment = new HashMap<>();
        private final List<String> words = new ArrayList<>();
        private final List<String> requests = new ArrayList<>();
        private final List<Recorded> answers = new ArrayList<>();
        private final StringBuilder input = new StringBuilder();
        private final StringBuilder out = new StringBuilder();
        private final StringBuilder err = new StringBuilder();
        private String typed;
        private int exit;

        private Step(int line, String command) {
            this.line = line;
            this.command = command;
            List<String> all = split(command);
            int program = all.indexOf("casemate");
            all.subList(0, program).forEach(pair -> environment.put(pair.split("=", 2)[0], pair.split("=", 2)[1]));
            words.addAll(all.subList(program + 1, all.size()));
        }

        int line() {
            return line;
        }

        String command() {
            return command;
        }

        Map<String, String> environment() {
            return environment;
        }

        List<String> words() {
            return words;
        }

        List<String> requests() {
            return requests;
        }

        List<Recorded> answers() {
            return answers;
        }

        String input() {
            return input.toString();
        }

        String typed() {
            return typed;
        }

        String out() {
            return out.toString();
        }

        String err() {
            return err.toString();
        }

        int exit() {
            return exit;
        }
    }

    private SessionFile() {}

    static List<Step> read(Path file) {
        List<Step> steps = new ArrayList<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i);
                if (line.startsWith("$ ")) {
                    steps.add(new Step(i + 1, line.substring(2)));
                } else if (!line.isBlank() && line.charAt(0) != '#') {
                    add(steps.getLast(), line.charAt(0), line.length() > 2 ? line.substring(2) : "");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return steps;
    }

    private static void add(Step step, char kind, String text) {
        switch (kind) {
            case 'i' -> step.input.append(text).append('\n');
            case 'p' -> step.typed = text;
            case '>' -> step.requests.add(text);
            case '<' ->
                step.answers.add(new Recorded(
                        Integer.parseInt(text.substring(0, 3)),
                        text.substring(3).strip()));
            case '|' -> step.out.append(text).append('\n');
            case '.' -> step.out.append(text);
            case '!' -> step.err.append(text).append('\n');
            case '=' -> step.exit = Integer.parseInt(text);
            default -> throw new IllegalArgumentException("no such line in a session: " + kind + " " + text);
        }
    }

    private static List<String> split(String command) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (char c : (command + " ").toCharArray()) {
            if (quote == 0 && c == ' ') {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else {
                word = word == null ? new StringBuilder() : word;
                if (quote == 0 && (c == '\'' || c == '"')) {
                    quote = c;
                } else if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            }
        }
        return words;
    }
}
