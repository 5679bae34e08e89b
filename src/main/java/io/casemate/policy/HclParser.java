package io.casemate.policy;

import io.casemate.policy.HclLexer.Kind;
import io.casemate.policy.HclLexer.Word;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Words to nodes, for a strict subset of HCL 1: blocks with at most one quoted label, {@code key = value}, strings, plain
 * decimal numbers, booleans, lists, objects, comments, one comma after an item. All else is refused with its position.
 */
final class HclParser {
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,18})?");

    private final HclLexer lexer;
    private Word word;
    private int depth;

    private HclParser(String source) {
        this.lexer = new HclLexer(source);
        this.word = lexer.word();
    }

    /** The members of the whole file. */
    static Node.Members parse(String source) {
        HclParser parser = new HclParser(source);
        return parser.members(Kind.END, new SourcePosition(1, 1));
    }

    /** Members up to {@code end}, which is not consumed. */
    private Node.Members members(Kind end, SourcePosition at) {
        List<Node.Member> members = new ArrayList<>();
        while (word.kind() != end) {
            members.add(member());
            if (word.kind() == Kind.COMMA) {
                take();
            }
        }
        return new Node.Members(at, members);
    }

    private Node.Member member() {
        if (word.kind() != Kind.NAME && word.kind() != Kind.STRING) {
            throw expected("a name");
        }
        Word key = take();
        if (word.kind() == Kind.EQUALS) {
            take();
            return new Node.Member(key.at(), key.text(), Optional.empty(), value());
        }
        Optional<String> label = Optional.empty();
        if (word.kind() == Kind.STRING) {
            label = Optional.of(take().text());
        }
        if (word.kind() != Kind.OPEN_BRACE) {
            throw expected(label.isPresent() ? "'{'" : "'=', '{' or a label in quotes");
        }
        return new Node.Member(key.at(), key.text(), label, object());
    }

    private Node value() {
        return switch (word.kind()) {
            case STRING -> new Node.Text(word.at(), take().text());
            case NUMBER -> number(take());
            case NAME -> flag(take());
            case OPEN_BRACKET -> list();
            case OPEN_BRACE -> object();
            case CLOSE_BRACE, CLOSE_BRACKET, COMMA, EQUALS, END -> throw expected("a value");
        };
    }

    private Node object() {
        SourcePosition at = open();
        Node.Members members = members(Kind.CLOSE_BRACE, at);
        close();
        return members;
    }

    private Node list() {
        SourcePosition at = open();
        List<Node> items = new ArrayList<>();
        while (word.kind() != Kind.CLOSE_BRACKET) {
            items.add(value());
            if (word.kind() == Kind.COMMA) {
                take();
            } else if (word.kind() != Kind.CLOSE_BRACKET) {
                throw expected("',' or ']'");
            }
        }
        close();
        return new Node.Items(at, items);
    }

    private SourcePosition open() {
        SourcePosition at = take().at();
        if (++depth > PolicyParser.MAX_DEPTH) {
            throw at.refuse("nested deeper than " + PolicyParser.MAX_DEPTH + " levels");
        }
        return at;
    }

    private void close() {
        depth--;
        take();
    }

    private static Node number(Word word) {
        if (!DECIMAL.matcher(word.text()).matches()) {
            throw word.at().refuse("expected a plain decimal number");
        }
        return new Node.Decimal(word.at(), new BigDecimal(word.text()));
    }

    private static Node flag(Word word) {
        return switch (word.text()) {
            case "true" -> new Node.Flag(word.at(), true);
            case "false" -> new Node.Flag(word.at(), false);
            default -> throw word.at().refuse("'" + word.text() + "' is not a value; a string stands in quotes");
        };
    }

    private Word take() {
        Word taken = word;
        word = lexer.word();
        return taken;
    }

    private RuntimeException expected(String what) {
        String found = word.kind() == Kind.END ? "the end of the policy" : "'" + word.text() + "'";
        return word.at().refuse("expected " + what + ", found " + found);
    }
}
