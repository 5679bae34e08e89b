package io.casemate.auth.jwt;

import io.casemate.auth.Outbound;
import io.casemate.crypto.JwsAlgorithm;
import io.casemate.crypto.VerificationKey;
import io.casemate.crypto.X509;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Whose tokens a mount believes; docs/formats/auth-jwt.md.
 *
 * @param sources where keys are fetched; empty when {@code keys} are given
 * @param keys PEM
 * @param issuer what {@code iss} must be; empty for anything, or for what discovery says
 * @param algorithms those taken, by their names; empty for all
 * @param namespaceInState kept for clients that compare what they set with what is shown; of use to a login by browser only
 */
record Config(
        List<Source> sources,
        List<String> keys,
        String issuer,
        List<String> algorithms,
        String defaultRole,
        boolean namespaceInState) {
    static final Map<String, Field> FIELDS = fields();

    private static final int MOST_PAIRS = 20;

    /**
     * Where keys are.
     *
     * @param kind the field that it was set by
     * @param authorities PEM: whom to trust for TLS; empty for the JDK's list
     */
    record Source(Kind kind, String url, String authorities) {
        /** Reads and checks. */
        static Source of(Kind kind, String field, String url, String authorities) {
            Outbound.trusted(field, url);
            if (!authorities.isBlank() && X509.certificates(authorities).isEmpty()) {
                throw Fault.badRequest("field '" + kind.authorities + "': expected PEM certificates");
            }
            return new Source(kind, url.strip(), authorities);
        }
    }

    /** What an address gives. */
    enum Kind {
        /** A JWK set. */
        JWKS("jwks_ca_pem"),
        /** One of several JWK sets. */
        PAIR("jwks_pairs"),
        /** OpenID Connect Discovery 1.0: the document names the set. */
        DISCOVERY("oidc_discovery_ca_pem");

        private final String authorities;

        Kind(String authorities) {
            this.authorities = authorities;
        }
    }

    /** All that was sent: writing replaces what there was, {@code namespace_in_state} alone stays, as clients expect. */
    static Config of(Fields sent, Optional<Config> before) {
        List<Source> sources = new ArrayList<>();
        if (!sent.string("jwks_url").isEmpty()) {
            sources.add(Source.of(Kind.JWKS, "jwks_url", sent.string("jwks_url"), sent.string("jwks_ca_pem")));
        }
        List<Source> pairs = pairs(sent.any("jwks_pairs"));
        sources.addAll(pairs);
        if (!sent.string("oidc_discovery_url").isEmpty()) {
            sources.add(Source.of(
                    Kind.DISCOVERY,
                    "oidc_discovery_url",
                    sent.string("oidc_discovery_url"),
                    sent.string("oidc_discovery_ca_pem")));
        }
        List<String> keys = sent.strings("jwt_validation_pubkeys");
        int ways = sources.size() - Math.max(0, pairs.size() - 1) + (keys.isEmpty() ? 0 : 1);
        if (ways != 1) {
            throw Fault.badRequest("exactly one of 'jwt_validation_pubkeys', 'jwks_url', 'jwks_pairs' or"
                    + " 'oidc_discovery_url' must be set");
        }
        for (String name : sent.strings("jwt_supported_algs")) {
            if (JwsAlgorithm.named(name).isEmpty()) {
                throw Fault.badRequest("Invalid supported algorithm: " + name
                        + ": expected RS, PS or ES with 256, 384 or" + " 512, or EdDSA");
            }
        }
        keys.forEach(Config::key);
        return new Config(
                sources,
                keys,
                sent.string("bound_issuer"),
                sent.strings("jwt_supported_algs"),
                sent.string("default_role").toLowerCase(Locale.ROOT),
                sent.has("namespace_in_state")
                        ? sent.flag("namespace_in_state")
                        : before.map(Config::namespaceInState).orElse(true));
    }

    /** The given keys, read. */
    List<VerificationKey> verificationKeys() {
        return keys.stream().map(Config::key).toList();
    }

    /** As the API shows it, and as it is stored. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("jwks_url", url(Kind.JWKS));
        members.put("jwks_ca_pem", authorities(Kind.JWKS));
        members.put("jwks_pairs", pairs());
        members.put("oidc_discovery_url", url(Kind.DISCOVERY));
        members.put("oidc_discovery_ca_pem", authorities(Kind.DISCOVERY));
        members.put("jwt_validation_pubkeys", keys);
        members.put("jwt_supported_algs", algorithms);
        members.put("bound_issuer", issuer);
        members.put("default_role", defaultRole);
        members.put("namespace_in_state", namespaceInState);
        return members;
    }

    static Config decode(byte[] stored) {
        Members members = Members.read("the configuration of a jwt mount", stored);
        List<Source> sources = new ArrayList<>(pairs(members.any("jwks_pairs")));
        if (!members.text("jwks_url").isEmpty()) {
            sources.add(new Source(Kind.JWKS, members.text("jwks_url"), members.text("jwks_ca_pem")));
        }
        if (!members.text("oidc_discovery_url").isEmpty()) {
            sources.add(new Source(
                    Kind.DISCOVERY, members.text("oidc_discovery_url"), members.text("oidc_discovery_ca_pem")));
        }
        return new Config(
                sources,
                members.strings("jwt_validation_pubkeys"),
                members.text("bound_issuer"),
                members.strings("jwt_supported_algs"),
                members.text("default_role"),
                !members.has("namespace_in_state") || members.flag("namespace_in_state"));
    }

    private String url(Kind kind) {
        return sources.stream()
                .filter(each -> each.kind() == kind)
                .map(Source::url)
                .findFirst()
                .orElse("");
    }

    private String authorities(Kind kind) {
        return sources.stream()
                .filter(each -> each.kind() == kind)
                .map(Source::authorities)
                .findFirst()
                .orElse("");
    }

    private List<Map<String, String>> pairs() {
        return sources.stream()
                .filter(each -> each.kind() == Kind.PAIR)
                .map(each -> Map.of("jwks_url", each.url(), "jwks_ca_pem", each.authorities()))
                .toList();
    }

    private static List<Source> pairs(Object sent) {
        List<Source> pairs = new ArrayList<>();
        switch (sent) {
            case null -> {}
            case List<?> all
            when all.size() <= MOST_PAIRS -> {
                for (Object each : all) {
                    if (!(each instanceof Map<?, ?> pair) || !(pair.get("jwks_url") instanceof String url)) {
                        throw wrongPairs();
                    }
                    String authorities = pair.get("jwks_ca_pem") instanceof String pem ? pem : "";
                    pairs.add(Source.of(Kind.PAIR, "jwks_pairs", url, authorities));
                }
            }
            default -> throw wrongPairs();
        }
        return pairs;
    }

    private static FaultException wrongPairs() {
        return Fault.badRequest("field 'jwks_pairs': expected a list of at most " + MOST_PAIRS
                + " objects with jwks_url and jwks_ca_pem");
    }

    private static VerificationKey key(String pem) {
        try {
            return VerificationKey.pem(pem);
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of("field 'jwt_validation_pubkeys': error parsing public key: expected PEM"
                            + " public keys or certificates: RSA of 2048 to 8192 bits, P-256, P-384, P-521 or Ed25519"))
                    .causedBy(e);
        }
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("jwks_url", Field.string("Where a JWK set with the issuer's keys is; https."));
        fields.put("jwks_ca_pem", Field.string("PEM: whom to trust there; else the JDK's list."));
        fields.put("jwks_pairs", Field.any("Several sets: a list of objects with jwks_url and jwks_ca_pem."));
        fields.put("oidc_discovery_url", Field.string("The issuer, without .well-known; https."));
        fields.put("oidc_discovery_ca_pem", Field.string("PEM: whom to trust there; else the JDK's list."));
        fields.put("jwt_validation_pubkeys", Field.strings("PEM: the issuer's keys themselves."));
        fields.put("jwt_supported_algs", Field.strings("Algorithms to take; else all with a public key."));
        fields.put("bound_issuer", Field.string("What iss must be."));
        fields.put("default_role", Field.string("The role of logins that name none."));
        fields.put("namespace_in_state", Field.flag(true, "Kept and shown; for logins by browser."));
        return fields;
    }
}
