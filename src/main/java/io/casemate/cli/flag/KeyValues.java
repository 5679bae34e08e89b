package io.casemate.cli.flag;

import io.casemate.cli.local.CliFailure;
import io.casemate.cli.local.LocalFiles;
import io.casemate.cli.local.Terminal;
import io.casemate.json.Json;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Data as users write it: {@code key=value}, {@code key=@file}, {@code key=-} for standard input, {@code @file.json} and
 * {@code -} for a whole JSON object, {@code key=\@text} for a value that begins with an at-sign.
 *
 * <p>A key given several times becomes a list. Values are text; the server turns them into what its fields are.
 */
public final class KeyValues {
    private final Terminal terminal;
    private final Map<String, Object> members = new LinkedHashMap<>();
    private boolean inputUsed;

    private KeyValues(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Reads all {@code words} but empty ones. Fails locally, naming the word, or its key only where the rest may be secret. */
    public static Map<String, Object> parse(List<String> words, Terminal terminal) {
        KeyValues data = new KeyValues(terminal);
        words.stream().filter(word -> !word.isEmpty()).forEach(data::word);
        return data.members;
    }

    private void word(String word) {
        if (word.equals("-")) {
            object("standard input", input());
        } else if (word.startsWith("@")) {
            object(word.substring(1), LocalFiles.read(word.substring(1)));
        } else {
            pair(word);
        }
    }

    private void pair(String word) {
        int equals = word.indexOf('=');
        if (equals < 1) {
            throw CliFailure.local("Failed to parse K=V data: expected key=value, key=@file, key=-, @file.json or -"
                    + " (an argument without a key and an equals sign was given; it is not shown, it may be secret)");
        }
        put(word.substring(0, equals), value(word.substring(equals + 1)));
    }

    private String value(String text) {
        if (text.equals("-")) {
            return new String(input(), StandardCharsets.UTF_8);
        }
        if (text.startsWith("@")) {
            return new String(LocalFiles.read(text.substring(1)), StandardCharsets.UTF_8);
        }
        return text.startsWith("\\@") ? text.substring(1) : text;
    }

    private byte[] input() {
        if (inputUsed) {
            throw CliFailure.local("standard input can be used for one value only");
        }
        inputUsed = true;
        return terminal.readAll();
    }

    private void object(String source, byte[] json) {
        try {
            members.putAll(Json.object(json));
        } catch (FaultException e) {
            throw CliFailure.local(source + " is not a JSON object"
                    + (e.fault() instanceof io.casemate.kernel.Fault.BadRequest bad
                            ? ": " + String.join("; ", bad.details())
                            : ""));
        }
    }

    private void put(String key, String value) {
        Object before = members.get(key);
        if (before == null) {
            members.put(key, value);
        } else if (before instanceof List<?> several) {
            List<Object> more = new ArrayList<>(several);
            more.add(value);
            members.put(key, more);
        } else {
            members.put(key, new ArrayList<>(List.of(before, value)));
        }
    }
}
