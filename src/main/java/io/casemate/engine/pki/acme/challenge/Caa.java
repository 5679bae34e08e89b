package io.casemate.engine.pki.acme.challenge;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether the DNS lets this authority issue for a name (RFC 8659), to this account and by this method (RFC 8657). What cannot be
 * asked, or is critical and not understood, is a no.
 */
public final class Caa {
    private static final String ISSUE = "issue";
    private static final String ISSUE_WILD = "issuewild";
    private static final List<String> KNOWN = List.of(ISSUE, ISSUE_WILD, "iodef");
    private static final int CRITICAL = 0x80;
    private static final Pattern PARAMETER = Pattern.compile("([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)=([!-:<-~]*)");

    private final Lookup lookup;
    private final List<String> identities;

    /** Asks by {@code lookup} for an authority that records call one of {@code identities}. */
    public Caa(Lookup lookup, List<String> identities) {
        this.lookup = lookup;
        this.identities =
                identities.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * What is about to be issued.
     *
     * @param name without a wildcard
     * @param method by which the name was proven, such as {@code dns-01}
     * @param account the account's URL
     */
    public record Issuance(String name, boolean wildcard, String method, String account) {}

    private record Property(int flags, String tag, String value) {
        static Property of(byte[] data) throws IOException {
            int tag = data.length < 2 ? 0 : data[1] & 0xFF;
            if (tag == 0 || data.length < 2 + tag) {
                throw new IOException("a CAA record has no tag");
            }
            return new Property(
                    data[0] & 0xFF,
                    new String(data, 2, tag, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT),
                    new String(data, 2 + tag, data.length - 2 - tag, StandardCharsets.ISO_8859_1));
        }
    }

    /** Why not, in one sentence; empty when it may. */
    public Optional<String> refusal(Issuance issuance) {
        try {
            String at = issuance.name();
            List<Property> relevant = at(at);
            // Up to the top-level domain, and the first name that has any decides (RFC 8659 section 3).
            while (relevant.isEmpty() && at.indexOf('.') > 0) {
                at = at.substring(at.indexOf('.') + 1);
                relevant = at(at);
            }
            return refusal(issuance, at, relevant);
        } catch (IOException e) {
            return Optional.of(e.getMessage());
        }
    }

    private List<Property> at(String name) throws IOException {
        List<Property> found = new ArrayList<>();
        for (byte[] data : lookup.authorizations(name)) {
            found.add(Property.of(data));
        }
        return found;
    }

    private Optional<String> refusal(Issuance issuance, String at, List<Property> all) {
        Optional<Property> strange = all.stream()
                .filter(each -> (each.flags() & CRITICAL) != 0 && !KNOWN.contains(each.tag()))
                .findFirst();
        if (strange.isPresent()) {
            return Optional.of("a CAA record at " + at + " is critical and of a kind that is not known here");
        }
        boolean wild =
                issuance.wildcard() && all.stream().anyMatch(each -> each.tag().equals(ISSUE_WILD));
        List<Property> deciding = all.stream()
                .filter(each -> each.tag().equals(wild ? ISSUE_WILD : ISSUE))
                .toList();
        return deciding.isEmpty() || deciding.stream().anyMatch(each -> permits(each.value(), issuance))
                ? Optional.empty()
                : Optional.of("the CAA records at " + at + " do not let this authority issue for " + issuance.name()
                        + " to this account by " + issuance.method());
    }

    /** RFC 8659 section 4.2: a domain name, then parameters; what is not of this form permits nobody. */
    private boolean permits(String value, Issuance issuance) {
        List<String> parts =
                Arrays.stream(value.split(";", -1)).map(String::strip).toList();
        if (!identities.contains(parts.getFirst().toLowerCase(Locale.ROOT))) {
            return false;
        }
        List<String> parameters = parts.subList(1, parts.size());
        boolean none = parameters.size() == 1 && parameters.getFirst().isEmpty();
        if (!none
                && !parameters.stream().allMatch(each -> PARAMETER.matcher(each).matches())) {
            return false;
        }
        List<String> accounts = values(parameters, "accounturi");
        List<String> methods = values(parameters, "validationmethods");
        return (accounts.isEmpty() || accounts.equals(List.of(issuance.account())))
                && (methods.isEmpty()
                        || (methods.size() == 1
                                && List.of(methods.getFirst().split(",")).contains(issuance.method())));
    }

    private static List<String> values(List<String> parameters, String name) {
        return parameters.stream()
                .map(PARAMETER::matcher)
                .filter(each -> each.matches() && each.group(1).equalsIgnoreCase(name))
                .map(each -> each.group(2))
                .toList();
    }
}
