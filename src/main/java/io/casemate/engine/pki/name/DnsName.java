package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.net.IDN;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A host name in the one form that is compared and signed: lower-case A-labels, no trailing dot (RFC 5280 4.2.1.6, RFC
 * 1034 3.5, RFC 1123 2.1). There is only one spelling of each name, so that no rule can be passed by another one.
 *
 * @param base the name without its wildcard label
 * @param wildcard whether {@code *.} stands before it (RFC 6125 6.4.3: as the whole left-most label, nowhere else)
 */
public record DnsName(String base, boolean wildcard) {
    /** How letters, digits and hyphens are taken. */
    public enum Syntax {
        /** RFC 1123 host names. */
        HOST,
        /** The same and underscores, for roles that do not enforce host names. */
        UNDERSCORES
    }

    /** A host name. */
    public static DnsName parse(String text) {
        return parse(text, Syntax.HOST);
    }

    /**
     * Reads a name.
     *
     * @throws FaultException {@code BadRequest} for everything that is not exactly one name: NUL and spaces, empty labels,
     *     trailing dots, partial wildcards, numbers as the last label, false A-labels, and Unicode that IDNA would change
     *     into something else
     */
    public static DnsName parse(String text, Syntax syntax) {
        boolean wildcard = text.startsWith("*.");
        String name = wildcard ? text.substring(2) : text;
        if (name.isEmpty() || name.length() > 253) {
            throw refuse(text, "a name has 1 to 253 characters");
        }
        StringBuilder ascii = new StringBuilder(name.length());
        String[] labels = name.split("\\.", -1);
        for (String label : labels) {
            ascii.append(ascii.isEmpty() ? "" : ".").append(label(text, label, syntax));
        }
        String last = ascii.substring(ascii.lastIndexOf(".") + 1);
        if (last.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refuse(text, "the last label is a number, as in an IP address");
        }
        if (ascii.length() > (wildcard ? 251 : 253)) {
            throw refuse(text, "it is longer than 253 characters");
        }
        return new DnsName(ascii.toString(), wildcard);
    }

    /** As {@link #parse}, empty instead of a fault. */
    public static Optional<DnsName> tryParse(String text, Syntax syntax) {
        try {
            return Optional.of(parse(text, syntax));
        } catch (FaultException e) {
            return Optional.empty();
        }
    }

    /** As it stands in the certificate. */
    public String text() {
        return wildcard ? "*." + base : base;
    }

    /** Whether it lies strictly below {@code domain}; a wildcard directly below it does. */
    public boolean below(String domain) {
        return base.endsWith("." + domain) || (wildcard && base.equals(domain));
    }

    private static String label(String whole, String label, Syntax syntax) {
        if (label.isEmpty()) {
            throw refuse(whole, "a label is empty (two dots, or a dot at the beginning or the end)");
        }
        boolean plain = label.chars().allMatch(c -> c < 128);
        String ascii = plain ? lowerAscii(label) : aLabel(whole, label);
        boolean good = ascii.length() <= 63
                && ascii.chars().allMatch(c -> allowed(c, syntax))
                && !ascii.startsWith("-")
                && !ascii.endsWith("-");
        if (!good) {
            throw refuse(whole, "a label has 1 to 63 letters, digits and inner hyphens");
        }
        if (ascii.startsWith("--", 2) && !trueALabel(ascii)) {
            throw refuse(whole, "a label with '--' in third place is no true A-label");
        }
        return ascii;
    }

    private static boolean allowed(int c, Syntax syntax) {
        boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return letterOrDigit || c == '-' || (c == '_' && syntax == Syntax.UNDERSCORES);
    }

    private static String lowerAscii(String label) {
        return label.toLowerCase(Locale.ROOT);
    }

    /** IDNA maps many spellings to one label; only the one that comes back unchanged is taken. */
    private static String aLabel(String whole, String label) {
        try {
            String ascii = IDN.toASCII(label, IDN.USE_STD3_ASCII_RULES);
            String back = IDN.toUnicode(ascii, IDN.USE_STD3_ASCII_RULES);
            String lower = label.toLowerCase(Locale.ROOT);
            if (ascii.startsWith("xn--") && back.equals(lower) && lower.length() == label.length()) {
                return ascii;
            }
        } catch (IllegalArgumentException e) {
            throw new Fault.BadRequest(List.of(refusal(whole, "a label is not valid in IDNA"))).causedBy(e);
        }
        throw refuse(whole, "IDNA would change a label into another one; send the A-label (xn--...) that is meant");
    }

    private static boolean trueALabel(String ascii) {
        return ascii.startsWith("xn--")
                && Punycode.decode(ascii.substring(4))
                        .filter(label -> label.chars().anyMatch(c -> c >= 128))
                        .filter(label -> Normalizer.isNormalized(label, Normalizer.Form.NFC))
                        .filter(label -> label.codePoints().noneMatch(DnsName::neverInALabel))
                        .isPresent();
    }

    private static boolean neverInALabel(int c) {
        return Character.isISOControl(c)
                || Character.isUpperCase(c)
                || Character.isWhitespace(c)
                || Character.isSpaceChar(c)
                || !Character.isDefined(c)
                || (c < 128 && !allowed(c, Syntax.HOST));
    }

    private static FaultException refuse(String text, String why) {
        return Fault.badRequest(refusal(text, why));
    }

    private static String refusal(String text, String why) {
        return "'" + Printable.of(text) + "' is not a DNS name: " + why;
    }
}
