package io.casemate.engine.pki.issue;

import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.DnsName;
import io.casemate.engine.pki.name.IpAddress;
import io.casemate.engine.pki.name.MailAddress;
import io.casemate.engine.pki.name.OtherName;
import io.casemate.engine.pki.name.SubjectText;
import io.casemate.engine.pki.name.UriName;
import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;

/** The names of a request, taken out of their ASN.1 and read as text, so that they pass the same rules as fields do. */
final class CsrNames {
    private CsrNames() {}

    static Optional<String> commonName(X500Name subject) {
        List<String> names = Arrays.stream(subject.getRDNs())
                .flatMap(rdn -> Arrays.stream(rdn.getTypesAndValues()))
                .filter(attribute -> attribute.getType().equals(BCStyle.CN))
                .map(CsrNames::text)
                .toList();
        if (names.size() > 1) {
            throw Fault.badRequest("field 'csr': its subject has more than one common name");
        }
        return names.stream().filter(name -> !name.isEmpty()).findFirst();
    }

    /** The only value of an attribute, if there is one; of several the first. */
    static Optional<String> attribute(X500Name subject, ASN1ObjectIdentifier type) {
        return Arrays.stream(subject.getRDNs(type))
                .flatMap(rdn -> Arrays.stream(rdn.getTypesAndValues()))
                .filter(attribute -> attribute.getType().equals(type))
                .map(CsrNames::text)
                .findFirst();
    }

    static AltNames altNames(Extension extension, DnsName.Syntax syntax) {
        GeneralName[] names = Csr.value(extension, GeneralNames::getInstance).getNames();
        if (names.length > AltNames.MAX) {
            throw Fault.badRequest("field 'csr': more than " + AltNames.MAX + " alternative names");
        }
        List<DnsName> dns = new ArrayList<>();
        List<MailAddress> mails = new ArrayList<>();
        List<IpAddress> ips = new ArrayList<>();
        List<UriName> uris = new ArrayList<>();
        List<OtherName> others = new ArrayList<>();
        for (GeneralName name : names) {
            switch (name.getTagNo()) {
                case GeneralName.dNSName -> dns.add(DnsName.parse(ia5(name), syntax));
                case GeneralName.rfc822Name -> mails.add(MailAddress.parse(ia5(name)));
                case GeneralName.uniformResourceIdentifier -> uris.add(UriName.parse(ia5(name)));
                case GeneralName.iPAddress ->
                    ips.add(IpAddress.of(
                            ASN1OctetString.getInstance(name.getName()).getOctets()));
                case GeneralName.otherName -> others.add(other(name));
                default ->
                    throw Fault.badRequest("field 'csr': other SAN not allowed by this role (kind of name "
                            + name.getTagNo() + " in GeneralName)");
            }
        }
        return new AltNames(dns, mails, ips, uris, others);
    }

    /** The subject again, attribute by attribute, with string types of our own choice. */
    static X500Name rebuilt(X500Name subject) {
        X500NameBuilder builder = new X500NameBuilder(BCStyle.INSTANCE);
        Arrays.stream(subject.getRDNs())
                .flatMap(rdn -> Arrays.stream(rdn.getTypesAndValues()))
                .forEach(attribute -> builder.addRDN(attribute.getType(), value(attribute)));
        return builder.build();
    }

    private static ASN1Encodable value(AttributeTypeAndValue attribute) {
        ASN1ObjectIdentifier type = attribute.getType();
        String text = SubjectText.check("csr", text(attribute), 256);
        boolean printable = type.equals(BCStyle.C) || type.equals(BCStyle.SERIALNUMBER);
        if (printable && DERPrintableString.isPrintableString(text)) {
            return new DERPrintableString(text);
        }
        boolean ia5 = type.equals(BCStyle.DC) || type.equals(BCStyle.EmailAddress);
        return ia5 && DERIA5String.isIA5String(text) ? new DERIA5String(text) : new DERUTF8String(text);
    }

    private static String text(AttributeTypeAndValue attribute) {
        if (attribute.getValue() instanceof ASN1String string) {
            return string.getString();
        }
        throw Fault.badRequest("field 'csr': an attribute of its subject is no text");
    }

    private static OtherName other(GeneralName name) {
        try {
            return OtherName.of(name.getName().toASN1Primitive());
        } catch (FaultException e) {
            throw e;
        } catch (RuntimeException e) {
            // As everywhere with ASN.1 of unknown origin: any failure means that it is not what it claims to be.
            throw new Fault.BadRequest(List.of("field 'csr': an other SAN cannot be read")).causedBy(e);
        }
    }

    private static String ia5(GeneralName name) {
        return ASN1IA5String.getInstance(name.getName()).getString();
    }
}
