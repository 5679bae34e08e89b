package io.casemate.auth;

import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.Members;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.TokenTerms;
import io.casemate.kernel.TokenTerms.Bound;
import io.casemate.kernel.TokenType;
import io.casemate.policy.PolicyName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The {@code token_*} fields that users and roles of every auth method have: declared, read, shown and stored in one place. */
public final class TokenFields {
    private static final String STRICTLY = "token_strictly_bind_ip";

    /** To be declared by every endpoint that sets them. */
    public static final Map<String, Field> FIELDS = fields();

    private TokenFields() {}

    /**
     * What was sent, laid over what there was.
     *
     * @param older older names of fields, such as {@code policies} for {@code token_policies}; the newer one wins
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when they contradict each other
     */
    public static TokenTerms merge(TokenTerms base, Fields sent, Map<String, String> older) {
        return checked(
                stored(Members.of("what tokens shall be", Settings.overlay(members(base), FIELDS, sent, older))));
    }

    /** {@code base} with the policies that were sent as {@code token_policies}, or by the older name {@code policies}. */
    public static TokenTerms policies(TokenTerms base, Fields sent) {
        String name = sent.has("token_policies") ? "token_policies" : "policies";
        return base.granting(policies(sent.strings(name)));
    }

    /** As the API shows them, and as they are stored: durations in seconds. */
    public static Map<String, Object> members(TokenTerms terms) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("token_policies", terms.policies());
        members.put("token_no_default_policy", terms.noDefaultPolicy());
        members.put("token_ttl", terms.ttl().toSeconds());
        members.put("token_max_ttl", terms.maxTtl().toSeconds());
        members.put("token_explicit_max_ttl", terms.explicitMax().toSeconds());
        members.put("token_period", terms.period().toSeconds());
        members.put("token_num_uses", (long) terms.numUses());
        members.put("token_bound_cidrs", terms.boundCidrs());
        members.put(STRICTLY, terms.bound().strictly());
        members.put("token_type", terms.type().word());
        return members;
    }

    /** The terms among the members of a stored record. */
    public static TokenTerms stored(Members members) {
        return new TokenTerms(
                members.strings("token_policies"),
                members.flag("token_no_default_policy"),
                members.seconds("token_ttl"),
                members.seconds("token_max_ttl"),
                members.seconds("token_explicit_max_ttl"),
                members.seconds("token_period"),
                members.count("token_num_uses"),
                new Bound(members.strings("token_bound_cidrs"), members.has(STRICTLY) && members.flag(STRICTLY)),
                TokenType.of("token_type", members.text("token_type")));
    }

    /**
     * The terms with their policies in order, once each.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when they contradict each other
     */
    public static TokenTerms checked(TokenTerms terms) {
        boolean batch = terms.type() == TokenType.BATCH || terms.type() == TokenType.DEFAULT_BATCH;
        if (batch && !terms.period().isZero()) {
            throw Fault.badRequest(
                    "'token_type' cannot be 'batch' or 'default_batch' when set to generate periodic tokens");
        }
        if (batch && terms.numUses() != 0) {
            throw Fault.badRequest("'token_type' cannot be 'batch' or 'default_batch' when set to generate tokens with"
                    + " limited use count");
        }
        if (!terms.maxTtl().isZero() && terms.ttl().compareTo(terms.maxTtl()) > 0) {
            throw Fault.badRequest("'token_ttl' cannot be greater than 'token_max_ttl'");
        }
        Cidr.check(terms.boundCidrs());
        if (terms.bound().strictly() && !terms.boundCidrs().isEmpty()) {
            throw Fault.badRequest("'token_strictly_bind_ip' conflicts with 'token_bound_cidrs'; set only one");
        }
        return terms.granting(policies(terms.policies()));
    }

    private static List<String> policies(List<String> sent) {
        return sent.stream()
                .filter(name -> !name.isBlank())
                .map(PolicyName::of)
                .distinct()
                .sorted()
                .toList();
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("token_policies", Field.strings("Policies of the tokens."));
        fields.put("token_no_default_policy", Field.flag(false, "Do not add the default policy."));
        fields.put("token_ttl", Field.duration("Life of the tokens at the start and after a renewal."));
        fields.put("token_max_ttl", Field.duration("Longest life over all renewals; looked up at each renewal."));
        fields.put("token_explicit_max_ttl", Field.duration("Longest life over all renewals, fixed at login."));
        fields.put("token_period", Field.duration("Makes them periodic: renewable for ever, by this."));
        fields.put("token_num_uses", Field.integer(0, "Uses of each token; 0 for without limit."));
        fields.put("token_bound_cidrs", Field.strings("Addresses they may be used from."));
        fields.put(
                STRICTLY, Field.flag(false, "Each token may be used only from the address that its login came from."));
        fields.put("token_type", Field.string("service, batch, or default for what the mount says."));
        return fields;
    }
}
