package io.casemate.cli.pki;

import io.casemate.cli.http.Values;
import io.casemate.cli.pki.PkiCheck.Finding;
import io.casemate.cli.pki.PkiCheck.Status;
import io.casemate.cli.pki.PkiCheck.Terms;
import io.casemate.kernel.Durations;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.stream.Stream;

/** The checks, with Vault's names and thresholds. */
final class PkiChecks {
    static final List<PkiCheck> ALL = List.of(
            new PkiCheck(
                    "ca_validity_period",
                    Map.of(
                            "root_expiry_critical", "180d",
                            "root_expiry_warning", "365d",
                            "root_expiry_informational", "730d",
                            "intermediate_expiry_critical", "30d",
                            "intermediate_expiry_warning", "60d",
                            "intermediate_expiry_informational", "180d"),
                    (mount, terms) -> issuers(mount, (id, ca) -> life(mount, id, ca, terms))),
            new PkiCheck(
                    "crl_validity_period",
                    Map.of("crl_expiry_pct_critical", "95", "delta_crl_expiry_pct_critical", "95"),
                    PkiChecks::crls),
            new PkiCheck("hardware_backed_root", mount -> issuers(mount, (id, ca) -> hardware(mount, id, ca))),
            new PkiCheck("root_issued_leaves", Map.of("certs_to_fetch", 100L), PkiChecks::rootIssuedLeaves),
            new PkiCheck(
                    "role_allows_localhost",
                    mount -> roles(
                            mount,
                            (name, role) -> Values.bool(role, "allow_localhost"),
                            Status.WARNING,
                            "the role allows localhost: anybody could play the server of another on the same machine")),
            new PkiCheck(
                    "role_allows_glob_wildcards",
                    mount -> roles(
                            mount,
                            (name, role) -> Values.bool(role, "allow_glob_domains")
                                    && Values.bool(role, "allow_wildcard_certificates"),
                            Status.WARNING,
                            "the role allows wildcards together with globs: more names than meant may match")),
            new PkiCheck(
                    "role_no_store_false",
                    Map.of("allowed_roles", List.of()),
                    (mount, terms) -> roles(
                            mount,
                            (name, role) -> !Values.bool(role, "no_store")
                                    && !terms.texts("allowed_roles").contains(name),
                            Status.INFORMATIONAL,
                            "the role keeps its certificates: with short lives, no_store=true saves storage")),
            new PkiCheck(
                    "audit_visibility",
                    Map.of("ignored_parameters", List.of()),
                    (mount, terms) -> tuned(
                            mount,
                            "audit_non_hmac_request_keys",
                            Stream.of("common_name", "csr")
                                    .filter(name ->
                                            !terms.texts("ignored_parameters").contains(name))
                                    .toList(),
                            "audit shows these members hashed only; requests are hard to follow")),
            new PkiCheck(
                    "allow_if_modified_since",
                    mount -> tuned(
                            mount,
                            "passthrough_request_headers",
                            List.of("If-Modified-Since"),
                            "clients fetch CRLs and certificates anew each time")),
            new PkiCheck(
                    "enable_auto_tidy",
                    Map.of(
                            "interval_duration_critical", "7d",
                            "interval_duration_warning", "2d",
                            "pause_duration_critical", "1s",
                            "pause_duration_warning", "200ms"),
                    PkiChecks::tidying),
            new PkiCheck(
                    "tidy_last_run", Map.of("last_run_critical", "7d", "last_run_warning", "2d"), PkiChecks::tidied),
            new PkiCheck(
                    "enable_acme_issuance",
                    mount -> List.of(
                            Values.bool(mount.data("config/acme"), "enabled")
                                    ? ok(mount, "config/acme", "ACME is on")
                                    : new Finding(
                                            Status.INFORMATIONAL,
                                            mount.path("config/acme"),
                                            "ACME is off: clients cannot renew certificates by themselves"))),
            new PkiCheck(
                    "allow_acme_headers",
                    mount -> List.of(
                            ok(mount, "config/acme", "the server sends ACME's headers without being tuned to"))),
            new PkiCheck(
                    "too_many_certs", Map.of("count_critical", 250_000L, "count_warning", 50_000L), PkiChecks::count));

    private PkiChecks() {}

    /** Looks at one issuer. */
    @FunctionalInterface
    private interface Look {
        Finding at(String id, X509Certificate ca);
    }

    private static List<Finding> issuers(PkiMount mount, Look look) {
        List<Finding> findings = new ArrayList<>();
        for (String id : mount.names("issuers")) {
            String pem = Values.text(mount.data("issuer/" + id + "/json"), "certificate");
            findings.add(look.at(id, PkiCertificates.parse(pem)));
        }
        return findings.isEmpty()
                ? List.of(new Finding(Status.NOT_APPLICABLE, mount.path("issuers"), "there is no issuer"))
                : findings;
    }

    private static Finding life(PkiMount mount, String id, X509Certificate ca, Terms terms) {
        Duration left = Duration.between(Instant.now(), ca.getNotAfter().toInstant());
        String kind = PkiCertificates.selfIssued(ca) ? "root" : "intermediate";
        Status status = Stream.of(Status.CRITICAL, Status.WARNING, Status.INFORMATIONAL)
                .filter(each -> left.compareTo(terms.time(kind + "_expiry_" + each.word())) < 0)
                .findFirst()
                .orElse(Status.OK);
        return new Finding(status, mount.path("issuer/" + id), kind + " expires in " + left.toDays() + " days");
    }

    /** Complete CRLs, and delta CRLs where there are some. */
    private static List<Finding> crls(PkiMount mount, Terms terms) {
        List<Finding> findings = new ArrayList<>(issuers(
                mount, (id, ca) -> crl(mount, "issuer/" + id + "/crl/der", terms.count("crl_expiry_pct_critical"))));
        long most = terms.count("delta_crl_expiry_pct_critical");
        issuers(mount, (id, ca) -> crl(mount, "issuer/" + id + "/crl/delta/der", most)).stream()
                .filter(finding -> finding.status() != Status.NOT_APPLICABLE)
                .forEach(findings::add);
        return findings;
    }

    private static Finding crl(PkiMount mount, String below, long most) {
        byte[] der = mount.raw(below);
        if (der.length == 0) {
            return new Finding(Status.NOT_APPLICABLE, mount.path(below), "there is no CRL");
        }
        try {
            X509CRL crl = (X509CRL) CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
            Instant begin = crl.getThisUpdate().toInstant();
            Instant end = crl.getNextUpdate().toInstant();
            long used = 100
                    * Duration.between(begin, Instant.now()).toSeconds()
                    / Math.max(1, Duration.between(begin, end).toSeconds());
            return used >= most
                    ? new Finding(Status.CRITICAL, mount.path(below), used + " % of the CRL's life have passed")
                    : ok(mount, below, used + " % of the CRL's life have passed");
        } catch (GeneralSecurityException e) {
            return new Finding(Status.CRITICAL, mount.path(below), "the CRL cannot be read: " + e.getMessage());
        }
    }

    private static Finding hardware(PkiMount mount, String id, X509Certificate ca) {
        if (!PkiCertificates.selfIssued(ca)) {
            return new Finding(Status.NOT_APPLICABLE, mount.path("issuer/" + id), "not a root");
        }
        String key = Values.text(mount.data("issuer/" + id), "key_id");
        if (key.isEmpty()) {
            return new Finding(Status.NOT_APPLICABLE, mount.path("issuer/" + id), "its key is not here");
        }
        boolean managed =
                !Values.text(mount.data("key/" + key), "managed_key_id").isEmpty();
        return managed
                ? ok(mount, "issuer/" + id, "the root's key is in an HSM")
                : new Finding(Status.WARNING, mount.path("issuer/" + id), "the root's key is not in an HSM");
    }

    private static List<Finding> rootIssuedLeaves(PkiMount mount, Terms terms) {
        int few = Math.toIntExact(terms.count("certs_to_fetch"));
        List<X509Certificate> roots = mount.names("issuers").stream()
                .map(id -> PkiCertificates.parse(Values.text(mount.data("issuer/" + id + "/json"), "certificate")))
                .filter(PkiCertificates::selfIssued)
                .toList();
        List<Finding> findings = mount.names("certs", few).stream()
                .flatMap(serial -> leafOf(roots, mount, serial))
                .toList();
        return findings.isEmpty()
                ? List.of(ok(mount, "certs", "no end certificate by a root among the first " + few))
                : findings;
    }

    private static Stream<Finding> leafOf(List<X509Certificate> roots, PkiMount mount, String serial) {
        X509Certificate each = PkiCertificates.parse(Values.text(mount.data("cert/" + serial), "certificate"));
        boolean leaf =
                each.getBasicConstraints() < 0 && roots.stream().anyMatch(root -> PkiCertificates.signed(root, each));
        return leaf
                ? Stream.of(new Finding(
                        Status.WARNING, mount.path("cert/" + serial), "a root signed this end certificate itself"))
                : Stream.empty();
    }

    private static List<Finding> roles(
            PkiMount mount, BiPredicate<String, Map<String, Object>> bad, Status status, String message) {
        List<Finding> findings = new ArrayList<>();
        for (String name : mount.names("roles")) {
            findings.add(
                    bad.test(name, mount.data("roles/" + name))
                            ? new Finding(status, mount.path("roles/" + name), message)
                            : ok(mount, "roles/" + name, "the role is fine"));
        }
        return findings.isEmpty()
                ? List.of(new Finding(Status.NOT_APPLICABLE, mount.path("roles"), "there is no role"))
                : findings;
    }

    private static List<Finding> tuned(PkiMount mount, String member, List<String> wanted, String otherwise) {
        List<String> set = Values.texts(mount.tuning().get(member));
        boolean all = wanted.stream().allMatch(each -> set.stream().anyMatch(each::equalsIgnoreCase));
        String endpoint = "/sys/mounts" + mount.path("tune");
        return List.of(
                all
                        ? new Finding(Status.OK, endpoint, member + " is set")
                        : new Finding(
                                Status.INFORMATIONAL, endpoint, otherwise + ": tune " + member + " to " + wanted));
    }

    private static List<Finding> tidying(PkiMount mount, Terms terms) {
        Map<String, Object> config = mount.data("config/auto-tidy");
        String path = mount.path("config/auto-tidy");
        if (!Values.bool(config, "enabled")) {
            return List.of(new Finding(Status.INFORMATIONAL, path, "auto-tidy is off"));
        }
        List<Finding> findings = new ArrayList<>(List.of(new Finding(Status.OK, path, "auto-tidy is on")));
        for (String name : List.of("interval_duration", "pause_duration")) {
            Duration set = Durations.parse(name, config.getOrDefault(name, ""));
            Status status = worse(set, terms, name);
            if (status != Status.OK) {
                findings.add(new Finding(status, path, name + " is long: " + Durations.format(set)));
            }
        }
        return findings;
    }

    /** Whether a time is beyond what {@code NAME_critical} or {@code NAME_warning} allow. */
    private static Status worse(Duration time, Terms terms, String name) {
        return Stream.of(Status.CRITICAL, Status.WARNING)
                .filter(each -> time.compareTo(terms.time(name + "_" + each.word())) >= 0)
                .findFirst()
                .orElse(Status.OK);
    }

    private static List<Finding> tidied(PkiMount mount, Terms terms) {
        Map<String, Object> status = mount.data("tidy-status");
        String automatic = Values.text(status, "last_auto_tidy_finished");
        String finished = automatic.isEmpty() ? Values.text(status, "time_finished") : automatic;
        try {
            Duration ago = Duration.between(OffsetDateTime.parse(finished).toInstant(), Instant.now());
            return List.of(new Finding(
                    worse(ago, terms, "last_run"),
                    mount.path("tidy-status"),
                    "the last tidy ended " + ago.toDays() + " days ago"));
        } catch (DateTimeParseException e) {
            return List.of(new Finding(Status.INFORMATIONAL, mount.path("tidy-status"), "tidy has never ended"));
        }
    }

    private static List<Finding> count(PkiMount mount, Terms terms) {
        long most = terms.count("count_critical");
        long count = mount.count("certs", most);
        Status status =
                count >= most ? Status.CRITICAL : count >= terms.count("count_warning") ? Status.WARNING : Status.OK;
        return List.of(new Finding(
                status, mount.path("certs"), (count >= most ? "at least " + most : count) + " certificates kept"));
    }

    private static Finding ok(PkiMount mount, String below, String message) {
        return new Finding(Status.OK, mount.path(below), message);
    }
}
