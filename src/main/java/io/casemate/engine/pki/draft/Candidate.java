package io.casemate.engine.pki.draft;

import io.casemate.engine.pki.name.AltNames;
import io.casemate.engine.pki.name.CommonName;
import io.casemate.engine.pki.name.DnsName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.TBSCertificate;

/**
 * What the rules look at: the certificate decoded again from the very bytes that would be signed, so that a bug of the
 * encoder is found too.
 *
 * @param path the certificates above it as far as they are known, the issuer's first; empty when it signs itself
 */
record Candidate(TBSCertificate tbs, List<Certificate> path, Set<Leniency> leniency) {
    Optional<Certificate> issuer() {
        return path.stream().findFirst();
    }

    Extensions extensions() {
        return tbs.getExtensions();
    }

    Optional<Extension> extension(ASN1ObjectIdentifier oid) {
        return Optional.ofNullable(extensions()).map(all -> all.getExtension(oid));
    }

    boolean ca() {
        return basicConstraints().map(BasicConstraints::isCA).orElse(false);
    }

    Optional<BasicConstraints> basicConstraints() {
        return extension(Extension.basicConstraints).map(e -> BasicConstraints.getInstance(e.getParsedValue()));
    }

    Optional<KeyUsage> keyUsage() {
        return extension(Extension.keyUsage).map(e -> KeyUsage.getInstance(e.getParsedValue()));
    }

    boolean mayUse(int bit) {
        return keyUsage().map(usage -> usage.hasUsages(bit)).orElse(false);
    }

    List<GeneralName> altNames() {
        return extension(Extension.subjectAlternativeName)
                .map(e -> Arrays.asList(
                        GeneralNames.getInstance(e.getParsedValue()).getNames()))
                .orElse(List.of());
    }

    List<String> altNames(int tag) {
        return altNames().stream()
                .filter(name -> name.getTagNo() == tag)
                .map(name -> name.getName().toString())
                .toList();
    }

    Optional<byte[]> subjectKeyId() {
        return keyId(extensions());
    }

    Optional<byte[]> issuerKeyId() {
        return issuer().flatMap(
                        certificate -> keyId(certificate.getTBSCertificate().getExtensions()));
    }

    Optional<byte[]> authorityKeyId() {
        return extension(Extension.authorityKeyIdentifier)
                .map(e -> AuthorityKeyIdentifier.getInstance(e.getParsedValue()).getKeyIdentifierOctets());
    }

    /** An attribute's values, wherever in an RDN they stand: their own characters, without the escapes of RFC 4514. */
    List<String> subject(ASN1ObjectIdentifier attribute) {
        return Arrays.stream(tbs.getSubject().getRDNs(attribute))
                .flatMap(rdn -> Arrays.stream(rdn.getTypesAndValues()))
                .filter(each -> each.getType().equals(attribute))
                .map(each -> each.getValue().toString())
                .toList();
    }

    Optional<String> commonName() {
        return subject(BCStyle.CN).stream().findFirst();
    }

    /** The name that the common name spells, if it spells one. */
    Optional<AltNames> spelt() {
        return commonName()
                .map(text -> CommonName.parse(text, DnsName.Syntax.UNDERSCORES).spelt())
                .filter(spelt -> !spelt.isEmpty());
    }

    boolean lenient(Leniency kind) {
        return leniency.contains(kind);
    }

    private static Optional<byte[]> keyId(Extensions extensions) {
        return Optional.ofNullable(extensions)
                .map(all -> all.getExtension(Extension.subjectKeyIdentifier))
                .map(e -> ASN1OctetString.getInstance(SubjectKeyIdentifier.getInstance(e.getParsedValue())
                                .toASN1Primitive())
                        .getOctets());
    }
}
