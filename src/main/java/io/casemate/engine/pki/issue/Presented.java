package io.casemate.engine.pki.issue;

import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/** A certificate that somebody shows us; nothing of it is believed before its signature is checked. */
public final class Presented {
    private static final int MAX = 65_536;
    private static final List<ASN1ObjectIdentifier> READ = List.of(
            Extension.basicConstraints,
            Extension.keyUsage,
            Extension.subjectKeyIdentifier,
            Extension.authorityKeyIdentifier,
            Extension.nameConstraints);

    private final byte[] der;
    private final Certificate certificate;

    private Presented(byte[] der, Certificate certificate) {
        this.der = der;
        this.certificate = certificate;
    }

    /**
     * Reads DER, and only DER: a second encoding of the same certificate is refused.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest}
     */
    public static Presented parse(byte[] der) {
        try {
            Certificate certificate = der.length > MAX ? null : Certificate.getInstance(der);
            if (certificate != null && Arrays.equals(certificate.getEncoded("DER"), der)) {
                readWhatIsUsed(certificate);
                return new Presented(der, certificate);
            }
        } catch (IOException | RuntimeException e) {
            // The ASN.1 reader fails as any RuntimeException on bytes that are not what they claim to be.
            throw new Fault.BadRequest(List.of("field 'certificate': not a certificate")).causedBy(e);
        }
        throw Fault.badRequest("field 'certificate': not a certificate in DER");
    }

    /** Everything that is looked at later, so that nothing later can fail on it. */
    private static void readWhatIsUsed(Certificate certificate) {
        certificate.getStartDate().getDate();
        certificate.getEndDate().getDate();
        Extensions extensions = certificate.getTBSCertificate().getExtensions();
        if (extensions == null) {
            return;
        }
        BasicConstraints basic = BasicConstraints.fromExtensions(extensions);
        if (basic != null && basic.getPathLenConstraint() != null) {
            basic.getPathLenConstraint().intValueExact();
        }
        KeyUsage.fromExtensions(extensions);
        SubjectKeyIdentifier.fromExtensions(extensions);
        AuthorityKeyIdentifier.fromExtensions(extensions);
        Extension names = extensions.getExtension(Extension.nameConstraints);
        if (names != null) {
            NameConstraints.getInstance(names.getParsedValue());
        }
        for (ASN1ObjectIdentifier oid : READ) {
            Extension extension = extensions.getExtension(oid);
            if (extension != null && extension.getExtnValue().getOctets().length == 0) {
                throw new IllegalArgumentException("an extension without a value");
            }
        }
    }

    /** As shown. */
    public byte[] der() {
        return der;
    }

    /** The same, read. */
    public Certificate certificate() {
        return certificate;
    }

    /** Whether it is a CA's certificate (RFC 5280 4.2.1.9). */
    public boolean ca() {
        Extensions extensions = certificate.getTBSCertificate().getExtensions();
        BasicConstraints constraints = extensions == null ? null : BasicConstraints.fromExtensions(extensions);
        return constraints != null && constraints.isCA();
    }

    /** Whether {@code issuer} signed it. */
    public boolean issuedBy(Issuer issuer) {
        return certificate.getIssuer().equals(issuer.certificate().getSubject())
                && SignatureScheme.verifies(issuer.certificate(), certificate);
    }

    /** Whether its own key signed it. */
    public boolean signsItself() {
        return SignatureScheme.verifies(certificate, certificate);
    }
}
