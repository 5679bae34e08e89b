package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** The names of a certificate's {@code subjectAltName}, each in its one form, without repetition, in the order given. */
public record AltNames(List<DnsName> dns, List<MailAddress> mails, List<IpAddress> ips, List<UriName> uris) {
    /** Most names in one certificate. */
    public static final int MAX = 1000;

    /** None. */
    public static final AltNames NONE = new AltNames(List.of(), List.of(), List.of(), List.of());

    public AltNames {
        dns = dns.stream().distinct().toList();
        mails = mails.stream().distinct().toList();
        ips = ips.stream().distinct().toList();
        uris = uris.stream().distinct().toList();
        if (dns.size() + mails.size() + ips.size() + uris.size() > MAX) {
            throw Fault.badRequest("more than " + MAX + " alternative names");
        }
    }

    /** What the API's fields {@code alt_names} (DNS names and e-mail addresses), {@code ip_sans}, {@code uri_sans} say. */
    public static AltNames parse(List<String> mixed, List<String> ips, List<String> uris, DnsName.Syntax syntax) {
        return new AltNames(
                mixed.stream()
                        .filter(name -> name.indexOf('@') < 0)
                        .map(name -> DnsName.parse(name, syntax))
                        .toList(),
                mixed.stream()
                        .filter(name -> name.indexOf('@') >= 0)
                        .map(MailAddress::parse)
                        .toList(),
                ips.stream().map(IpAddress::parse).toList(),
                uris.stream().map(UriName::parse).toList());
    }

    /** No name at all. */
    public boolean isEmpty() {
        return dns.isEmpty() && mails.isEmpty() && ips.isEmpty() && uris.isEmpty();
    }

    /** These names, then those of {@code more}. */
    public AltNames and(AltNames more) {
        return new AltNames(join(dns, more.dns), join(mails, more.mails), join(ips, more.ips), join(uris, more.uris));
    }

    /** ASN.1, RFC 5280 4.2.1.6. */
    public GeneralNames encode() {
        List<GeneralName> names = new ArrayList<>();
        dns.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name.text())));
        mails.forEach(name -> names.add(new GeneralName(GeneralName.rfc822Name, name.text())));
        ips.forEach(name -> names.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(name.bytes()))));
        uris.forEach(name -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, name.text())));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
