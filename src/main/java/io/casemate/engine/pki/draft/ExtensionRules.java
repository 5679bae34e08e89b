package io.casemate.engine.pki.draft;

import static io.casemate.engine.pki.draft.LintRule.must;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.PolicyInformation;

/** Rules on the other extensions. */
final class ExtensionRules {
    static final List<LintRule> ALL = List.of(
            must(
                    "extensions_unique",
                    "RFC 5280 4.2",
                    c -> c.extensions() != null
                            && new HashSet<>(Arrays.asList(c.extensions().getExtensionOIDs())).size()
                                    == c.extensions().getExtensionOIDs().length,
                    "an extension appears twice"),
            must(
                    "ca_constraints_critical",
                    "RFC 5280 4.2.1.9",
                    c -> !c.ca()
                            || c.extension(Extension.basicConstraints)
                                    .map(Extension::isCritical)
                                    .orElse(false),
                    "the basic constraints of a CA are not critical"),
            must(
                    "path_length_only_for_ca",
                    "RFC 5280 4.2.1.9",
                    c -> c.ca()
                            || c.basicConstraints()
                                    .map(b -> b.getPathLenConstraint() == null)
                                    .orElse(true),
                    "a path length stands in a certificate of no CA"),
            must(
                    "name_constraints_only_for_ca",
                    "RFC 5280 4.2.1.10",
                    c -> c.ca() || c.extension(Extension.nameConstraints).isEmpty(),
                    "name constraints stand in a certificate of no CA"),
            must(
                    "ca_has_key_id",
                    "RFC 5280 4.2.1.2",
                    c -> !c.ca() || c.subjectKeyId().isPresent(),
                    "a CA has no subject key identifier"),
            must(
                    "key_ids_not_critical",
                    "RFC 5280 4.2.1.1, 4.2.1.2",
                    c -> notCritical(c, Extension.authorityKeyIdentifier)
                            && notCritical(c, Extension.subjectKeyIdentifier),
                    "a key identifier is critical"),
            must(
                    "ext_key_usage_not_empty",
                    "RFC 5280 4.2.1.12",
                    c -> c.extension(Extension.extendedKeyUsage)
                            .map(e -> ExtendedKeyUsage.getInstance(e.getParsedValue())
                                            .size()
                                    > 0)
                            .orElse(true),
                    "the extended key usage is empty"),
            must(
                    "policies_unique",
                    "RFC 5280 4.2.1.4",
                    c -> c.extension(Extension.certificatePolicies)
                            .map(e -> unique(CertificatePolicies.getInstance(e.getParsedValue())
                                    .getPolicyInformation()))
                            .orElse(true),
                    "a certificate policy appears twice"));

    private ExtensionRules() {}

    private static boolean notCritical(Candidate candidate, org.bouncycastle.asn1.ASN1ObjectIdentifier oid) {
        return candidate
                .extension(oid)
                .map(extension -> !extension.isCritical())
                .orElse(true);
    }

    private static boolean unique(PolicyInformation[] policies) {
        return Arrays.stream(policies)
                        .map(PolicyInformation::getPolicyIdentifier)
                        .distinct()
                        .count()
                == policies.length;
    }
}
