package io.casemate.engine.pki.acme;

import io.casemate.engine.Field;
import io.casemate.engine.pki.acme.challenge.Targets;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.net.URI;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What {@code config/acme} says. Off until an operator turns it on. */
record AcmeSettings(Map<String, Object> values) {
    /** The fields' declarations. */
    static final Map<String, Field> FIELDS = declared();

    private static final String ANY = "*";
    private static final String ROLE = "role:";
    private static final String OPEN_ORDERS = "max_open_orders";
    private static final String FAILURES = "max_failed_challenges_per_hour";
    private static final long MOST = 10_000;
    private static final Set<String> EAB_POLICIES = Set.of("not-required", "new-account-required", "always-required");
    private static final Pattern RESOLVER =
            Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9a-fA-F:.]{2,45}])(:[0-9]{1,5})?");

    /** Refuses what makes no sense, all at once where it can. */
    static void check(Map<String, Object> values) {
        AcmeSettings settings = new AcmeSettings(values);
        String policy = settings.text("default_directory_policy");
        boolean byRole = policy.startsWith(ROLE) && policy.length() > ROLE.length();
        if (!byRole && !Set.of("sign-verbatim", "forbid").contains(policy)) {
            throw Fault.badRequest("field 'default_directory_policy': sign-verbatim, forbid, or role:NAME");
        }
        if (byRole && !settings.allowsRole(policy.substring(ROLE.length()))) {
            throw Fault.badRequest("field 'default_directory_policy': its role is not among allowed_roles");
        }
        if (!EAB_POLICIES.contains(settings.text("eab_policy"))) {
            throw Fault.badRequest("field 'eab_policy': not-required, new-account-required or always-required");
        }
        if (settings.strings("allowed_roles").isEmpty()
                || settings.strings("allowed_issuers").isEmpty()) {
            throw Fault.badRequest("fields 'allowed_roles' and 'allowed_issuers': names, or * for all");
        }
        if (!settings.resolver().isEmpty()
                && !RESOLVER.matcher(settings.resolver()).matches()) {
            throw Fault.badRequest("field 'dns_resolver': an address or a name, with :PORT if it is not 53");
        }
        if (!settings.maxTtl().isPositive()) {
            throw Fault.badRequest("field 'max_ttl': longer than nothing");
        }
        settings.checkBlocks("challenge_permitted_ip_ranges");
        settings.checkBlocks("challenge_excluded_ip_ranges");
        settings.terms().ifPresent(url -> checkUrl("terms_of_service", url));
        settings.checkNumbers();
        if (!settings.identities().stream().allMatch(each -> each.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)*"))) {
            throw Fault.badRequest("field 'caa_identities': domain names, such as ca.example.com");
        }
    }

    /** Passes an address that a browser could open. */
    static void checkUrl(String field, String url) {
        try {
            URI uri = URI.create(url);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (http && uri.getHost() != null && uri.getUserInfo() == null && uri.getFragment() == null) {
                return;
            }
        } catch (IllegalArgumentException e) {
            // Answered below: the text of the exception says no more.
        }
        throw Fault.badRequest("field '" + field + "': expected an address such as https://host/path");
    }

    private void checkNumbers() {
        for (String field : List.of(OPEN_ORDERS, FAILURES)) {
            long number = (Long) values.get(field);
            if (number < 0 || number > MOST) {
                throw Fault.badRequest("field '" + field + "': 0 for no limit, or at most " + MOST);
            }
        }
    }

    private void checkBlocks(String field) {
        try {
            Cidr.check(strings(field));
        } catch (FaultException e) {
            throw new Fault.BadRequest(List.of("field '" + field + "': addresses, or blocks such as 10.0.0.0/8"))
                    .causedBy(e);
        }
    }

    boolean enabled() {
        return (Boolean) values.get("enabled");
    }

    /** The role of the directory that names none. */
    Optional<String> defaultRole() {
        String policy = text("default_directory_policy");
        return policy.startsWith(ROLE) ? Optional.of(policy.substring(ROLE.length())) : Optional.empty();
    }

    /** Whether directories that name no role are closed. */
    boolean forbidsDefault() {
        return text("default_directory_policy").equals("forbid");
    }

    boolean allowsRole(String name) {
        return strings("allowed_roles").contains(ANY)
                || strings("allowed_roles").contains(name);
    }

    /** Whether any of an issuer's names is allowed. */
    boolean allowsIssuer(List<String> names) {
        List<String> allowed = strings("allowed_issuers");
        return allowed.contains(ANY) || names.stream().anyMatch(allowed::contains);
    }

    boolean allowsRoleUsages() {
        return (Boolean) values.get("allow_role_ext_key_usage");
    }

    /** New accounts need a binding. */
    boolean bindsNew() {
        return !text("eab_policy").equals("not-required");
    }

    /** Accounts that were made without one are of no use. */
    boolean bindsAll() {
        return text("eab_policy").equals("always-required");
    }

    Duration maxTtl() {
        return Duration.ofSeconds((Long) values.get("max_ttl"));
    }

    String resolver() {
        return text("dns_resolver");
    }

    Targets targets() {
        return new Targets(strings("challenge_permitted_ip_ranges"), strings("challenge_excluded_ip_ranges"));
    }

    /** The names by which CAA records call this authority; empty when none are asked for. */
    List<String> identities() {
        return strings("caa_identities");
    }

    /** How many orders of an account may be open; 0 for any number. */
    int mostOpenOrders() {
        return Math.toIntExact((Long) values.get(OPEN_ORDERS));
    }

    /** How many challenges an account may fail in an hour; 0 for any number. */
    int mostFailures() {
        return Math.toIntExact((Long) values.get(FAILURES));
    }

    Optional<String> terms() {
        return Optional.of(text("terms_of_service")).filter(url -> !url.isEmpty());
    }

    private String text(String name) {
        return (String) values.get(name);
    }

    @SuppressWarnings("unchecked")
    private List<String> strings(String name) {
        return (List<String>) values.get(name);
    }

    private static Map<String, Field> declared() {
        Map<String, Field> fields = new LinkedHashMap<>();
        fields.put("enabled", Field.flag(false, "Answer ACME clients."));
        fields.put(
                "allowed_issuers",
                new Field(Field.Type.STRINGS, List.of(ANY), "Issuers that may be used, by id or name; * for all."));
        fields.put(
                "allowed_roles",
                new Field(Field.Type.STRINGS, List.of(ANY), "Roles that may be used in paths; * for all."));
        fields.put(
                "allow_role_ext_key_usage",
                Field.flag(false, "Extended key usages as the role has them; else server authentication only."));
        fields.put(
                "default_directory_policy",
                new Field(
                        Field.Type.STRING,
                        "sign-verbatim",
                        "What holds where the path names no role: sign-verbatim (any name), role:NAME, or forbid."));
        fields.put("dns_resolver", Field.string("The DNS server to ask, ADDRESS:PORT; empty for the system's."));
        fields.put(
                "eab_policy",
                new Field(
                        Field.Type.STRING,
                        "not-required",
                        "External account binding: not-required, new-account-required or always-required."));
        fields.put("max_ttl", new Field(Field.Type.DURATION, Duration.ofDays(90), "Longest life of a certificate."));
        fields.put(
                "challenge_permitted_ip_ranges",
                Field.strings("Addresses that challenges may be asked at, CIDR; public ones when empty."));
        fields.put("challenge_excluded_ip_ranges", Field.strings("Addresses never to be asked, CIDR."));
        fields.put(
                "caa_identities",
                Field.strings(
                        "Names of this authority in CAA records, which are asked then (RFC 8659); empty: never."));
        fields.put(OPEN_ORDERS, Field.integer(300, "How many orders of an account may be open; 0: any number."));
        fields.put(FAILURES, Field.integer(60, "How many challenges an account may fail in an hour; 0: any number."));
        fields.put("terms_of_service", Field.string("URL of terms that a new account has to agree to."));
        return Collections.unmodifiableMap(fields);
    }
}
