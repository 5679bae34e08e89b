package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import java.util.regex.Pattern;

/** An {@code rfc822Name} (RFC 5280 4.2.1.6): a dot-atom in ASCII, and a host name in its one form. Never quoted. */
public record MailAddress(String local, DnsName domain) {
    private static final Pattern LOCAL =
            Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*");

    /**
     * Reads {@code local@domain}.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for anything else
     */
    public static MailAddress parse(String text) {
        int at = text.indexOf('@');
        if (at < 1 || at > 64 || !LOCAL.matcher(text.substring(0, at)).matches()) {
            throw Fault.badRequest("'" + Printable.of(text) + "' is not an e-mail address");
        }
        DnsName domain = DnsName.parse(text.substring(at + 1));
        if (domain.wildcard()) {
            throw Fault.badRequest("'" + Printable.of(text) + "': the domain of an e-mail address has no wildcard");
        }
        return new MailAddress(text.substring(0, at), domain);
    }

    /** As it stands in the certificate. */
    public String text() {
        return local + "@" + domain.text();
    }
}
