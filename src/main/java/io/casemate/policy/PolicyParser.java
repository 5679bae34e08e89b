package io.casemate.policy;

import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Policy text to rules. Accepts a policy only when every word of it was understood: anything unknown, repeated, truncated
 * or ambiguous is refused with line and column, because half a policy is a different policy.
 *
 * <p>Takes HCL or JSON of at most {@value #MAX_LENGTH} characters, {@value #MAX_DEPTH} levels and {@value #MAX_RULES}
 * rules, in time linear in its length.
 */
final class PolicyParser {
    static final int MAX_LENGTH = 1 << 20;
    static final int MAX_DEPTH = 16;
    static final int MAX_RULES = 10_000;

    private static final Set<String> TOP = Set.of("name", "path");

    private final List<PathRule> rules = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    private PolicyParser() {}

    /**
     * Reads a policy.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} saying where and why
     */
    static Policy parse(String name, String text) {
        if (text.length() > MAX_LENGTH) {
            throw new Fault.TooLarge(MAX_LENGTH).asException();
        }
        PolicyParser parser = new PolicyParser();
        parser.read(text.stripLeading().startsWith("{") ? JsonPolicy.parse(text) : HclParser.parse(text));
        return new Policy(name, text, parser.rules, parser.warnings);
    }

    private void read(Node.Members top) {
        Set<String> once = new HashSet<>();
        for (Node.Member member : top.members()) {
            switch (member.key()) {
                case "path" -> paths(member);
                case "name" -> {
                    refuseLabel(member);
                    if (!once.add("name") || !(member.value() instanceof Node.Text)) {
                        throw member.at()
                                .refuse("'name' is one string; the policy is stored under the name in the URL");
                    }
                }
                default ->
                    throw member.at()
                            .refuse("unknown key '" + member.key() + "'" + Suggestion.of(member.key(), sorted(TOP)));
            }
        }
    }

    /** {@code path "x" {...}}, {@code path = {"x" = {...}}}, or in JSON a list of the latter. */
    private void paths(Node.Member member) {
        if (member.label().isPresent()) {
            add(member.at(), member.label().get(), member.value());
            return;
        }
        List<Node> groups =
                member.value() instanceof Node.Items(var _, List<Node> items) ? items : List.of(member.value());
        for (Node group : groups) {
            if (!(group instanceof Node.Members(var _, List<Node.Member> stanzas))) {
                throw group.at().refuse("'path' needs a path in quotes and a block, found " + group.kind());
            }
            for (Node.Member stanza : stanzas) {
                refuseLabel(stanza);
                add(stanza.at(), stanza.key(), stanza.value());
            }
        }
    }

    private void add(SourcePosition at, String path, Node body) {
        if (!(body instanceof Node.Members members)) {
            throw at.refuse("path \"" + path + "\" needs a block, found " + body.kind());
        }
        String pattern = PathPattern.check(at, path);
        warnings.addAll(PathPattern.warnings(pattern));
        rules.add(StanzaReader.read(at, pattern, members));
        if (rules.size() > MAX_RULES) {
            throw at.refuse("more than " + MAX_RULES + " paths in one policy");
        }
    }

    static void refuseLabel(Node.Member member) {
        Optional<String> label = member.label();
        if (label.isPresent()) {
            throw member.at().refuse("'" + member.key() + "' takes no label");
        }
    }

    static List<String> sorted(Set<String> words) {
        return words.stream().sorted().toList();
    }
}
