package io.casemate.engine.pki.role;

import io.casemate.engine.pki.name.DnsName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What may be issued to whom: the values of {@link RoleFields}, checked by {@link RoleChecks}. Immutable. */
public final class Role {
    private final String name;
    private final Map<String, Object> values;

    private Role(String name, Map<String, Object> values) {
        this.name = name;
        this.values = Map.copyOf(values);
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
        Role role = new Role(name, whole);
        RoleChecks.check(role);
        return role;
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
