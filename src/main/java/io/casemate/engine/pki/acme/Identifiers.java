package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.acme.store.Identifier;
import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.IpAddress;
import io.casemate.engine.pki.name.Printable;
import io.casemate.engine.pki.role.NameRules;
import io.casemate.engine.pki.role.Role;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The identifiers that a new order asks for: read as strictly as names everywhere, and passed by the role. */
final class Identifiers {
    /** Most names in one order. */
    private static final int MOST = 100;

    private Identifiers() {}

    /**
     * Reads and passes them.
     *
     * @throws Problem {@code malformed}, {@code unsupportedIdentifier}, or {@code rejectedIdentifier} with one subproblem for
     *     each that is refused (RFC 8555 section 6.7.1)
     */
    static List<Identifier> of(Object sent, Role role) {
        if (!(sent instanceof List<?> items) || items.isEmpty() || items.size() > MOST) {
            throw ProblemType.MALFORMED.because("'identifiers' must be a list of 1 to " + MOST);
        }
        List<Identifier> identifiers = new ArrayList<>();
        List<Map<String, Object>> refused = new ArrayList<>();
        for (Object item : items) {
            Identifier identifier = read(item);
            try {
                Identifier settled = settled(identifier, role);
                if (identifiers.stream().noneMatch(each -> each.canonical().equals(settled.canonical()))) {
                    identifiers.add(settled);
                }
            } catch (FaultException e) {
                refused.add(subproblem(identifier, e));
            }
        }
        if (!refused.isEmpty()) {
            throw ProblemType.REJECTED_IDENTIFIER
                    .because(Objects.toString(refused.getFirst().get("detail")))
                    .with("subproblems", refused);
        }
        return List.copyOf(identifiers);
    }

    /** Identifiers as the names of a certificate. */
    static AltNames names(List<Identifier> identifiers, DnsName.Syntax syntax) {
        return AltNames.parse(spelt(identifiers), syntax);
    }

    /** The same as text. */
    static AltNames.Spelt spelt(List<Identifier> identifiers) {
        return new AltNames.Spelt(
                identifiers.stream()
                        .filter(each -> !each.ip())
                        .map(Identifier::value)
                        .toList(),
                identifiers.stream()
                        .filter(Identifier::ip)
                        .map(Identifier::value)
                        .toList(),
                List.of(),
                List.of());
    }

    private static Identifier read(Object item) {
        if (item instanceof Map<?, ?> members
                && members.get("type") instanceof String type
                && members.get("value") instanceof String value) {
            return switch (type) {
                case "dns" -> new Identifier(false, value.toLowerCase(Locale.ROOT));
                case "ip" -> new Identifier(true, value.toLowerCase(Locale.ROOT));
                default ->
                    throw ProblemType.UNSUPPORTED_IDENTIFIER.because(
                            "identifiers are of type dns or ip, not " + Printable.of(type));
            };
        }
        throw ProblemType.MALFORMED.because("an identifier has a 'type' and a 'value'");
    }

    private static Identifier settled(Identifier identifier, Role role) {
        boolean ascii = identifier.value().chars().allMatch(c -> c < 0x80);
        if (!ascii) {
            throw Fault.badRequest("an identifier is ASCII: send A-labels (xn--...)");
        }
        if (identifier.ip()) {
            IpAddress.parse(identifier.value());
        } else {
            DnsName.parse(identifier.value(), role.syntax());
        }
        new NameRules(role).check(names(List.of(identifier), role.syntax()));
        return identifier;
    }

    private static Map<String, Object> subproblem(Identifier identifier, FaultException e) {
        if (!(e.fault() instanceof Fault.BadRequest(List<String> details))) {
            throw e;
        }
        Map<String, Object> problem = Problem.document(
                ProblemType.REJECTED_IDENTIFIER.urn(),
                ProblemType.REJECTED_IDENTIFIER.status(),
                String.join("; ", details));
        problem.put("identifier", new Identifier(identifier.ip(), Printable.of(identifier.value())).members());
        return problem;
    }
}
