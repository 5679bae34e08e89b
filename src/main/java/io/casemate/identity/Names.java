package io.casemate.identity;

import io.casemate.kernel.Fault;
import io.casemate.kernel.Notes;
import io.casemate.policy.Policy;
import io.casemate.policy.PolicyName;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which names, notes and policies an entity, a group or an alias may have. */
final class Names {
    /** Longest name, in characters. */
    static final int LONGEST = 1024;

    private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9=/+_-]+");

    private Names() {}

    /** The name as it is stored, or a refusal. */
    static String checked(String what, String name) {
        if (name.isBlank() || name.length() > LONGEST) {
            throw Fault.badRequest("a name of " + what + " has 1 to " + LONGEST + " characters");
        }
        if (name.codePoints().anyMatch(Names::unprintable)) {
            throw Fault.badRequest("a name of " + what + " has no control characters");
        }
        return name;
    }

    /** Notes on an entity or a group. */
    static Map<String, String> metadata(Map<String, String> notes) {
        notes.keySet().stream()
                .filter(key -> !KEY.matcher(key).matches())
                .findFirst()
                .ifPresent(key -> {
                    throw Fault.badRequest(
                            "field 'metadata': a key is made of letters, digits and = / + _ -, unlike \"" + key + "\"");
                });
        return Notes.bounded("metadata", notes);
    }

    /** Names of policies, sorted, each once. */
    static List<String> policies(List<String> sent) {
        TreeSet<String> names = new TreeSet<>();
        sent.stream().filter(name -> !name.isBlank()).map(PolicyName::of).forEach(names::add);
        if (names.contains(Policy.ROOT)) {
            throw Fault.badRequest("policies cannot contain root");
        }
        return List.copyOf(names);
    }

    private static boolean unprintable(int c) {
        return Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
