package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import java.util.Optional;

/**
 * The subject's common name: text, and the name it spells, if it spells one.
 *
 * @param text at most 64 characters (X.520 ub-common-name), none of them unprintable
 * @param spelt the one DNS name, e-mail address or IP address that the text is; none for free text
 */
public record CommonName(String text, AltNames spelt) {
    /** Reads a common name; a DNS name is kept in its one form. */
    public static CommonName parse(String text, DnsName.Syntax syntax) {
        SubjectText.check("common_name", text, 64);
        if (text.indexOf('@') >= 0) {
            MailAddress mail = MailAddress.parse(text);
            return new CommonName(mail.text(), AltNames.of(mail));
        }
        Optional<IpAddress> ip = IpAddress.tryParse(text);
        if (ip.isPresent()) {
            return new CommonName(text, AltNames.of(ip.get()));
        }
        return DnsName.tryParse(text, syntax)
                .map(name -> new CommonName(SubjectText.check("common_name", name.text(), 64), AltNames.of(name)))
                .orElseGet(() -> new CommonName(text, AltNames.NONE));
    }

    /** The fault for free text where a name is wanted, with the reason that the strict parser gives. */
    public RuntimeException refusal() {
        try {
            DnsName.parse(text);
        } catch (io.casemate.kernel.FaultException e) {
            return e;
        }
        return Fault.badRequest("common name '" + Printable.of(text) + "' is not allowed by this role");
    }
}
