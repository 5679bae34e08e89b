package io.casemate.engine.pki.acme;

import io.casemate.engine.pki.name.Printable;
import io.casemate.engine.pki.role.Bound;
import io.casemate.engine.pki.role.FieldValues;
import io.casemate.engine.pki.role.Role;
import io.casemate.engine.pki.role.RoleFields;
import io.casemate.engine.pki.role.Timestamps;
import io.casemate.engine.pki.store.Ids;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.engine.pki.store.Issuer.LeafLife;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a directory issues by: a role and an issuer that {@code config/acme} allows. The role's limits on names, keys and life hold;
 * what a client could otherwise ask for beside names is fixed.
 */
record IssuancePolicy(Role role, Issuer issuer) {
    /**
     * Finds them.
     *
     * @throws Problem when there is none, or it is not open to ACME
     */
    static IssuancePolicy of(Directory directory, AcmeSettings settings, MountServices services) {
        if (directory.role().isEmpty() && settings.forbidsDefault()) {
            throw ProblemType.UNAUTHORIZED.because("this directory is closed: use roles/NAME/acme/directory");
        }
        directory.role().filter(name -> !settings.allowsRole(name)).ifPresent(name -> {
            throw ProblemType.UNAUTHORIZED.because("the role " + Printable.of(name) + " is not open to ACME");
        });
        Optional<Role> role = directory
                .role()
                .or(settings::defaultRole)
                .map(name -> services.roles()
                        .get(name)
                        .orElseThrow(
                                () -> ProblemType.MALFORMED.because(404, "there is no role " + Printable.of(name))));
        String ref = directory
                .issuer()
                .orElseGet(() -> role.map(each -> each.text("issuer_ref")).orElse(Ids.DEFAULT));
        Issuer issuer = services.issuers()
                .byRef(ref)
                .orElseThrow(() -> ProblemType.MALFORMED.because(404, "there is no issuer " + Printable.of(ref)));
        if (!settings.allowsIssuer(List.of(ref, issuer.id().toString(), issuer.name()))) {
            throw ProblemType.UNAUTHORIZED.because("the issuer " + Printable.of(ref) + " is not open to ACME");
        }
        if (issuer.keyId().isEmpty() || !issuer.usages().contains("issuing-certificates")) {
            throw ProblemType.UNAUTHORIZED.because("the issuer " + Printable.of(ref) + " has no key, or may not issue");
        }
        if (services.revocations().ofIssuer(issuer.id()).isPresent()) {
            throw ProblemType.UNAUTHORIZED.because("the issuer " + Printable.of(ref) + " is revoked");
        }
        // Clients choose no TTL, and renew in time: in a CA's last weeks they get what there is.
        return new IssuancePolicy(
                bounded(role, settings, services.now()),
                issuer.leafLife() == LeafLife.ERR ? issuer.withLeafLife(LeafLife.TRUNCATE) : issuer);
    }

    /** Names come from the order and from nowhere else; certificates are kept, because clients fetch them later. */
    private static Role bounded(Optional<Role> role, AcmeSettings settings, Instant now) {
        Map<String, Object> values =
                new LinkedHashMap<>(role.map(Role::values).orElseGet(() -> FieldValues.fallbacks(RoleFields.ALL)));
        if (role.isEmpty()) {
            values.put("allow_any_name", true);
            values.put("key_type", "any");
            values.put("key_bits", 0L);
        }
        if (Boolean.TRUE.equals(values.get("no_store"))) {
            throw ProblemType.UNAUTHORIZED.because(
                    "the role keeps no certificates (no_store), and ACME clients fetch theirs after they were made");
        }
        values.put("use_csr_common_name", false);
        values.put("use_csr_sans", false);
        values.put("require_cn", false);
        values.put("generate_lease", false);
        if (!settings.allowsRoleUsages()) {
            values.put("server_flag", true);
            values.put("client_flag", false);
            values.put("code_signing_flag", false);
            values.put("email_protection_flag", false);
            values.put("ext_key_usage", List.of());
            values.put("ext_key_usage_oids", List.of());
        }
        Duration longest = Duration.ofSeconds((Long) values.get("max_ttl"));
        Duration max = longest.isPositive() && longest.compareTo(settings.maxTtl()) < 0 ? longest : settings.maxTtl();
        values.put("max_ttl", max.toSeconds());
        values.put("ttl", Math.min((Long) values.get("ttl"), max.toSeconds()));
        boundEnd(values, now.plus(max), max);
        return Role.of(role.map(Role::name).orElse("acme"), values);
    }

    /** The role's own times win over its TTLs, so they are bounded too; what is earlier stays. */
    private static void boundEnd(Map<String, Object> values, Instant latest, Duration max) {
        if (Timestamps.optional("not_after", (String) values.get("not_after"))
                .filter(end -> end.isAfter(latest))
                .isPresent()) {
            values.put("not_after", "");
            values.put("ttl", max.toSeconds());
        }
        Bound bound = Bound.parse("not_after_bound", (String) values.get("not_after_bound"));
        boolean later = bound.kind() == Bound.Kind.PERMIT
                || bound.limit().filter(limit -> limit.isAfter(latest)).isPresent();
        if (later) {
            values.put("not_after_bound", latest.toString());
        }
    }
}
