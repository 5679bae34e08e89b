package io.casemate.crypto;

import io.casemate.kernel.Fault;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/**
 * What is in an X.509 certificate (RFC 5280) and the JDK does not tell. Says what is written there, not whether it is true.
 *
 * <p>Asking for a part that is malformed throws {@code BadRequest}.
 */
public final class CertificateFacts {
    private final Certificate certificate;

    private CertificateFacts(Certificate certificate) {
        this.certificate = certificate;
    }

    /** The facts of {@code certificate}. */
    public static CertificateFacts of(X509Certificate certificate) {
        try {
            return new CertificateFacts(Certificate.getInstance(certificate.getEncoded()));
        } catch (CertificateEncodingException | IllegalArgumentException e) {
            throw malformed(e);
        }
    }

    /** The last common name of the subject, empty when there is none. */
    public String commonName() {
        List<String> names = subject(BCStyle.CN);
        return names.isEmpty() ? "" : names.getLast();
    }

    /** The organizational units of the subject. */
    public List<String> units() {
        return subject(BCStyle.OU);
    }

    /** The subject key identifier, empty when there is none. */
    public byte[] subjectKeyId() {
        return extensions()
                .map(all -> read(() -> SubjectKeyIdentifier.fromExtensions(all)))
                .map(SubjectKeyIdentifier::getKeyIdentifier)
                .orElse(new byte[0]);
    }

    /** The authority's key identifier, empty when there is none. */
    public byte[] authorityKeyId() {
        return extensions()
                .map(all -> read(() -> AuthorityKeyIdentifier.fromExtensions(all)))
                .map(AuthorityKeyIdentifier::getKeyIdentifierOctets)
                .orElse(new byte[0]);
    }

    /** The OCSP responders that the issuer names (section 4.2.2.1), in order. */
    public List<String> ocspServers() {
        AccessDescription[] all = extensions()
                .map(found -> read(() -> AuthorityInformationAccess.fromExtensions(found)))
                .map(AuthorityInformationAccess::getAccessDescriptions)
                .orElse(new AccessDescription[0]);
        return Arrays.stream(all)
                .filter(each -> AccessDescription.id_ad_ocsp.equals(each.getAccessMethod()))
                .map(AccessDescription::getAccessLocation)
                .filter(where -> where.getTagNo() == GeneralName.uniformResourceIdentifier)
                .map(where -> where.getName().toString())
                .toList();
    }

    /** The text in the extension {@code oid}, if it is there and is one ASN.1 string; empty text for any other content. */
    public Optional<String> extensionText(String oid) {
        return extension(oid).map(content -> {
            try {
                return ASN1Primitive.fromByteArray(content) instanceof ASN1String text ? text.getString() : "";
            } catch (IOException | IllegalArgumentException e) {
                return "";
            }
        });
    }

    /** The content of the extension {@code oid} in hexadecimal, if it is there. */
    public Optional<String> extensionHex(String oid) {
        return extension(oid).map(HexFormat.of()::formatHex);
    }

    /** The content of the extension {@code oid}, if it is there: DER, as a rule. */
    public Optional<byte[]> extension(String oid) {
        ASN1ObjectIdentifier id = ASN1ObjectIdentifier.tryFromID(oid);
        return id == null
                ? Optional.empty()
                : extensions()
                        .map(all -> all.getExtension(id))
                        .map(Extension::getExtnValue)
                        .map(value -> value.getOctets());
    }

    private Optional<Extensions> extensions() {
        return Optional.ofNullable(certificate.getTBSCertificate().getExtensions());
    }

    private List<String> subject(ASN1ObjectIdentifier type) {
        List<String> values = new ArrayList<>();
        for (var rdn : certificate.getSubject().getRDNs(type)) {
            for (AttributeTypeAndValue each : rdn.getTypesAndValues()) {
                if (each.getType().equals(type) && each.getValue() instanceof ASN1String text) {
                    values.add(text.getString());
                }
            }
        }
        return values;
    }

    private static <T> T read(java.util.function.Supplier<T> part) {
        try {
            return part.get();
        } catch (IllegalArgumentException | IllegalStateException | ClassCastException e) {
            throw malformed(e);
        }
    }

    private static RuntimeException malformed(Exception e) {
        return new Fault.BadRequest(List.of("a malformed extension in the certificate")).causedBy(e);
    }
}
