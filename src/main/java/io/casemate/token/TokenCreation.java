package io.casemate.token;

import io.casemate.engine.Endpoint.Exchange;
import io.casemate.engine.Field;
import io.casemate.engine.Fields;
import io.casemate.engine.SecretsEngine.Ttls;
import io.casemate.kernel.Caller;
import io.casemate.kernel.Fault;
import io.casemate.kernel.Notes;
import io.casemate.kernel.Response;
import io.casemate.kernel.SecretBytes;
import io.casemate.kernel.TokenType;
import io.casemate.policy.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code auth/token/create}, {@code create-orphan} and {@code create/<role>}: from a request to a token. */
final class TokenCreation {
    static final Map<String, Field> FIELDS = fields();

    private static final String MOUNT = "auth/token/";
    private static final int LONGEST_NAME = 256;

    private final TokenStore tokens;
    private final Policies policies;
    private final Supplier<Ttls> limits;
    private final EntityAliases aliases;

    TokenCreation(TokenStore tokens, Policies policies, Supplier<Ttls> limits, EntityAliases aliases) {
        this.tokens = tokens;
        this.policies = policies;
        this.limits = limits;
        this.aliases = aliases;
    }

    /** Makes the token that {@code exchange} asks for; {@code orphan} when the path itself says so. */
    Response create(Exchange exchange, Optional<TokenRole> role, boolean orphan) {
        Fields fields = exchange.fields();
        if (exchange.caller().kind() == Caller.TokenKind.BATCH) {
            throw Fault.badRequest("batch tokens cannot create more tokens");
        }
        TokenEntry parent = tokens.findByKey(exchange.caller().tokenKey())
                .orElseThrow(() -> new Fault.PermissionDenied().asException());
        boolean sudo = policies.sudo(
                exchange.caller().rights(), MOUNT + exchange.request().path());
        checkRequest(fields, parent, role, sudo);
        NavigableSet<String> chosen = new PolicyChoice(
                        parent.traits().policies(),
                        fields.strings("policies"),
                        fields.flag("no_default_policy"),
                        sudo,
                        role.map(TokenRole::limits))
                .resolve();
        // A role decides for itself; what the request says on it counts without a role only.
        boolean alone = orphan || role.map(TokenRole::orphan).orElseGet(() -> fields.flag("no_parent"));
        String entityId =
                inName(fields, role).orElse(alone ? "" : parent.traits().entityId());
        List<String> near = role.map(TokenRole::boundCidrs)
                .orElseGet(() -> alone ? List.of() : parent.traits().boundCidrs());
        TokenTraits traits = traits(fields, role, chosen, entityId, near);
        Optional<TokenEntry> above = alone ? Optional.empty() : Optional.of(parent);
        return batch(fields, role)
                ? batchToken(fields, role, traits, above.map(TokenEntry::key))
                : serviceToken(fields, role, traits, parent, above.map(TokenEntry::key));
    }

    private Response serviceToken(
            Fields fields, Optional<TokenRole> role, TokenTraits traits, TokenEntry maker, Optional<String> parent) {
        List<String> warnings = new ArrayList<>();
        try (SecretBytes id = SecretBytes.ofText(fields.string("id"))) {
            TokenSpec spec = new TokenSpec(
                    traits,
                    wanted(fields),
                    explicitMax(fields, role, warnings),
                    Lifetimes.shorter(
                            fields.duration("period"),
                            role.map(TokenRole::period).orElse(Duration.ZERO)),
                    numUses(fields, role),
                    id.length() == 0 ? Optional.empty() : Optional.of(id));
            checkRootLife(spec, maker);
            return answer(tokens.create(spec, parent), warnings);
        }
    }

    private Response batchToken(Fields fields, Optional<TokenRole> role, TokenTraits traits, Optional<String> parent) {
        Duration max = role.map(TokenRole::explicitMax).orElse(Duration.ZERO);
        Ttls within = LoginTokens.within(limits.get(), max);
        return answer(tokens.createBatch(traits, wanted(fields), parent, within), List.of());
    }

    /** The entity that the token is made in the name of, which only a role can allow. */
    private Optional<String> inName(Fields fields, Optional<TokenRole> role) {
        String alias = fields.string("entity_alias").toLowerCase(Locale.ROOT);
        if (alias.isEmpty()) {
            return Optional.empty();
        }
        if (role.isEmpty()) {
            throw Fault.badRequest("'entity_alias' is only allowed in combination with token role");
        }
        if (!role.get().allowsAlias(alias)) {
            throw Fault.badRequest("invalid 'entity_alias' value");
        }
        return Optional.of(aliases.entityOf(alias));
    }

    /** Whether it shall be a batch token; then nothing that such a token cannot have may be asked for. */
    private static boolean batch(Fields fields, Optional<TokenRole> role) {
        TokenType asked = TokenType.of("type", fields.string("type"));
        if (!TokenType.batch(role.map(TokenRole::type).orElse(TokenType.DEFAULT), asked)) {
            return false;
        }
        String refused = numUses(fields, role) != 0
                ? "num_uses"
                : !fields.duration("explicit_max_ttl").isZero()
                        ? "explicit_max_ttl"
                        : !fields.duration("period").isZero()
                                        || role.filter(each -> !each.period().isZero())
                                                .isPresent()
                                ? "period"
                                : fields.string("id").isEmpty() ? "" : "id";
        if (!refused.isEmpty()) {
            throw Fault.badRequest("batch tokens cannot have \"" + refused + "\" set");
        }
        return true;
    }

    private Response answer(Issued issued, List<String> warnings) {
        Response response =
                Response.authenticated(issued.auth()).warnings(warnings).warnings(issued.warnings());
        for (String policy : issued.entry().traits().policies()) {
            if (!policies.exists(policy)) {
                response = response.warning("Policy \"" + policy + "\" does not exist");
            }
        }
        return response;
    }

    private static void checkRequest(Fields fields, TokenEntry parent, Optional<TokenRole> role, boolean sudo) {
        if (parent.usesLeft() != 0) {
            throw Fault.badRequest("restricted use token cannot generate child tokens");
        }
        if (!sudo && !fields.string("id").isEmpty()) {
            throw Fault.badRequest("root or sudo privileges required to specify token id");
        }
        if (!sudo && role.isEmpty() && fields.flag("no_parent")) {
            throw Fault.badRequest("root or sudo privileges required to create orphan token");
        }
        boolean periodic = role.map(each -> !each.period().isZero()).orElse(false);
        if (!sudo && !periodic && !fields.duration("period").isZero()) {
            throw Fault.badRequest("root or sudo privileges required to create periodic token");
        }
    }

    /** A root token that ends must not make one that does not. */
    private static void checkRootLife(TokenSpec spec, TokenEntry parent) {
        boolean endless = spec.traits().root()
                && spec.ttl().isZero()
                && spec.period().isZero()
                && spec.explicitMax().isZero();
        if (endless && parent.life().expires().isPresent()) {
            throw Fault.badRequest("expiring root tokens cannot create non-expiring root tokens");
        }
    }

    /** A token that ends with its parent also belongs to whom that belongs to, and without a role is bound to its addresses. */
    private static TokenTraits traits(
            Fields fields,
            Optional<TokenRole> role,
            NavigableSet<String> chosen,
            String entityId,
            List<String> boundCidrs) {
        String path = role.map(each ->
                        MOUNT + "create/" + each.name() + (each.pathSuffix().isEmpty() ? "" : "/" + each.pathSuffix()))
                .orElse(MOUNT + "create");
        return new TokenTraits(
                chosen,
                Notes.bounded("meta", fields.stringMap("meta")),
                displayName(fields.string("display_name")),
                path,
                role.map(TokenRole::name).orElse(""),
                entityId,
                fields.flag("renewable") && role.map(TokenRole::renewable).orElse(true),
                boundCidrs);
    }

    private static String displayName(String sent) {
        if (sent.isEmpty()) {
            return "token";
        }
        if (sent.length() > LONGEST_NAME) {
            throw Fault.badRequest("field 'display_name': at most " + LONGEST_NAME + " characters");
        }
        String name = "token-" + sent.replaceAll("[^a-zA-Z0-9-]", "-");
        return name.endsWith("-") ? name.substring(0, name.length() - 1) : name;
    }

    private static Duration wanted(Fields fields) {
        return fields.has("ttl") ? fields.duration("ttl") : fields.duration("lease");
    }

    private Duration explicitMax(Fields fields, Optional<TokenRole> role, List<String> warnings) {
        Duration wanted = Lifetimes.shorter(
                fields.duration("explicit_max_ttl"),
                role.map(TokenRole::explicitMax).orElse(Duration.ZERO));
        Duration most = limits.get().max();
        if (wanted.compareTo(most) <= 0) {
            return wanted;
        }
        warnings.add("Explicit max TTL specified value of " + wanted.toSeconds()
                + " seconds is greater than system max lease TTL value of " + most.toSeconds()
                + " seconds; value is being capped to system max lease TTL");
        return most;
    }

    private static int numUses(Fields fields, Optional<TokenRole> role) {
        long asked = fields.integer("num_uses");
        if (asked < 0 || asked > Integer.MAX_VALUE) {
            throw Fault.badRequest("number of uses cannot be negative");
        }
        int most = role.map(TokenRole::numUses).orElse(0);
        return most > 0 && (asked == 0 || asked > most) ? most : (int) asked;
    }

    private static Map<String, Field> fields() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("id", Field.string("The token itself; for callers with sudo."));
        fields.put("policies", Field.strings("Policies it shall hold; the parent's when absent."));
        fields.put("meta", Field.stringMap("Notes that go with it into the audit log."));
        fields.put("no_parent", Field.flag(false, "Makes an orphan; for callers with sudo."));
        fields.put("no_default_policy", Field.flag(false, "Do not add the default policy."));
        fields.put("renewable", Field.flag(true, "It may be renewed."));
        fields.put("ttl", Field.duration("Its life."));
        fields.put("lease", Field.duration("Older name of ttl."));
        fields.put("type", Field.string("service, the default, or batch: not stored, not renewed, not revoked."));
        fields.put("explicit_max_ttl", Field.duration("Longest life over all renewals."));
        fields.put("display_name", Field.string("A name for the audit log."));
        fields.put("num_uses", Field.integer(0, "How often it may be used; 0 for without limit."));
        fields.put("period", Field.duration("Makes it periodic; for callers with sudo."));
        fields.put("entity_alias", Field.string("In whose name it is made; the role must allow it."));
        return fields;
    }
}
