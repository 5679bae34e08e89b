package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.issue.KeyIds;
import io.casemate.engine.pki.issue.Urls;
import io.casemate.engine.pki.store.Issuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;

/** The extensions of a CRL (RFC 5280 5.2). */
final class CrlExtensions {
    private CrlExtensions() {}

    /**
     * Where CRLs are.
     *
     * @param here where certificates say that this one is, when it is a shard (RFC 5280 5.2.5)
     * @param deltas where the delta to this one is (RFC 5280 5.2.6)
     */
    record Places(List<String> here, List<String> deltas) {}

    /** Key identifier, number, the number of the complete CRL that a delta adds to, unless that is 0, and what is where. */
    static Extensions of(Issuer issuer, long number, long base, Places places) {
        ExtensionsGenerator extensions =
                begun(issuer, BigInteger.valueOf(number), base == 0 ? null : BigInteger.valueOf(base));
        try {
            if (!places.here().isEmpty()) {
                extensions.addExtension(Extension.issuingDistributionPoint, true, point(places.here()));
            }
            if (!places.deltas().isEmpty()) {
                extensions.addExtension(Extension.freshestCRL, false, Urls.points(places.deltas()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return extensions.generate();
    }

    /** A CRL for the certificates that name one of {@code places}, of any kind and for any reason. */
    static IssuingDistributionPoint point(List<String> places) {
        GeneralNames names = new GeneralNames(places.stream().map(Urls::uri).toArray(GeneralName[]::new));
        return new IssuingDistributionPoint(new DistributionPointName(names), false, false, null, false, false);
    }

    /** The same, to which more can be added; {@code base} may be {@code null}. */
    static ExtensionsGenerator begun(Issuer issuer, BigInteger number, BigInteger base) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        byte[] keyId = KeyIds.ofCertificate(issuer.certificate());
        try {
            extensions.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(keyId));
            extensions.addExtension(Extension.cRLNumber, false, new ASN1Integer(number));
            if (base != null) {
                extensions.addExtension(Extension.deltaCRLIndicator, true, new ASN1Integer(base));
            }
            return extensions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
