package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.issue.KeyIds;
import io.casemate.engine.pki.store.Issuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;

/** The extensions of a CRL (RFC 5280 5.2). */
final class CrlExtensions {
    private CrlExtensions() {}

    /** Key identifier, number, and the number of the complete CRL that a delta adds to, unless that is 0. */
    static Extensions of(Issuer issuer, long number, long base) {
        return begun(issuer, BigInteger.valueOf(number), base == 0 ? null : BigInteger.valueOf(base))
                .generate();
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
