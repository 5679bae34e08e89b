package io.casemate.engine.pki.draft;

import io.casemate.engine.pki.name.IpAddress;
import io.casemate.kernel.Cidr;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;

/**
 * What the CA/Browser Forum's Baseline Requirements want of certificates for public TLS servers, beyond what every certificate
 * here keeps. A private CA has good reasons to do otherwise, so these are advice, which a role's {@code lint} can make binding.
 */
final class AdviceRules {
    private static final Set<String> NOT_PUBLIC = Set.of(
            "local", "internal", "lan", "corp", "home", "intranet", "localhost", "localdomain", "test", "invalid");
    private static final List<String> RESERVED = List.of(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.2.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "224.0.0.0/3",
            "::/8",
            "fc00::/7",
            "fe80::/10",
            "ff00::/8",
            "2001:db8::/32");

    /** Longest life in days by the day from which it holds (ballot SC-081v3). */
    private static final TreeMap<Instant, Integer> LONGEST = new TreeMap<>(Map.of(
            Instant.EPOCH,
            398,
            Instant.parse("2026-03-15T00:00:00Z"),
            200,
            Instant.parse("2027-03-15T00:00:00Z"),
            100,
            Instant.parse("2029-03-15T00:00:00Z"),
            47));

    static final List<LintRule> ALL = List.of(
            server("life_of_server", "BR 6.3.2", AdviceRules::tooLong),
            server("public_names", "BR 7.1.2.7.12, 4.2.2", AdviceRules::notPublic),
            server(
                    "no_underscore",
                    "BR 7.1.2.7.12",
                    c -> c.altNames(GeneralName.dNSName).stream()
                            .filter(name -> name.indexOf('_') >= 0)
                            .findFirst()
                            .map(name -> "the name '" + name + "' has an underscore")),
            server(
                    "no_ou",
                    "BR 7.1.4.2",
                    c -> c.subject(BCStyle.OU).isEmpty()
                            ? Optional.empty()
                            : Optional.of("the subject has an organizational unit")),
            server(
                    "names_in_sans",
                    "BR 7.1.2.7.12",
                    c -> c.altNames().isEmpty() ? Optional.of("there is no alternative name") : Optional.empty()),
            server(
                    "ext_key_usage_of_server",
                    "BR 7.1.2.7.10",
                    c -> Arrays.stream(purposes(c))
                            .filter(purpose -> !purpose.equals(KeyPurposeId.id_kp_serverAuth)
                                    && !purpose.equals(KeyPurposeId.id_kp_clientAuth))
                            .findFirst()
                            .map(purpose -> "the extended key usage " + purpose + " stands beside that of a server")),
            server(
                    "server_signs",
                    "BR 7.1.2.7.11",
                    c -> c.mayUse(KeyUsage.digitalSignature)
                            ? Optional.empty()
                            : Optional.of("the key usage digitalSignature is not there")),
            server(
                    "policy_reserved",
                    "BR 7.1.2.7.9",
                    c -> c.extension(Extension.certificatePolicies)
                                    .map(e -> Arrays.stream(CertificatePolicies.getInstance(e.getParsedValue())
                                                    .getPolicyInformation())
                                            .map(PolicyInformation::getPolicyIdentifier)
                                            .anyMatch(oid -> oid.getId().startsWith("2.23.140.1.2.")))
                                    .orElse(false)
                            ? Optional.empty()
                            : Optional.of("none of the reserved policies 2.23.140.1.2.* is there")),
            server(
                    "authority_information",
                    "BR 7.1.2.7.7",
                    c -> c.extension(Extension.authorityInfoAccess).isPresent()
                            ? Optional.empty()
                            : Optional.of("the certificate does not say where its issuer's is (config/urls)")),
            server("revocation_is_found", "BR 7.1.2.11.2", AdviceRules::noRevocation));

    private AdviceRules() {}

    /** A rule for certificates of TLS servers. */
    private static LintRule server(
            String id, String source, java.util.function.Function<Candidate, Optional<String>> check) {
        return new LintRule(id, source, c -> server(c) ? check.apply(c) : Optional.empty());
    }

    private static boolean server(Candidate candidate) {
        return !candidate.ca() && Arrays.asList(purposes(candidate)).contains(KeyPurposeId.id_kp_serverAuth);
    }

    private static KeyPurposeId[] purposes(Candidate candidate) {
        return candidate
                .extension(Extension.extendedKeyUsage)
                .map(e -> ExtendedKeyUsage.getInstance(e.getParsedValue()).getUsages())
                .orElse(new KeyPurposeId[0]);
    }

    private static Duration life(Candidate candidate) {
        return Duration.between(
                        ProfileRules.instant(candidate.tbs().getStartDate()),
                        ProfileRules.instant(candidate.tbs().getEndDate()))
                .plusSeconds(1);
    }

    private static Optional<String> tooLong(Candidate candidate) {
        int most = LONGEST.floorEntry(ProfileRules.instant(candidate.tbs().getStartDate()))
                .getValue();
        return life(candidate).compareTo(Duration.ofDays(most)) <= 0
                ? Optional.empty()
                : Optional.of("the certificate of a server lives longer than " + most + " days");
    }

    private static Optional<String> notPublic(Candidate candidate) {
        Optional<String> address = candidate.altNames().stream()
                .filter(name -> name.getTagNo() == GeneralName.iPAddress)
                .map(name -> IpAddress.of(
                                ASN1OctetString.getInstance(name.getName()).getOctets())
                        .text())
                .filter(text -> Cidr.anyHolds(RESERVED, text))
                .findFirst();
        return candidate.altNames(GeneralName.dNSName).stream()
                .filter(AdviceRules::internal)
                .findFirst()
                .or(() -> address)
                .map(name -> "'" + name + "' is no name of the public Internet");
    }

    private static boolean internal(String name) {
        String bare = name.startsWith("*.") ? name.substring(2) : name;
        return bare.indexOf('.') < 0 || NOT_PUBLIC.contains(bare.substring(bare.lastIndexOf('.') + 1));
    }

    /** Short-lived certificates (7 days) need none. */
    private static Optional<String> noRevocation(Candidate candidate) {
        boolean found = candidate.extension(Extension.cRLDistributionPoints).isPresent()
                || candidate.extension(Extension.authorityInfoAccess).isPresent();
        return found || life(candidate).compareTo(Duration.ofDays(7)) <= 0
                ? Optional.empty()
                : Optional.of("the certificate says neither where its CRL nor where its OCSP responder is");
    }
}
