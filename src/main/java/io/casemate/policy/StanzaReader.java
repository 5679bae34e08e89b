package io.casemate.policy;

import io.casemate.kernel.Durations;
import io.casemate.kernel.FaultException;
import io.casemate.policy.PathRule.Written;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The inside of one {@code path} stanza. */
final class StanzaReader {
    private static final List<String> KEYS = List.of(
            "allowed_parameters",
            "capabilities",
            "comment",
            "denied_parameters",
            "max_wrapping_ttl",
            "min_wrapping_ttl",
            "policy",
            "required_parameters");

    private static final Capability[] WRITE = {
        Capability.CREATE, Capability.READ, Capability.UPDATE, Capability.DELETE, Capability.LIST
    };

    private final String pattern;
    private final Written written;
    private final Map<String, Node.Member> members = new HashMap<>();

    private StanzaReader(String pattern, Written written) {
        this.pattern = pattern;
        this.written = written;
    }

    static PathRule read(SourcePosition at, String pattern, Node.Members body) {
        StanzaReader reader = new StanzaReader(pattern, new Written(pattern, at.line()));
        for (Node.Member member : body.members()) {
            reader.take(member);
        }
        return reader.rule();
    }

    private void take(Node.Member member) {
        String key = member.key();
        if (!KEYS.contains(key)) {
            throw member.at().refuse("path \"" + pattern + "\": unknown key '" + key + "'" + Suggestion.of(key, KEYS));
        }
        PolicyParser.refuseLabel(member);
        if (members.put(key, member) != null) {
            throw member.at().refuse("path \"" + pattern + "\": '" + key + "' is set twice");
        }
    }

    private PathRule rule() {
        int bits = capabilities() | shorthand();
        comment();
        ParameterRules parameters =
                new ParameterRules(values("allowed_parameters"), values("denied_parameters"), required());
        WrappingBounds wrapping = new WrappingBounds(duration("min_wrapping_ttl"), duration("max_wrapping_ttl"));
        if (!wrapping.max().isZero() && wrapping.max().compareTo(wrapping.min()) < 0) {
            throw members.get("max_wrapping_ttl").at().refuse("max_wrapping_ttl is less than min_wrapping_ttl");
        }
        return Capability.DENY.in(bits)
                ? new PathRule(pattern, Capability.DENY.bit(), ParameterRules.NONE, wrapping, written)
                : new PathRule(
                        pattern,
                        bits,
                        parameters.equals(ParameterRules.NONE) ? ParameterRules.NONE : parameters,
                        wrapping,
                        written);
    }

    private int capabilities() {
        int bits = 0;
        for (Node item : list("capabilities")) {
            String word = text(item, "a capability");
            bits |= Capability.named(word)
                    .orElseThrow(() -> item.at()
                            .refuse("path \"" + pattern + "\": invalid capability '" + word + "'"
                                    + Suggestion.of(word, words())))
                    .bit();
        }
        return bits;
    }

    /** {@code policy = "write"}, as policies were written before there were capabilities. */
    private int shorthand() {
        Node.Member member = members.get("policy");
        if (member == null) {
            return 0;
        }
        String level = text(member.value(), "policy");
        return switch (level) {
            case "deny" -> Capability.DENY.bit();
            case "read" -> bits(Capability.READ, Capability.LIST);
            case "write" -> bits(WRITE);
            case "sudo" -> bits(WRITE) | Capability.SUDO.bit();
            default ->
                throw member.at()
                        .refuse("path \"" + pattern + "\": invalid policy '" + level
                                + "'; known are deny, read, write, sudo");
        };
    }

    private static int bits(Capability... capabilities) {
        return Arrays.stream(capabilities).mapToInt(Capability::bit).sum();
    }

    private void comment() {
        Node.Member member = members.get("comment");
        if (member != null) {
            text(member.value(), "comment");
        }
    }

    private Set<String> required() {
        Set<String> names = new LinkedHashSet<>();
        for (Node item : list("required_parameters")) {
            names.add(text(item, "a parameter's name").toLowerCase(Locale.ROOT));
        }
        return names;
    }

    private Map<String, List<Object>> values(String key) {
        Node.Member member = members.get(key);
        if (member == null) {
            return Map.of();
        }
        if (!(member.value() instanceof Node.Members(var _, List<Node.Member> entries))) {
            throw member.at()
                    .refuse("'" + key + "' is an object of lists, found "
                            + member.value().kind());
        }
        Map<String, List<Object>> values = new LinkedHashMap<>();
        for (Node.Member entry : entries) {
            PolicyParser.refuseLabel(entry);
            List<Object> list = items(entry).stream().map(StanzaReader::plain).toList();
            String name = entry.key().toLowerCase(Locale.ROOT);
            boolean waits = ParameterTemplates.in(Map.of(name, list));
            if (values.put(name, waits ? list : ParameterValues.rule(name, list)) != null) {
                throw entry.at().refuse("parameter '" + entry.key() + "' is set twice");
            }
        }
        return values;
    }

    private List<Node> list(String key) {
        Node.Member member = members.get(key);
        return member == null ? List.of() : items(member);
    }

    private static List<Node> items(Node.Member member) {
        if (member.value() instanceof Node.Items(var _, List<Node> items)) {
            return items;
        }
        throw member.at()
                .refuse("'" + member.key() + "' is a list, found "
                        + member.value().kind());
    }

    private Duration duration(String key) {
        Node.Member member = members.get(key);
        if (member == null) {
            return Duration.ZERO;
        }
        Object sent = switch (member.value()) {
            case Node.Text(var _, String value) -> value;
            case Node.Decimal(var _, BigDecimal value) -> value;
            case Node node -> throw member.at().refuse("'" + key + "' is a duration, found " + node.kind());
        };
        try {
            return Durations.parse(key, sent);
        } catch (FaultException e) {
            throw member.at().refuse("'" + key + "' is a duration such as 90, \"90s\" or \"1h30m\"");
        }
    }

    private static String text(Node node, String what) {
        if (node instanceof Node.Text(var _, String value)) {
            return value;
        }
        throw node.at().refuse(what + " is a string, found " + node.kind());
    }

    private static Object plain(Node node) {
        return switch (node) {
            case Node.Text(var _, String value) -> value;
            case Node.Decimal(var _, BigDecimal value) -> value;
            case Node.Flag(var _, boolean value) -> value;
            case Node.Items(var _, List<Node> items) ->
                items.stream().map(StanzaReader::plain).toList();
            case Node.Members(var _, List<Node.Member> entries) -> {
                Map<String, Object> map = new LinkedHashMap<>();
                for (Node.Member entry : entries) {
                    PolicyParser.refuseLabel(entry);
                    if (map.put(entry.key(), plain(entry.value())) != null) {
                        throw entry.at().refuse("'" + entry.key() + "' is set twice");
                    }
                }
                yield map;
            }
        };
    }

    private static List<String> words() {
        List<String> words = new ArrayList<>();
        for (Capability each : Capability.values()) {
            words.add(each.word());
        }
        return words;
    }
}
