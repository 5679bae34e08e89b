package io.casemate.engine.pki.role;

import io.casemate.engine.pki.name.DnsName;
import io.casemate.kernel.Caller;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What may be issued to whom: the values of {@link RoleFields}, checked by {@link RoleChecks}. Immutable. */
public final class Role {
    private final String name;
    private final Map<String, Object> values;
    private final Optional<DnsName> asker;

    private Role(String name, Map<String, Object> values, Optional<DnsName> asker) {
        this.name = name;
        this.values = Map.copyOf(values);
        this.asker = asker;
    }

    /**
     * A role of {@code values}; fields that are absent (written by an older version) get their defaults.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} with everything that is wrong
     */
    public static Role of(String name, Map<String, Object> values) {
        Map<String, Object> whole = new LinkedHashMap<>();
        RoleFields.ALL.forEach(
                (field, declared) -> whole.put(field, values.getOrDefault(field, FieldValues.plain(declared))));
        RoleChecks.settleSizes(whole);
        whole.put("policy_identifiers", PolicyIdentifiers.kept(whole.get("policy_identifiers")));
        Role role = new Role(name, whole, Optional.empty());
        RoleChecks.check(role);
        return role;
    }

    /** The same as it holds for {@code caller}: templates filled, the token's display name known if it counts. */
    public Role heldFor(Caller caller) {
        boolean domains = flag("allowed_domains_template");
        boolean uris = flag("allowed_uri_sans_template");
        boolean name = flag("allow_token_displayname");
        if (!domains && !uris && !name) {
            return this;
        }
        Map<String, Object> filled = new HashMap<>(values);
        if (domains) {
            filled.put("allowed_domains", filled("allowed_domains", caller, IdentityTemplate.NAME));
        }
        if (uris) {
            filled.put("allowed_uri_sans", filled("allowed_uri_sans", caller, IdentityTemplate.SEGMENT));
        }
        return new Role(
                this.name,
                filled,
                name ? DnsName.tryParse(caller.displayName(), DnsName.Syntax.HOST) : Optional.empty());
    }

    /** The display name of the token that asks, where the role allows it and it is a host name. */
    Optional<DnsName> asker() {
        return asker;
    }

    private List<String> filled(String field, Caller caller, Pattern allowed) {
        return IdentityTemplate.filled(strings(field), caller.identity(), allowed);
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** All values, as stored and shown. */
    public Map<String, Object> values() {
        Map<String, Object> ordered = new LinkedHashMap<>();
        RoleFields.ALL.keySet().forEach(field -> ordered.put(field, values.get(field)));
        return ordered;
    }

    /** A switch. */
    public boolean flag(String field) {
        return (Boolean) values.get(field);
    }

    /** A text. */
    public String text(String field) {
        return (String) values.get(field);
    }

    /** A list. */
    @SuppressWarnings("unchecked")
    public List<String> strings(String field) {
        return (List<String>) values.get(field);
    }

    /** A number. */
    public int number(String field) {
        return Math.toIntExact((Long) values.get(field));
    }

    /** A duration. */
    public Duration duration(String field) {
        return Duration.ofSeconds((Long) values.get(field));
    }

    /** How DNS names are read under this role. */
    public DnsName.Syntax syntax() {
        return flag("enforce_hostnames") ? DnsName.Syntax.HOST : DnsName.Syntax.UNDERSCORES;
    }
}
