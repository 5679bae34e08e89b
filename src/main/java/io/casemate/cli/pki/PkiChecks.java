package io.casemate.cli.pki;

import io.casemate.cli.http.Values;
import io.casemate.cli.pki.PkiHealth.Check;
import io.casemate.cli.pki.PkiHealth.Finding;
import io.casemate.cli.pki.PkiHealth.Status;
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
import java.util.function.Function;
import java.util.stream.Stream;

/** The checks, with Vault's names and thresholds. */
final class PkiChecks {
    private static final int FEW = 100;
    private static final int MANY = 15_000;
    private static final int TOO_MANY = 50_000;

    static final List<Check> ALL = List.of(
            new Check("ca_validity_period", mount -> issuers(mount, (id, ca) -> life(mount, id, ca))),
            new Check("crl_validity_period", mount -> issuers(mount, (id, ca) -> crl(mount, id))),
            new Check("hardware_backed_root", mount -> issuers(mount, (id, ca) -> hardware(mount, id, ca))),
            new Check("root_issued_leaves", PkiChecks::rootIssuedLeaves),
            new Check(
                    "role_allows_localhost",
                    mount -> roles(
                            mount,
                            "allow_localhost",
                            role -> true,
                            Status.WARNING,
                            "the role allows localhost: anybody could play the server of another on the same machine")),
            new Check(
                    "role_allows_glob_wildcards",
                    mount -> roles(
                            mount,
                            "allow_glob_domains",
                            role -> Values.bool(role, "allow_wildcard_certificates"),
                            Status.WARNING,
                            "the role allows wildcards together with globs: more names than meant may match")),
            new Check(
                    "role_no_store_false",
                    mount -> roles(
                            mount,
                            "",
                            role -> !Values.bool(role, "no_store"),
                            Status.INFORMATIONAL,
                            "the role keeps its certificates: with short lives, no_store=true saves storage")),
            new Check(
                    "audit_visibility",
                    mount -> tuned(
                            mount,
                            "audit_non_hmac_request_keys",
                            List.of("common_name", "csr"),
                            "audit shows these members hashed only; requests are hard to follow")),
            new Check(
                    "allow_if_modified_since",
                    mount -> tuned(
                            mount,
                            "passthrough_request_headers",
                            List.of("If-Modified-Since"),
                            "clients fetch CRLs and certificates anew each time")),
            new Check(
                    "enable_auto_tidy",
                    mount -> List.of(
                            Values.bool(mount.data("config/auto-tidy"), "enabled")
                                    ? ok(mount, "config/auto-tidy", "auto-tidy is on")
                                    : new Finding(
                                            Status.INFORMATIONAL, mount.path("config/auto-tidy"), "auto-tidy is off"))),
            new Check("tidy_last_run", PkiChecks::tidied),
            new Check(
                    "enable_acme_issuance",
                    mount -> List.of(
                            Values.bool(mount.data("config/acme"), "enabled")
                                    ? ok(mount, "config/acme", "ACME is on")
                                    : new Finding(
                                            Status.INFORMATIONAL,
                                            mount.path("config/acme"),
                                            "ACME is off: clients cannot renew certificates by themselves"))),
            new Check("too_many_certs", PkiChecks::count));

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

    /** Roots: 180, 365, 730 days; intermediates: 30, 60, 180. */
    private static Finding life(PkiMount mount, String id, X509Certificate ca) {
        long days =
                Duration.between(Instant.now(), ca.getNotAfter().toInstant()).toDays();
        boolean root = PkiCertificates.selfIssued(ca);
        Status status = days < (root ? 180 : 30)
                ? Status.CRITICAL
                : days < (root ? 365 : 60)
                        ? Status.WARNING
                        : days < (root ? 730 : 180) ? Status.INFORMATIONAL : Status.OK;
        return new Finding(
                status, mount.path("issuer/" + id), (root ? "root" : "intermediate") + " expires in " + days + " days");
    }

    private static Finding crl(PkiMount mount, String id) {
        String below = "issuer/" + id + "/crl/der";
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
            return used >= 95
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

    private static List<Finding> rootIssuedLeaves(PkiMount mount) {
        List<X509Certificate> roots = mount.names("issuers").stream()
                .map(id -> PkiCertificates.parse(Values.text(mount.data("issuer/" + id + "/json"), "certificate")))
                .filter(PkiCertificates::selfIssued)
                .toList();
        List<Finding> findings = mount.names("certs", FEW).stream()
                .flatMap(serial -> leafOf(roots, mount, serial))
                .toList();
        return findings.isEmpty()
                ? List.of(ok(mount, "certs", "no end certificate by a root among the first " + FEW))
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
            PkiMount mount, String flag, Function<Map<String, Object>, Boolean> also, Status status, String message) {
        List<Finding> findings = new ArrayList<>();
        for (String name : mount.names("roles")) {
            Map<String, Object> role = mount.data("roles/" + name);
            boolean hit = (flag.isEmpty() || Values.bool(role, flag)) && also.apply(role);
            findings.add(
                    hit
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

    private static List<Finding> tidied(PkiMount mount) {
        Map<String, Object> status = mount.data("tidy-status");
        String automatic = Values.text(status, "last_auto_tidy_finished");
        String finished = automatic.isEmpty() ? Values.text(status, "time_finished") : automatic;
        try {
            long days = Duration.between(OffsetDateTime.parse(finished).toInstant(), Instant.now())
                    .toDays();
            return List.of(
                    days < 7
                            ? ok(mount, "tidy-status", "the last tidy ended " + days + " days ago")
                            : new Finding(
                                    Status.WARNING,
                                    mount.path("tidy-status"),
                                    "the last tidy ended " + days + " days ago"));
        } catch (DateTimeParseException e) {
            return List.of(new Finding(Status.INFORMATIONAL, mount.path("tidy-status"), "tidy has never ended"));
        }
    }

    private static List<Finding> count(PkiMount mount) {
        int count = mount.names("certs", TOO_MANY + 1).size();
        Status status = count > TOO_MANY ? Status.CRITICAL : count > MANY ? Status.WARNING : Status.OK;
        return List.of(new Finding(
                status,
                mount.path("certs"),
                (count > TOO_MANY ? "more than " + TOO_MANY : count) + " certificates kept"));
    }

    private static Finding ok(PkiMount mount, String below, String message) {
        return new Finding(Status.OK, mount.path(below), message);
    }
}
