package io.casemate.engine.pki.issue;

import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.draft.SignatureScheme;
import io.casemate.engine.pki.store.Issuer;
import io.casemate.kernel.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;

/** A self-issued CA certificate as another CA signs it: subject, key, life and extensions stay; what points up is ours. */
public final class SelfIssued {
    private static final Set<ASN1ObjectIdentifier> POINTING_UP = Set.of(
            Extension.authorityKeyIdentifier,
            Extension.authorityInfoAccess,
            Extension.cRLDistributionPoints,
            Extension.freshestCRL);

    private SelfIssued() {}

    /**
     * The draft.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when the certificate is not a CA's or not self-issued
     */
    public static Draft of(Presented presented, BigInteger serial, Issuer issuer, SignatureScheme scheme, Urls urls) {
        Certificate certificate = presented.certificate();
        if (!presented.ca()) {
            throw Fault.badRequest("field 'certificate': not a CA's certificate");
        }
        if (!certificate.getIssuer().equals(certificate.getSubject()) || !presented.signsItself()) {
            throw Fault.badRequest("field 'certificate': not self-issued, or its signature is not by its own key");
        }
        return new Draft(
                serial,
                issuer.certificate().getSubject(),
                certificate.getSubject(),
                certificate.getStartDate().getDate().toInstant(),
                certificate.getEndDate().getDate().toInstant(),
                certificate.getSubjectPublicKeyInfo(),
                scheme,
                extensions(certificate.getTBSCertificate().getExtensions(), issuer, urls));
    }

    private static Extensions extensions(Extensions theirs, Issuer issuer, Urls urls) {
        ExtensionsGenerator all = new ExtensionsGenerator();
        try {
            for (ASN1ObjectIdentifier oid : theirs.getExtensionOIDs()) {
                if (!POINTING_UP.contains(oid)) {
                    all.addExtension(theirs.getExtension(oid));
                }
            }
            all.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(KeyIds.ofCertificate(issuer.certificate())));
            urls.addTo(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.generate();
    }
}
