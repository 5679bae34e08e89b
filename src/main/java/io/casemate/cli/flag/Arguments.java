package io.casemate.cli.flag;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the user typed, sorted.
 *
 * @param flags by name; each list holds what was given, at least one value
 * @param positionals everything that is no flag, in order
 */
public record Arguments(Map<String, List<String>> flags, List<String> positionals) {
    /** Whether the flag was given at all. */
    public boolean has(String flag) {
        return flags.containsKey(flag);
    }

    /** A flag that is either there or not; false if it was not given. */
    public boolean bool(String flag) {
        return "true".equals(text(flag, "false"));
    }

    /** The flag's last value. */
    public String text(String flag, String otherwise) {
        return has(flag) ? flags.get(flag).getLast() : otherwise;
    }

    /** The flag's last value, which {@link FlagParser} has found to be a number. */
    public long integer(String flag, long otherwise) {
        return has(flag) ? Long.parseLong(text(flag, "")) : otherwise;
    }

    /** All values of the flag, in order. */
    public List<String> list(String flag) {
        return flags.getOrDefault(flag, List.of());
    }

    /** All values of a flag that takes {@code key=value}; the last one of a key counts. */
    public Map<String, Object> pairs(String flag) {
        Map<String, Object> pairs = new LinkedHashMap<>();
        for (String pair : list(flag)) {
            int equals = pair.indexOf('=');
            pairs.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return pairs;
    }

    /** The argument at {@code index}, which the command's usage line promises to be there. */
    public String at(int index) {
        return positionals.get(index);
    }

    /** The argument at {@code index}, if the user gave that many. */
    public String at(int index, String otherwise) {
        return index < positionals.size() ? positionals.get(index) : otherwise;
    }

    /** All arguments from {@code index} on. */
    public List<String> from(int index) {
        return positionals.subList(Math.min(index, positionals.size()), positionals.size());
    }
}
