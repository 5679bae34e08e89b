package io.casemate.engine.pki.issue;

import java.io.IOException;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/** Key identifiers of subject and issuer (RFC 5280 4.2.1.1, 4.2.1.2). */
final class CaExtensions {
    private CaExtensions() {}

    /** Adds both; a certificate that signs itself names its own key twice. */
    static void keyIds(ExtensionsGenerator all, byte[] own, Optional<Certificate> issuer) throws IOException {
        all.addExtension(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(own));
        byte[] authority = issuer.map(KeyIds::ofCertificate).orElse(own);
        all.addExtension(Extension.authorityKeyIdentifier, false, new AuthorityKeyIdentifier(authority));
    }
}
