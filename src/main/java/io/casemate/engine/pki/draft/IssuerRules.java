package io.casemate.engine.pki.draft;

import static io.casemate.engine.pki.draft.LintRule.must;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/** Rules between the certificate and the one that signs it: what would not verify is not made. */
final class IssuerRules {
    static final List<LintRule> ALL = List.of(
            must(
                    "issuer_not_empty",
                    "RFC 5280 4.1.2.4",
                    c -> c.tbs().getIssuer().getRDNs().length > 0,
                    "the issuer's name is empty"),
            must(
                    "issuer_is_signer",
                    "RFC 5280 6.1.3 (a)(4)",
                    c -> c.tbs()
                            .getIssuer()
                            .equals(c.issuer()
                                    .map(Certificate::getSubject)
                                    .orElse(c.tbs().getSubject())),
                    "the issuer's name is not the signer's subject"),
            must(
                    "not_after_within_issuer",
                    "RFC 5280 6.1.3 (a)(2)",
                    c -> c.lenient(Leniency.MAY_OUTLIVE_ISSUER)
                            || c.issuer()
                                    .map(issuer -> !ProfileRules.instant(c.tbs().getEndDate())
                                            .isAfter(ProfileRules.instant(issuer.getEndDate())))
                                    .orElse(true),
                    "the certificate would outlive its issuer"),
            must(
                    "authority_key_id",
                    "RFC 5280 4.2.1.1",
                    c -> c.issuer().isEmpty()
                            || c.issuerKeyId()
                                    .map(id ->
                                            Arrays.equals(id, c.authorityKeyId().orElse(null)))
                                    .orElse(true),
                    "the authority key identifier is not the issuer's key identifier"),
            must(
                    "issuer_is_ca",
                    "RFC 5280 6.1.4 (k)",
                    c -> c.issuer()
                            .map(issuer -> constraints(issuer)
                                    .map(BasicConstraints::isCA)
                                    .orElse(false))
                            .orElse(true),
                    "the issuer is no CA"),
            must(
                    "issuer_signs_certificates",
                    "RFC 5280 6.1.4 (n)",
                    c -> c.issuer()
                            .map(issuer -> KeyUsages.allows(issuer, KeyUsage.keyCertSign))
                            .orElse(true),
                    "the issuer's certificate has a key usage without keyCertSign"),
            must(
                    "path_length_of_issuer",
                    "RFC 5280 6.1.4 (l)",
                    IssuerRules::withinPathLength,
                    "the issuer's path length allows no CA below it, or none so deep"),
            new LintRule("name_constraints_of_issuer", "RFC 5280 4.2.1.10", IssuerRules::outsideConstraints));

    private IssuerRules() {}

    private static Optional<BasicConstraints> constraints(Certificate certificate) {
        return extension(certificate, Extension.basicConstraints)
                .map(e -> BasicConstraints.getInstance(e.getParsedValue()));
    }

    private static Optional<Extension> extension(
            Certificate certificate, org.bouncycastle.asn1.ASN1ObjectIdentifier oid) {
        return Optional.ofNullable(certificate.getTBSCertificate().getExtensions())
                .map(all -> all.getExtension(oid));
    }

    /** Every CA above counts the CAs between itself and an end certificate. */
    private static boolean withinPathLength(Candidate candidate) {
        int own = candidate
                .basicConstraints()
                .map(BasicConstraints::getPathLenConstraint)
                .map(BigInteger::intValueExact)
                .orElse(0);
        int below = candidate.ca() ? own + 1 : 0;
        for (Certificate ca : candidate.path()) {
            int needed = below;
            boolean within = constraints(ca)
                    .map(BasicConstraints::getPathLenConstraint)
                    .map(limit -> limit.compareTo(BigInteger.valueOf(needed)) >= 0)
                    .orElse(true);
            if (!within) {
                return false;
            }
            below++;
        }
        return true;
    }

    private static Optional<String> outsideConstraints(Candidate candidate) {
        return candidate.path().stream()
                .flatMap(ca -> extension(ca, Extension.nameConstraints).stream())
                .map(e -> NameConstraints.getInstance(e.getParsedValue()))
                .flatMap(constraints -> NameConstraintRules.broken(constraints, candidate).stream())
                .findFirst();
    }
}
