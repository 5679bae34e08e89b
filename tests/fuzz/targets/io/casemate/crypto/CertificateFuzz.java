package io.casemate.crypto;

import io.casemate.kernel.Fault;
import io.casemate.kernel.FaultException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;

/** Certificates and revocation lists, PEM and DER: read, or refused. */
public final class CertificateFuzz {
    private CertificateFuzz() {}

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
        refusedOr(() -> X509.certificates(new String(input, StandardCharsets.ISO_8859_1)).forEach(CertificateFuzz::look));
        refusedOr(() -> look(X509.certificate(input)));
        refusedOr(() -> X509.revocationList(input).getRevokedCertificates());
    }

    private static void look(X509Certificate certificate) {
        X509.selfIssued(certificate);
        X509.weakKey(certificate.getPublicKey());
    }

    private static void refusedOr(Runnable reading) {
        try {
            reading.run();
        } catch (FaultException e) {
            if (!(e.fault() instanceof Fault.BadRequest)) {
                throw e;
            }
        }
    }
}
