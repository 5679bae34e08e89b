package io.casemate.cli.policy;

import io.casemate.cli.local.CliFailure;

/**
 * What one line of HCL does to its surroundings, looked at from outside of its strings and comments.
 *
 * @param equals index of the first equals sign, or -1
 * @param change of the nesting depth behind this line
 * @param closesFirst how many levels the line closes before it says anything
 * @param heredoc the word that will end the text that begins here, or empty
 */
record PolicyLine(int equals, int change, int closesFirst, String heredoc) {
    static PolicyLine read(String line, int number) {
        int equals = -1;
        int depth = 0;
        int closes = 0;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                }
                quoted = c != '"';
            } else if (c == '#' || line.startsWith("//", i)) {
                break;
            } else if (line.startsWith("/*", i)) {
                throw CliFailure.local("line " + number + " begins a /* comment, which is not formatted: use #");
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
                closes += line.substring(0, i).chars().allMatch(x -> x == '}' || x == ']' || x == ' ') ? 1 : 0;
            } else if (c == '=' && equals < 0 && depth == 0) {
                equals = i;
            } else if (line.startsWith("<<", i)) {
                String word = line.substring(i + 2).strip();
                return new PolicyLine(equals, depth, closes, word.startsWith("-") ? word.substring(1) : word);
            }
        }
        if (quoted) {
            throw CliFailure.local("line " + number + " has a quote without its partner");
        }
        return new PolicyLine(equals, depth, closes, "");
    }
}
