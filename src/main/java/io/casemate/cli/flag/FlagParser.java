package io.casemate.cli.flag;

import io.casemate.cli.local.CliFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Flags as Go's {@code flag} package writes them, which is what every script around Vault uses: {@code -name},
 * {@code --name}, {@code -name=value}, {@code -name value}; {@code --} ends them; a lone {@code -} is an argument.
 *
 * <p>Unlike Go's, flags may also follow arguments. Text that looks like an unknown flag is always an error, so that a
 * mistyped flag never becomes data.
 */
public final class FlagParser {
    private final Map<String, Flag> known = new LinkedHashMap<>();
    private final Map<String, List<String>> values = new LinkedHashMap<>();
    private final List<String> positionals = new ArrayList<>();

    private FlagParser(List<Flag> flags) {
        flags.forEach(flag -> known.put(flag.name(), flag));
    }

    /** Sorts {@code words} into flags and arguments. Fails locally on anything malformed, naming the flag. */
    public static Arguments parse(List<Flag> flags, List<String> words) {
        FlagParser parser = new FlagParser(flags);
        parser.read(words);
        return new Arguments(parser.values, List.copyOf(parser.positionals));
    }

    private void read(List<String> words) {
        int at = 0;
        while (at < words.size()) {
            String word = words.get(at++);
            if (word.equals("--")) {
                positionals.addAll(words.subList(at, words.size()));
                return;
            }
            if (word.length() < 2 || word.charAt(0) != '-') {
                positionals.add(word);
            } else {
                at += flag(word, at < words.size() ? words.get(at) : null);
            }
        }
    }

    /** Takes one flag and says how many further words it used. */
    private int flag(String word, String next) {
        String body = word.substring(word.startsWith("--") ? 2 : 1);
        int equals = body.indexOf('=');
        String name = equals < 0 ? body : body.substring(0, equals);
        Flag flag = known.get(name);
        if (flag == null) {
            throw unknown(name);
        }
        if (equals >= 0) {
            put(flag, body.substring(equals + 1));
            return 0;
        }
        if (flag.kind() == Flag.Kind.BOOL) {
            put(flag, "true");
            return 0;
        }
        if (next == null) {
            throw CliFailure.local("flag needs a value: -" + name);
        }
        put(flag, next);
        return 1;
    }

    private void put(Flag flag, String value) {
        List<String> all = values.computeIfAbsent(flag.name(), name -> new ArrayList<>());
        if (flag.kind() != Flag.Kind.LIST && flag.kind() != Flag.Kind.PAIRS) {
            all.clear();
        }
        all.add(checked(flag, value));
    }

    private static String checked(Flag flag, String value) {
        return switch (flag.kind()) {
            case BOOL -> Booleans.parse("-" + flag.name(), value) ? "true" : "false";
            case INTEGER -> wholeNumber(flag, value);
            case PAIRS -> pair(flag, value);
            case TEXT, DURATION, LIST -> value;
        };
    }

    private static String wholeNumber(Flag flag, String value) {
        try {
            return Long.toString(Long.parseLong(value.strip()));
        } catch (NumberFormatException e) {
            throw CliFailure.local("-" + flag.name() + " takes a whole number");
        }
    }

    private static String pair(Flag flag, String value) {
        if (value.indexOf('=') < 1) {
            throw CliFailure.local("-" + flag.name() + " takes key=value");
        }
        return value;
    }

    private CliFailure unknown(String name) {
        String near = Nearest.to(name, known.keySet());
        return CliFailure.local("flag provided but not defined: -" + name
                + (near.isEmpty() ? "" : " (did you mean -" + near + "?)")
                + "\nWrite -- before arguments that begin with a dash.");
    }
}
