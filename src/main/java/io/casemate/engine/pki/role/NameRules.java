package io.casemate.engine.pki.role;

import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.CommonName;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.Glob;
import io.casemate.engine.pki.name.IpAddress;
import io.casemate.engine.pki.name.MailAddress;
import io.casemate.engine.pki.name.Printable;
import io.casemate.kernel.Cidr;
import io.casemate.kernel.Fault;
import java.util.List;
import java.util.Locale;

/**
 * Whether a role allows names. Works on names in their one form only, whatever way they came in (field or CSR, common
 * name or alternative name), so that there is one check and no way round it.
 */
public final class NameRules {
    private final Role role;
    private final List<String> domains;

    /** The rules of {@code role}. */
    public NameRules(Role role) {
        this.role = role;
        this.domains = role.strings("allowed_domains").stream()
                .map(NameRules::oneForm)
                .filter(domain -> !domain.isEmpty())
                .toList();
    }

    /**
     * Passes alternative names.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} naming the first that is not allowed
     */
    public void check(AltNames names) {
        names.dns().stream().filter(name -> !allows(name)).findFirst().ifPresent(name -> {
            throw refuse("subject alternate name", name.text());
        });
        names.mails().stream().filter(mail -> !allows(mail)).findFirst().ifPresent(mail -> {
            throw refuse("email address", mail.text());
        });
        if (!names.ips().isEmpty() && !role.flag("allow_ip_sans")) {
            throw Fault.badRequest("IP Subject Alternative Names are not allowed in this role");
        }
        names.ips().stream().filter(ip -> !allows(ip)).findFirst().ifPresent(ip -> {
            throw refuse("IP subject alternate name", ip.text());
        });
        names.others().stream()
                .filter(other -> role.strings("allowed_other_sans").stream().noneMatch(other::matches))
                .findFirst()
                .ifPresent(other -> {
                    throw refuse("other SAN", other.spelt());
                });
        names.uris().stream()
                .filter(uri -> role.strings("allowed_uri_sans").stream()
                        .noneMatch(pattern -> Glob.matches(pattern, uri.text())))
                .findFirst()
                .ifPresent(uri -> {
                    throw refuse("URI subject alternate name", uri.text());
                });
    }

    /** Passes a common name, which need not be among the alternative names. */
    public void check(CommonName name) {
        List<String> kinds = role.strings("cn_validations");
        if (kinds.equals(List.of("disabled"))) {
            return;
        }
        if (name.spelt().isEmpty()) {
            checkFreeText(name);
        } else {
            checkSpelt(name);
            boolean mail = !name.spelt().mails().isEmpty();
            if (!kinds.isEmpty() && !kinds.contains(mail ? "email" : "hostname")) {
                throw refuse("common name", name.text());
            }
        }
    }

    private void checkSpelt(CommonName name) {
        AltNames spelt = name.spelt();
        boolean ok = spelt.dns().stream().allMatch(this::allows)
                && spelt.mails().stream().allMatch(this::allows)
                && spelt.ips().stream().allMatch(this::allows);
        if (!ok) {
            throw refuse("common name", name.text());
        }
    }

    /** Passes values of subject attributes that have patterns of their own. */
    public void checkPatterns(String field, List<String> values) {
        List<String> patterns = role.strings("allowed_" + field);
        values.stream()
                .filter(value -> patterns.stream().noneMatch(pattern -> Glob.matches(pattern, value)))
                .findFirst()
                .ifPresent(value -> {
                    String one = field.substring(0, field.length() - 1);
                    throw Fault.badRequest(one + " " + Printable.of(value) + " is not allowed by this role");
                });
    }

    /** "Device 17" is no name that a domain could allow: only a role without limits takes it. */
    private void checkFreeText(CommonName name) {
        if (role.flag("enforce_hostnames")) {
            throw name.refusal();
        }
        if (!role.flag("allow_any_name")) {
            throw refuse("common name", name.text());
        }
    }

    private boolean allows(DnsName name) {
        if (name.wildcard() && !role.flag("allow_wildcard_certificates")) {
            return false;
        }
        return role.flag("allow_any_name")
                || allowsLocal(name)
                || allowsAsker(name)
                || domains.stream().anyMatch(d -> allows(name, d));
    }

    private boolean allowsLocal(DnsName name) {
        return role.flag("allow_localhost")
                && List.of("localhost", "localdomain").stream()
                        .anyMatch(local ->
                                name.text().equals(local) || (role.flag("allow_subdomains") && name.below(local)));
    }

    private boolean allowsAsker(DnsName name) {
        return role.asker()
                .filter(asker -> !asker.wildcard())
                .map(DnsName::text)
                .filter(asker -> name.text().equals(asker) || (role.flag("allow_subdomains") && name.below(asker)))
                .isPresent();
    }

    private boolean allows(IpAddress ip) {
        List<String> blocks = role.strings("allowed_ip_sans_cidr");
        return role.flag("allow_ip_sans") && (blocks.isEmpty() || Cidr.anyHolds(blocks, ip.text()));
    }

    private boolean allows(DnsName name, String domain) {
        return (role.flag("allow_bare_domains") && name.text().equals(domain))
                || (role.flag("allow_subdomains") && name.below(domain))
                || matches(domain, name.text());
    }

    private boolean allows(MailAddress mail) {
        return role.flag("allow_any_name")
                || allowsLocal(mail.domain())
                || domains.stream().anyMatch(domain -> allows(mail, domain));
    }

    private boolean allows(MailAddress mail, String domain) {
        String text = mail.text().toLowerCase(Locale.ROOT);
        boolean bare = mail.domain().text().equals(domain) || text.equals(domain);
        return (role.flag("allow_bare_domains") && bare)
                || (role.flag("allow_subdomains") && mail.domain().below(domain))
                || matches(domain, text);
    }

    private boolean matches(String pattern, String text) {
        return role.flag("allow_glob_domains") && pattern.contains("*") && Glob.matches(pattern, text);
    }

    /** Patterns and whole addresses stay as they are, in lower case; domains get the form that names have. */
    private static String oneForm(String domain) {
        return DnsName.tryParse(domain.strip(), DnsName.Syntax.UNDERSCORES)
                .map(DnsName::text)
                .orElse(domain.strip().toLowerCase(Locale.ROOT));
    }

    private static RuntimeException refuse(String kind, String name) {
        return Fault.badRequest(kind + " " + Printable.of(name) + " not allowed by this role");
    }
}
