package io.casemate.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks for secrets in the histories of shells. Says file and line, never what stands there. */
final class Histories {
    private static final List<String> NAMES =
            List.of(".bash_history", ".zsh_history", ".sh_history", ".ksh_history", ".history", ".psql_history");

    /**
     * A token, a PIN or password given as an argument, a share given to unseal. A value from a file or a variable is fine. Where a
     * program has to stand before, its first place on the line is enough: one pattern for both would take quadratic time.
     */
    private record Secret(Optional<Pattern> program, Pattern value) {
        static Secret of(String value) {
            return new Secret(Optional.empty(), Pattern.compile(value));
        }

        static Secret of(String program, String value) {
            return new Secret(Optional.of(Pattern.compile(program)), Pattern.compile(value));
        }

        boolean in(String line) {
            int from = 0;
            if (program.isPresent()) {
                Matcher before = program.get().matcher(line);
                if (!before.find()) {
                    return false;
                }
                from = before.end();
            }
            return value.matcher(line).find(from);
        }
    }

    private static final List<Secret> SECRETS = List.of(
            Secret.of("\\bhv[sb]\\.[A-Za-z0-9_-]{20,}"),
            Secret.of("\\b(VAULT|BAO|CASEMATE)_TOKEN=['\"]?[^$'\"\\s]{8,}"),
            Secret.of("(?i)--?(so-)?pin[ =]['\"]?[0-9]{4,}"),
            Secret.of("\\b(casemate|vault|bao)\\b", "\\b(password|pin|secret_id)=['\"]?[^@$'\"\\s-]"),
            Secret.of("\\boperator\\s+(unseal|rekey|generate-root)\\b", "\\s[A-Za-z0-9+/]{43,}=*"));

    private Histories() {}

    static Finding look(ExaminationContext scene) {
        List<String> homes = new ArrayList<>(List.of("/root"));
        scene.machine().names("/home").forEach(name -> homes.add("/home/" + name));
        List<String> found = new ArrayList<>();
        List<String> unseen = new ArrayList<>();
        int files = 0;
        for (String home : homes) {
            for (String name : NAMES) {
                try {
                    var text = scene.machine().ofUser(home + "/" + name).text();
                    files += text.isPresent() ? 1 : 0;
                    text.ifPresent(history -> search(home + "/" + name, history, found));
                } catch (UnreadableException e) {
                    unseen.add(e.getMessage());
                }
            }
        }
        if (!found.isEmpty()) {
            return Finding.failed("lines that look like it: " + found);
        }
        if (!unseen.isEmpty()) {
            return Finding.unknown(String.join(", ", unseen));
        }
        return scene.machine().exists("/root")
                ? Finding.ok(files + " histories, nothing found")
                : Finding.unknown("/root does not exist");
    }

    private static void search(String file, String history, List<String> found) {
        List<String> lines = history.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (SECRETS.stream().anyMatch(secret -> secret.in(line))) {
                found.add(file + ":" + (i + 1));
            }
        }
    }
}
