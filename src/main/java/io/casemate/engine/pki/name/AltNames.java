package io.casemate.engine.pki.name;

import io.casemate.kernel.Fault;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** The names of a certificate's {@code subjectAltName}, each in its one form, without repetition, in the order given. */
public record AltNames(
        List<DnsName> dns, List<MailAddress> mails, List<IpAddress> ips, List<UriName> uris, List<OtherName> others) {
    /** Most names in one certificate. */
    public static final int MAX = 1000;

    /** None. */
    public static final AltNames NONE = new AltNames(List.of(), List.of(), List.of(), List.of(), List.of());

    public AltNames {
        dns = dns.stream().distinct().toList();
        mails = mails.stream().distinct().toList();
        ips = ips.stream().distinct().toList();
        uris = uris.stream().distinct().toList();
        others = others.stream().distinct().toList();
        if (dns.size() + mails.size() + ips.size() + uris.size() + others.size() > MAX) {
            throw Fault.badRequest("more than " + MAX + " alternative names");
        }
    }

    /**
     * Names as text.
     *
     * @param mixed DNS names and e-mail addresses
     */
    public record Spelt(List<String> mixed, List<String> ips, List<String> uris, List<String> others) {}

    /** What the API's fields {@code alt_names}, {@code ip_sans}, {@code uri_sans} and {@code other_sans} say. */
    public static AltNames parse(Spelt spelt, DnsName.Syntax syntax) {
        return new AltNames(
                spelt.mixed.stream()
                        .filter(name -> name.indexOf('@') < 0)
                        .map(name -> DnsName.parse(name, syntax))
                        .toList(),
                spelt.mixed.stream()
                        .filter(name -> name.indexOf('@') >= 0)
                        .map(MailAddress::parse)
                        .toList(),
                spelt.ips.stream().map(IpAddress::parse).toList(),
                spelt.uris.stream().map(UriName::parse).toList(),
                spelt.others.stream().map(OtherName::parse).toList());
    }

    /** One DNS name. */
    public static AltNames of(DnsName name) {
        return new AltNames(List.of(name), List.of(), List.of(), List.of(), List.of());
    }

    /** One e-mail address. */
    public static AltNames of(MailAddress mail) {
        return new AltNames(List.of(), List.of(mail), List.of(), List.of(), List.of());
    }

    /** One IP address. */
    public static AltNames of(IpAddress ip) {
        return new AltNames(List.of(), List.of(), List.of(ip), List.of(), List.of());
    }

    /** No name at all. */
    public boolean isEmpty() {
        return dns.isEmpty() && mails.isEmpty() && ips.isEmpty() && uris.isEmpty() && others.isEmpty();
    }

    /** Whether every one of {@code other} is among these. */
    public boolean covers(AltNames other) {
        return new HashSet<>(dns).containsAll(other.dns)
                && new HashSet<>(mails).containsAll(other.mails)
                && new HashSet<>(ips).containsAll(other.ips)
                && new HashSet<>(uris).containsAll(other.uris)
                && new HashSet<>(others).containsAll(other.others);
    }

    /** These names, then those of {@code more}. */
    public AltNames and(AltNames more) {
        return new AltNames(
                join(dns, more.dns),
                join(mails, more.mails),
                join(ips, more.ips),
                join(uris, more.uris),
                join(others, more.others));
    }

    /** ASN.1, RFC 5280 4.2.1.6. */
    public GeneralNames encode() {
        List<GeneralName> names = new ArrayList<>();
        dns.forEach(name -> names.add(new GeneralName(GeneralName.dNSName, name.text())));
        mails.forEach(name -> names.add(new GeneralName(GeneralName.rfc822Name, name.text())));
        ips.forEach(name -> names.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(name.bytes()))));
        uris.forEach(name -> names.add(new GeneralName(GeneralName.uniformResourceIdentifier, name.text())));
        others.forEach(name -> names.add(new GeneralName(GeneralName.otherName, name.encoded())));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }

    private static <T> List<T> join(List<T> first, List<T> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
