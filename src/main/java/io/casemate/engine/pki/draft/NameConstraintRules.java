package io.casemate.engine.pki.draft;

import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/**
 * What the name constraints of a CA (RFC 5280 4.2.1.10) leave to certificates below it. Stricter than a verifier has to be: a
 * common name that spells a host counts, a wildcard that could stand for an excluded host is refused, and so is a name of a
 * kind that a constraint speaks of and this class does not know.
 */
final class NameConstraintRules {
    private NameConstraintRules() {}

    /** The first name that is not allowed, said in words. */
    static Optional<String> broken(NameConstraints constraints, Candidate candidate) {
        List<GeneralName> permitted = bases(constraints.getPermittedSubtrees());
        List<GeneralName> excluded = bases(constraints.getExcludedSubtrees());
        for (GeneralName name : names(candidate)) {
            List<GeneralName> ofKind = permitted.stream()
                    .filter(tree -> tree.getTagNo() == name.getTagNo())
                    .toList();
            boolean allowed = ofKind.isEmpty() || ofKind.stream().anyMatch(tree -> within(name, tree));
            boolean forbidden = excluded.stream()
                    .filter(tree -> tree.getTagNo() == name.getTagNo())
                    .anyMatch(tree -> within(name, tree) || couldBe(name, tree));
            if (!allowed || forbidden) {
                return Optional.of("the issuer's name constraints do not allow '" + shown(name) + "'");
            }
        }
        return Optional.empty();
    }

    private static List<GeneralName> bases(GeneralSubtree[] trees) {
        return trees == null
                ? List.of()
                : Arrays.stream(trees).map(GeneralSubtree::getBase).toList();
    }

    /** Alternative names, the subject itself, and what in it verifiers take for names. */
    private static List<GeneralName> names(Candidate candidate) {
        List<GeneralName> names = new ArrayList<>(candidate.altNames());
        X500Name subject = candidate.tbs().getSubject();
        if (subject.getRDNs().length > 0) {
            names.add(new GeneralName(subject));
        }
        candidate
                .subject(BCStyle.EmailAddress)
                .forEach(mail -> names.add(new GeneralName(GeneralName.rfc822Name, mail)));
        if (!candidate.ca()) {
            candidate.spelt().stream()
                    .flatMap(spelt -> Arrays.stream(spelt.encode().getNames()))
                    .forEach(names::add);
        }
        return names;
    }

    private static boolean within(GeneralName name, GeneralName tree) {
        return switch (name.getTagNo()) {
            case GeneralName.dNSName -> domain(text(name), text(tree), true);
            case GeneralName.rfc822Name -> mail(text(name), text(tree));
            case GeneralName.uniformResourceIdentifier ->
                host(text(name)).filter(host -> domain(host, text(tree), false)).isPresent();
            case GeneralName.iPAddress -> range(octets(name), octets(tree));
            case GeneralName.directoryName -> below(X500Name.getInstance(name.getName()), tree);
            default -> false;
        };
    }

    /** What has to count as excluded though it does not lie within: kinds we cannot read, wildcards, URIs without a host. */
    private static boolean couldBe(GeneralName name, GeneralName tree) {
        return switch (name.getTagNo()) {
            case GeneralName.dNSName -> {
                String base = text(name);
                String excluded = text(tree);
                yield base.startsWith("*.")
                        && excluded.endsWith(base.substring(1))
                        && excluded.indexOf('.') == excluded.length() - base.length() + 1
                        && !excluded.startsWith(".");
            }
            case GeneralName.uniformResourceIdentifier -> host(text(name)).isEmpty();
            case GeneralName.rfc822Name, GeneralName.iPAddress, GeneralName.directoryName -> false;
            default -> true;
        };
    }

    /** A leading dot means names below only; without it, a DNS tree has those too, a host is that host alone. */
    private static boolean domain(String name, String tree, boolean whole) {
        if (tree.isEmpty()) {
            return true;
        }
        if (tree.startsWith(".")) {
            return name.endsWith(tree);
        }
        return name.equals(tree) || (whole && name.endsWith("." + tree));
    }

    private static boolean mail(String mail, String tree) {
        int at = mail.lastIndexOf('@');
        return tree.indexOf('@') >= 0
                ? mail.substring(0, at + 1).equals(tree.substring(0, tree.lastIndexOf('@') + 1))
                        && mail.substring(at + 1).equals(tree.substring(tree.lastIndexOf('@') + 1))
                : domain(mail.substring(at + 1), tree, false);
    }

    private static Optional<String> host(String uri) {
        return Optional.ofNullable(URI.create(uri).getHost())
                .map(host -> host.toLowerCase(Locale.ROOT))
                .filter(host -> !host.startsWith("[") && !host.matches("[0-9.]+"));
    }

    private static boolean range(byte[] address, byte[] range) {
        boolean within = range.length == 2 * address.length;
        for (int i = 0; within && i < address.length; i++) {
            within = (address[i] & range[address.length + i]) == (range[i] & range[address.length + i]);
        }
        return within;
    }

    private static boolean below(X500Name name, GeneralName tree) {
        RDN[] outer = X500Name.getInstance(tree.getName()).getRDNs();
        RDN[] inner = name.getRDNs();
        return inner.length >= outer.length
                && new X500Name(Arrays.copyOf(inner, outer.length)).equals(new X500Name(outer));
    }

    private static byte[] octets(GeneralName name) {
        return ASN1OctetString.getInstance(name.getName()).getOctets();
    }

    /** Host names are compared in lower case; the local part of a mailbox keeps its own (RFC 5280 4.2.1.6). */
    private static String text(GeneralName name) {
        String text = name.getName().toString();
        int at = text.lastIndexOf('@');
        boolean mailbox = name.getTagNo() == GeneralName.rfc822Name && at >= 0;
        boolean uri = name.getTagNo() == GeneralName.uniformResourceIdentifier && text.indexOf(':') >= 0;
        return mailbox
                ? text.substring(0, at) + text.substring(at).toLowerCase(Locale.ROOT)
                : uri ? text : text.toLowerCase(Locale.ROOT);
    }

    private static String shown(GeneralName name) {
        return name.getTagNo() == GeneralName.iPAddress
                ? io.casemate.engine.pki.name.IpAddress.of(octets(name)).text()
                : name.getName().toString();
    }
}
