package io.casemate.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Looks for secrets in the histories of shells. Says file and line, never what stands there. */
final class Histories {
    private static final List<String> NAMES =
            List.of(".bash_history", ".zsh_history", ".sh_history", ".ksh_history", ".history", ".psql_history");

    /** A token, a PIN or password given as an argument, a share given to unseal. A value from a file or a variable is fine. */
    private static final List<Pattern> SECRETS = List.of(
            Pattern.compile("\\bhv[sb]\\.[A-Za-z0-9_-]{20,}"),
            Pattern.compile("\\b(VAULT|BAO|CASEMATE)_TOKEN=['\"]?[^$'\"\\s]{8,}"),
            Pattern.compile("(?i)--?(so-)?pin[ =]['\"]?[0-9]{4,}"),
            Pattern.compile("\\b(casemate|vault|bao)\\b.*\\b(password|pin|secret_id)=['\"]?[^@$'\"\\s-]"),
            Pattern.compile("\\boperator\\s+(unseal|rekey|generate-root)\\b.*\\s[A-Za-z0-9+/]{43,}=*"));

    private Histories() {}

    static Finding look(Scene scene) {
        List<String> homes = new ArrayList<>(List.of("/root"));
        scene.machine().names("/home").forEach(name -> homes.add("/home/" + name));
        List<String> found = new ArrayList<>();
        int files = 0;
        for (String home : homes) {
            for (String name : NAMES) {
                var text = scene.machine().find(home + "/" + name);
                files += text.isPresent() ? 1 : 0;
                text.ifPresent(history -> search(home + "/" + name, history, found));
            }
        }
        if (!found.isEmpty()) {
            return Finding.failed("lines that look like it: " + found);
        }
        return scene.machine().exists("/root")
                ? Finding.ok(files + " histories, nothing found")
                : Finding.unknown("/root does not exist");
    }

    private static void search(String file, String history, List<String> found) {
        List<String> lines = history.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (SECRETS.stream().anyMatch(secret -> secret.matcher(line).find())) {
                found.add(file + ":" + (i + 1));
            }
        }
    }
}
