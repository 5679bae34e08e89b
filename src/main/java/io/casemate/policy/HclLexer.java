package io.casemate.policy;

import io.casemate.kernel.FaultException;

/** Cuts HCL text into words. Knows the subset that policies need and refuses every other character. */
final class HclLexer {
    /** What a word is. */
    enum Kind {
        NAME,
        STRING,
        NUMBER,
        OPEN_BRACE,
        CLOSE_BRACE,
        OPEN_BRACKET,
        CLOSE_BRACKET,
        COMMA,
        EQUALS,
        END
    }

    /** One word; {@code text} is decoded for strings. */
    record Word(Kind kind, String text, SourcePosition at) {}

    private final String source;
    private int next;
    private int line = 1;
    private int lineStart;

    HclLexer(String source) {
        this.source = source;
        this.next = source.startsWith("\uFEFF") ? 1 : 0;
    }

    /** The next word; END for ever at the end. */
    Word word() {
        skipBlanksAndComments();
        SourcePosition at = here();
        if (next == source.length()) {
            return new Word(Kind.END, "", at);
        }
        char c = source.charAt(next);
        return switch (c) {
            case '{' -> sign(Kind.OPEN_BRACE, at);
            case '}' -> sign(Kind.CLOSE_BRACE, at);
            case '[' -> sign(Kind.OPEN_BRACKET, at);
            case ']' -> sign(Kind.CLOSE_BRACKET, at);
            case ',' -> sign(Kind.COMMA, at);
            case '=' -> sign(Kind.EQUALS, at);
            case '"' -> string(at);
            case '<' -> throw at.refuse("heredocs are not part of the policy language; write a quoted string");
            default -> wordStartingWith(c, at);
        };
    }

    private Word wordStartingWith(char c, SourcePosition at) {
        if (letter(c)) {
            return new Word(Kind.NAME, run(HclLexer::inName), at);
        }
        if (c == '-' || digit(c)) {
            return new Word(Kind.NUMBER, run(HclLexer::inNumber), at);
        }
        throw unexpected(c, at);
    }

    private Word sign(Kind kind, SourcePosition at) {
        next++;
        return new Word(kind, source.substring(next - 1, next), at);
    }

    private String run(java.util.function.IntPredicate belongs) {
        int start = next;
        while (next < source.length() && belongs.test(source.charAt(next))) {
            next++;
        }
        return source.substring(start, next);
    }

    private Word string(SourcePosition at) {
        int start = next + 1;
        StringBuilder text = new StringBuilder();
        next = start;
        while (true) {
            char c = inString(at);
            if (c == '"') {
                next++;
                return new Word(Kind.STRING, text.toString(), at);
            }
            if (source.startsWith("${", next)) {
                text.append(verbatim());
            } else if (c == '\\') {
                escape(text);
            } else {
                text.appendCodePoint(character());
            }
        }
    }

    private char inString(SourcePosition opened) {
        if (next >= source.length()) {
            throw opened.refuse("this string is never closed");
        }
        char c = source.charAt(next);
        if (c == '\n' || c == '\r') {
            throw opened.refuse("this string does not end on its line");
        }
        return c;
    }

    /**
     * {@code ${...}}: other readers of HCL take everything up to the matching brace as it stands, quotes included. Where
     * that could mean something else than here, it is refused.
     */
    private String verbatim() {
        SourcePosition at = here();
        int start = next;
        int depth = 0;
        do {
            char c = inString(at);
            if (c == '"' || c == '\\') {
                throw at.refuse("quotes and backslashes inside ${...} are ambiguous; policies have no interpolation");
            }
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            character();
        } while (depth > 0 || next == start + 1);
        return source.substring(start, next);
    }

    private void escape(StringBuilder text) {
        SourcePosition at = here();
        next++;
        char c = inString(at);
        next++;
        switch (c) {
            case '"', '\\' -> text.append(c);
            case 'n' -> text.append('\n');
            case 't' -> text.append('\t');
            case 'r' -> text.append('\r');
            case 'u' -> text.appendCodePoint(hex(4, at));
            case 'U' -> text.appendCodePoint(hex(8, at));
            default -> throw at.refuse("unknown escape '\\" + printable(c) + "' in a string");
        }
    }

    private int hex(int digits, SourcePosition at) {
        long value = 0;
        for (int i = 0; i < digits; i++, next++) {
            int digit = next < source.length() ? Character.digit(source.charAt(next), 16) : -1;
            if (digit < 0 || source.charAt(next) > 'f') {
                throw at.refuse("this escape needs " + digits + " hexadecimal digits");
            }
            value = (value << 4) | digit;
        }
        if (value > Character.MAX_CODE_POINT || (value >= 0xD800 && value <= 0xDFFF)) {
            throw at.refuse("this escape is not a character");
        }
        return (int) value;
    }

    private int character() {
        int c = source.codePointAt(next);
        if ((Character.isISOControl(c) && c != '\t') || (c >= 0xD800 && c <= 0xDFFF)) {
            throw here().refuse("character " + printable(c) + " cannot stand in a string; use an escape");
        }
        next += Character.charCount(c);
        return c;
    }

    private void skipBlanksAndComments() {
        while (next < source.length()) {
            char c = source.charAt(next);
            if (c == '#' || source.startsWith("//", next)) {
                skipTo(source.indexOf('\n', next));
            } else if (source.startsWith("/*", next)) {
                skipBlockComment();
            } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
                advance();
            } else {
                return;
            }
        }
    }

    private void skipBlockComment() {
        SourcePosition at = here();
        int end = source.indexOf("*/", next + 2);
        if (end < 0) {
            throw at.refuse("this comment is never closed");
        }
        skipTo(end + 2);
    }

    private void skipTo(int end) {
        int stop = end < 0 ? source.length() : end;
        while (next < stop) {
            advance();
        }
    }

    private void advance() {
        if (source.charAt(next++) == '\n') {
            line++;
            lineStart = next;
        }
    }

    private SourcePosition here() {
        return new SourcePosition(line, next - lineStart + 1);
    }

    private FaultException unexpected(char c, SourcePosition at) {
        return at.refuse("unexpected character " + printable(c));
    }

    private static String printable(int c) {
        return c > ' ' && c < 127 ? "'" + (char) c + "'" : String.format("U+%04X", c);
    }

    private static boolean letter(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean digit(int c) {
        return c >= '0' && c <= '9';
    }

    private static boolean inName(int c) {
        return letter(c) || digit(c) || c == '-';
    }

    private static boolean inNumber(int c) {
        return digit(c) || letter(c) || c == '.' || c == '-' || c == '+';
    }
}
