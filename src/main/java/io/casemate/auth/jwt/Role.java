package io.casemate.auth.jwt;

import io.casemate.auth.TokenFields;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.JsonRecord;
import io.casemate.engine.Members;
import io.casemate.kernel.Fault;
import io.casemate.kernel.TokenTerms;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whom a role lets in; docs/formats/auth-jwt.md.
 *
 * @param browser its type is {@code oidc}: for the browser's login, which is not there
 * @param redirects kept for that
 */
record Role(
        boolean browser,
        List<String> redirects,
        BoundClaims bounds,
        TokenTimes times,
        ClaimMapping mapping,
        TokenTerms terms) {
    static final Role NONE =
            new Role(false, List.of(), BoundClaims.NONE, TokenTimes.DEFAULT, ClaimMapping.NONE, TokenTerms.NONE);

    /** Older names of fields. */
    static final Map<String, String> OLDER = Map.of(
            "token_policies", "policies",
            "token_num_uses", "num_uses",
            "token_ttl", "ttl",
            "token_max_ttl", "max_ttl",
            "token_period", "period",
            "token_bound_cidrs", "bound_cidrs");

    static final Map<String, Field> FIELDS = fields();

    static Role decode(byte[] stored) {
        Members members = Members.read("the record of a jwt role", stored);
        return new Role(
                members.text("role_type").equals("oidc"),
                members.strings("allowed_redirect_uris"),
                BoundClaims.stored(members),
                TokenTimes.stored(members),
                ClaimMapping.stored(members),
                TokenFields.stored(members));
    }

    byte[] encode() {
        return JsonRecord.of(members());
    }

    /** What was sent, laid over this. */
    Role merge(Fields sent) {
        List<String> merged = sent.has("allowed_redirect_uris") ? sent.strings("allowed_redirect_uris") : redirects;
        // Vault's default is oidc, which is an error there without these addresses: so nobody means it who has none.
        boolean oidc = browser || (sent.has("allowed_redirect_uris") && !merged.isEmpty());
        if (sent.has("role_type")) {
            oidc = switch (sent.string("role_type")) {
                case "jwt" -> false;
                case "oidc" -> true;
                case "" -> oidc;
                default ->
                    throw Fault.badRequest("invalid 'role_type': " + sent.string("role_type") + ": expected jwt");
            };
        }
        Role role = new Role(
                oidc,
                merged,
                bounds.merge(sent),
                times.merge(sent),
                mapping.merge(sent),
                TokenFields.merge(terms, sent, OLDER));
        if (oidc && merged.isEmpty()) {
            throw Fault.badRequest("'allowed_redirect_uris' must be set if 'role_type' is 'oidc'");
        }
        if (!oidc && role.bounds.none() && role.terms.boundCidrs().isEmpty()) {
            throw Fault.badRequest(
                    "must have at least one bound constraint when creating/updating a role: bound_audiences,"
                            + " bound_subject, bound_claims or token_bound_cidrs");
        }
        return role;
    }

    /** As shown and stored. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("role_type", browser ? "oidc" : "jwt");
        members.put("allowed_redirect_uris", redirects);
        members.putAll(bounds.members());
        members.putAll(times.members());
        members.putAll(mapping.members());
        members.putAll(TokenFields.members(terms));
        return members;
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>(TokenFields.FIELDS);
        fields.put("role_type", Field.string("jwt; oidc is kept for the browser's login, which is not there."));
        fields.put("allowed_redirect_uris", Field.strings("Kept for roles of type oidc."));
        fields.put("bound_audiences", Field.strings("Whom tokens must be for: any of these in aud."));
        fields.put("bound_subject", Field.string("What sub must be."));
        fields.put("bound_claims", Field.map("Claims, by name or JSON pointer, to a value or several."));
        fields.put("bound_claims_type", Field.string("How these are compared: string, or glob with *."));
        fields.put("claim_mappings", Field.stringMap("Claims that become metadata, to the names they get."));
        fields.put("user_claim", Field.string("The claim that names the user, such as sub."));
        fields.put("user_claim_json_pointer", Field.flag(false, "Whether that is a JSON pointer."));
        fields.put("groups_claim", Field.string("The claim that names the user's groups."));
        fields.put("expiration_leeway", Field.any("Life of tokens without exp: 150 s for 0, none for -1."));
        fields.put("not_before_leeway", Field.any("Start of tokens without nbf and iat: 150 s before the end for 0."));
        fields.put("clock_skew_leeway", Field.any("By how much clocks may differ: 60 s for 0, none for -1."));
        fields.put("max_age", Field.duration("Longest time since the user authenticated (auth_time)."));
        fields.put("verbose_oidc_logging", Field.flag(false, "Ignored: claims are never logged."));
        fields.put("policies", Field.strings("Older name of token_policies."));
        fields.put("num_uses", Field.integer(0, "Older name of token_num_uses."));
        fields.put("ttl", Field.duration("Older name of token_ttl."));
        fields.put("max_ttl", Field.duration("Older name of token_max_ttl."));
        fields.put("period", Field.duration("Older name of token_period."));
        fields.put("bound_cidrs", Field.strings("Older name of token_bound_cidrs."));
        return fields;
    }
}
