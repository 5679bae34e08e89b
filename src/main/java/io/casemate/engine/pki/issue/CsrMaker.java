package io.casemate.engine.pki.issue;

import io.casemate.crypto.Signer;
import io.casemate.engine.pki.draft.SignatureScheme;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Requests of our own, for an intermediate that somebody else signs (PKCS #10, RFC 2986). */
public final class CsrMaker {
    private CsrMaker() {}

    /** The request in DER, signed with the key that it is for. */
    public static byte[] request(CaRequest ask, boolean basicConstraints, Signer signer, SignatureScheme scheme) {
        try {
            CertificationRequestInfo info = new CertificationRequestInfo(
                    ask.subject(),
                    SubjectPublicKeyInfo.getInstance(signer.publicKey().getEncoded()),
                    attributes(ask, basicConstraints));
            byte[] signature = signer.sign(scheme.jca(), info.getEncoded(ASN1Encoding.DER));
            ASN1EncodableVector parts = new ASN1EncodableVector(3);
            parts.add(info);
            parts.add(scheme.identifier());
            parts.add(new DERBitString(signature));
            return new DERSequence(parts).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ASN1Set attributes(CaRequest ask, boolean basicConstraints) throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        if (basicConstraints) {
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        }
        if (!ask.altNames().isEmpty()) {
            extensions.addExtension(
                    Extension.subjectAlternativeName, false, ask.altNames().encode());
        }
        return extensions.isEmpty()
                ? new DERSet()
                : new DERSet(new Attribute(
                        PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, new DERSet(extensions.generate())));
    }
}
