package io.casemate.policy;

import io.casemate.kernel.Fault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What generated passwords look like: a length, and sets of characters of which at least so many occur. Read as strictly as
 * the policies on paths.
 */
record PasswordPolicy(int length, List<Charset> rules) {
    static final int SHORTEST = 4;
    static final int LONGEST = 100;

    private static final int MOST_RULES = 16;
    private static final int MOST_CHARACTERS = 256;
    private static final int MAX_LENGTH = 1 << 16;
    private static final List<String> RULE_KEYS = List.of("charset", "min-chars");

    /**
     * One rule.
     *
     * @param characters each once
     * @param least how many of them a password has at least
     */
    record Charset(Set<Integer> characters, int least) {}

    PasswordPolicy {
        rules = List.copyOf(rules);
    }

    /**
     * Reads a policy in HCL or JSON.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} saying where and why
     */
    static PasswordPolicy parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new Fault.TooLarge(MAX_LENGTH).asException();
        }
        Node.Members top = text.stripLeading().startsWith("{") ? JsonPolicy.parse(text) : HclParser.parse(text);
        Optional<Integer> length = Optional.empty();
        List<Charset> rules = new ArrayList<>();
        for (Node.Member member : top.members()) {
            switch (member.key()) {
                case "length" -> {
                    if (length.isPresent()) {
                        throw member.at().refuse("'length' is set twice");
                    }
                    length = Optional.of(number(member));
                }
                case "rule" -> rules.addAll(rules(member));
                default ->
                    throw member.at()
                            .refuse("unknown key '" + member.key() + "'"
                                    + Suggestion.of(member.key(), List.of("length", "rule")));
            }
        }
        return checked(length.orElse(0), rules);
    }

    /** All characters that a password may have. */
    Set<Integer> alphabet() {
        Set<Integer> all = new LinkedHashSet<>();
        rules.forEach(rule -> all.addAll(rule.characters()));
        return all;
    }

    private static PasswordPolicy checked(int length, List<Charset> rules) {
        PasswordPolicy policy = new PasswordPolicy(length, rules);
        if (length < SHORTEST || length > LONGEST) {
            throw Fault.badRequest(
                    "passwords must be between " + SHORTEST + " and " + LONGEST + " characters: set 'length' to that");
        }
        if (rules.isEmpty()) {
            throw Fault.badRequest("no charset specified: a password policy needs a rule \"charset\"");
        }
        if (rules.size() > MOST_RULES || policy.alphabet().size() > MOST_CHARACTERS) {
            throw Fault.badRequest("a password policy has at most " + MOST_RULES + " rules and " + MOST_CHARACTERS
                    + " different characters");
        }
        long least = rules.stream().mapToLong(Charset::least).sum();
        if (least > length) {
            throw Fault.badRequest(
                    "specified rules require at least " + least + " characters but " + length + " is specified");
        }
        return policy;
    }

    /** {@code rule "charset" {...}}, in JSON {@code "rule": [{"charset": {...}}]}. */
    private static List<Charset> rules(Node.Member member) {
        if (member.label().isPresent()) {
            return List.of(rule(member.at(), member.label().get(), member.value()));
        }
        List<Node> items =
                member.value() instanceof Node.Items(var _, List<Node> list) ? list : List.of(member.value());
        List<Charset> rules = new ArrayList<>();
        for (Node item : items) {
            if (!(item instanceof Node.Members(var _, List<Node.Member> named))) {
                throw item.at().refuse("a rule needs a kind in quotes and a block, found " + item.kind());
            }
            for (Node.Member each : named) {
                List<Node> bodies =
                        each.value() instanceof Node.Items(var _, List<Node> list) ? list : List.of(each.value());
                bodies.forEach(body -> rules.add(rule(each.at(), each.key(), body)));
            }
        }
        return rules;
    }

    private static Charset rule(SourcePosition at, String kind, Node body) {
        if (!kind.equals("charset")) {
            throw at.refuse("unknown kind of rule '" + kind + "'; known is charset");
        }
        if (!(body instanceof Node.Members(var _, List<Node.Member> members))) {
            throw at.refuse("rule \"charset\" needs a block, found " + body.kind());
        }
        Set<String> seen = new HashSet<>();
        Set<Integer> characters = Set.of();
        int least = 0;
        for (Node.Member member : members) {
            if (!RULE_KEYS.contains(member.key())) {
                throw member.at().refuse("unknown key '" + member.key() + "'" + Suggestion.of(member.key(), RULE_KEYS));
            }
            if (!seen.add(member.key())) {
                throw member.at().refuse("'" + member.key() + "' is set twice");
            }
            if (member.key().equals("charset")) {
                characters = characters(member);
            } else {
                least = number(member);
            }
        }
        if (characters.isEmpty()) {
            throw at.refuse("rule \"charset\" needs the characters: charset = \"...\"");
        }
        return new Charset(characters, least);
    }

    private static Set<Integer> characters(Node.Member member) {
        if (!(member.value() instanceof Node.Text(var at, String text))) {
            throw member.at()
                    .refuse("'charset' is a string, found " + member.value().kind());
        }
        Set<Integer> characters = new LinkedHashSet<>();
        text.codePoints().forEach(c -> {
            if (!printable(c)) {
                throw at.refuse(String.format("non-printable character in charset: U+%04X", c));
            }
            characters.add(c);
        });
        return characters;
    }

    /** Letters, marks, numbers, punctuation, symbols, and of blanks the one on the keyboard. */
    private static boolean printable(int c) {
        return c == ' '
                || (Character.isDefined(c)
                        && !Character.isISOControl(c)
                        && !Character.isWhitespace(c)
                        && !Character.isSpaceChar(c)
                        && Character.getType(c) != Character.FORMAT
                        && Character.getType(c) != Character.SURROGATE
                        && Character.getType(c) != Character.PRIVATE_USE);
    }

    private static int number(Node.Member member) {
        BigDecimal number = switch (member.value()) {
            case Node.Decimal(var _, BigDecimal value) -> value;
            case Node other ->
                throw member.at().refuse("'" + member.key() + "' is a whole number, found " + other.kind());
        };
        if (number.signum() < 0
                || number.stripTrailingZeros().scale() > 0
                || number.compareTo(BigDecimal.valueOf(MAX_LENGTH)) > 0) {
            throw member.at().refuse("'" + member.key() + "' is a whole number from 0 on");
        }
        return number.intValue();
    }
}
