package io.casemate.engine.pki.crl;

import io.casemate.engine.pki.draft.Draft;
import io.casemate.engine.pki.store.Revocations.Revocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;

/** One revoked certificate as a CRL lists it (RFC 5280 5.1.2.6). */
final class CrlEntry {
    private CrlEntry() {}

    /** In DER. Reason 0, unspecified, is left out (RFC 5280 5.3.1). */
    static byte[] der(String serialHex, Revocation revocation) {
        ASN1EncodableVector entry = new ASN1EncodableVector(3);
        entry.add(new ASN1Integer(new BigInteger(serialHex, 16)));
        entry.add(Draft.time(revocation.when()));
        if (revocation.reason() != 0) {
            ExtensionsGenerator extensions = new ExtensionsGenerator();
            try {
                extensions.addExtension(Extension.reasonCode, false, new ASN1Enumerated(revocation.reason()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            entry.add(extensions.generate());
        }
        return Der.of(new DERSequence(entry));
    }
}
