package io.casemate.engine.pki.draft;

import static io.casemate.engine.pki.draft.LintRule.must;

import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.IpAddress;
import io.casemate.engine.pki.name.MailAddress;
import io.casemate.engine.pki.name.OtherName;
import io.casemate.engine.pki.name.UriName;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;

/** Rules on who the certificate is for: the subject and its alternative names. */
final class SubjectRules {
    /** Upper bounds, RFC 5280 appendix A.1. */
    private static final Map<ASN1ObjectIdentifier, Integer> BOUNDS =
            Map.of(BCStyle.CN, 64, BCStyle.O, 64, BCStyle.OU, 64, BCStyle.L, 128, BCStyle.ST, 128, BCStyle.C, 2);

    static final List<LintRule> ALL = List.of(
            new LintRule("subject_bounds", "RFC 5280 A.1", SubjectRules::bounds),
            must(
                    "country_printable",
                    "RFC 5280 A.1",
                    c -> Arrays.stream(c.tbs().getSubject().getRDNs(BCStyle.C))
                            .allMatch(rdn -> rdn.getFirst().getValue() instanceof ASN1PrintableString),
                    "the country is not a PrintableString"),
            must(
                    "one_common_name",
                    "BR 7.1.4.3",
                    c -> c.tbs().getSubject().getRDNs(BCStyle.CN).length <= 1,
                    "the subject has more than one common name"),
            must(
                    "no_subject_needs_critical_san",
                    "RFC 5280 4.1.2.6",
                    c -> c.tbs().getSubject().getRDNs().length > 0
                            || c.extension(Extension.subjectAlternativeName)
                                    .map(Extension::isCritical)
                                    .orElse(false),
                    "there is neither a common name nor an alternative name"),
            must(
                    "ca_has_subject",
                    "RFC 5280 4.1.2.6",
                    c -> !c.ca() || c.tbs().getSubject().getRDNs().length > 0,
                    "a CA needs a subject; give it a common_name"),
            must(
                    "san_not_empty",
                    "RFC 5280 4.2.1.6",
                    c -> c.extension(Extension.subjectAlternativeName).isEmpty()
                            || !c.altNames().isEmpty(),
                    "the list of alternative names is empty"),
            new LintRule("san_syntax", "RFC 5280 4.2.1.6", SubjectRules::syntax),
            must(
                    "san_unique",
                    "BR 7.1.2.7.12",
                    c -> new HashSet<>(c.altNames()).size() == c.altNames().size(),
                    "an alternative name appears twice"),
            must(
                    "cn_in_sans",
                    "BR 7.1.4.3",
                    c -> c.ca() || c.lenient(Leniency.CN_NOT_IN_SANS) || commonNameRepeated(c),
                    "the common name is a name that is not among the alternative names"));

    private SubjectRules() {}

    private static Optional<String> bounds(Candidate candidate) {
        for (RDN rdn : candidate.tbs().getSubject().getRDNs()) {
            for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
                int length = attribute.getValue().toString().length();
                if (length == 0 || length > BOUNDS.getOrDefault(attribute.getType(), 256)) {
                    return Optional.of("the attribute " + BCStyle.INSTANCE.oidToDisplayName(attribute.getType())
                            + " is empty or too long");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<String> syntax(Candidate candidate) {
        DnsName.Syntax dns = candidate.lenient(Leniency.UNDERSCORES) ? DnsName.Syntax.UNDERSCORES : DnsName.Syntax.HOST;
        try {
            for (GeneralName name : candidate.altNames()) {
                String text = name.getName().toString();
                String oneForm = switch (name.getTagNo()) {
                    case GeneralName.dNSName -> DnsName.parse(text, dns).text();
                    case GeneralName.rfc822Name -> MailAddress.parse(text).text();
                    case GeneralName.uniformResourceIdentifier ->
                        UriName.parse(text).text();
                    case GeneralName.iPAddress -> {
                        IpAddress.of(ASN1OctetString.getInstance(name.getName()).getOctets());
                        yield text;
                    }
                    case GeneralName.otherName -> {
                        yield name.getName()
                                        .equals(OtherName.of(name.getName().toASN1Primitive())
                                                .encoded())
                                ? text
                                : "";
                    }
                    default -> "";
                };
                if (!oneForm.equals(text)) {
                    return Optional.of("an alternative name is of a kind or in a form that we do not sign");
                }
            }
        } catch (FaultException e) {
            return Optional.of(
                    e.fault() instanceof Fault.BadRequest(List<String> details)
                            ? String.join("; ", details)
                            : "an alternative name cannot be read");
        }
        return Optional.empty();
    }

    private static boolean commonNameRepeated(Candidate candidate) {
        return candidate
                .spelt()
                .map(spelt -> Arrays.stream(spelt.encode().getNames()).allMatch(candidate.altNames()::contains))
                .orElse(true);
    }
}
