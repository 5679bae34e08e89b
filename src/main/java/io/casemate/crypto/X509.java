package io.casemate.crypto;

import io.casemate.kernel.Fault;
import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads certificates and revocation lists (RFC 5280) and says whether their algorithms are still worth anything. */
public final class X509 {
    private static final int SHORTEST_RSA = 2048;
    private static final List<String> BROKEN = List.of("MD2", "MD4", "MD5", "SHA1WITH");

    private X509() {}

    /**
     * Reads one certificate.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is none
     */
    public static X509Certificate certificate(byte[] der) {
        try {
            return (X509Certificate) factory().generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | RuntimeException e) {
            // The JDK's readers of some key kinds fail as any RuntimeException on bytes that are no key.
            throw new Fault.BadRequest(List.of("not an X.509 certificate")).causedBy(e);
        }
    }

    /**
     * All certificates in PEM text, in order; other blocks are passed over.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} for a broken block or certificate
     */
    public static List<X509Certificate> certificates(String pem) {
        List<X509Certificate> found = new ArrayList<>();
        for (Pem.Block block : Pem.decode(pem)) {
            if (block.label().equals("CERTIFICATE") || block.label().equals("TRUSTED CERTIFICATE")) {
                found.add(certificate(block.der()));
            }
        }
        return found;
    }

    /**
     * Reads a complete revocation list.
     *
     * @throws io.casemate.kernel.FaultException {@code BadRequest} when it is none
     */
    public static X509CRL revocationList(byte[] der) {
        try {
            return (X509CRL) factory().generateCRL(new ByteArrayInputStream(der));
        } catch (CRLException | RuntimeException e) {
            throw new Fault.BadRequest(List.of("not an X.509 revocation list (CRL)")).causedBy(e);
        }
    }

    /** Whether a signature by this algorithm proves nothing any more: SHA-1, MD5 and older. */
    public static boolean weakSignature(String algorithm) {
        String name = algorithm.toUpperCase(Locale.ROOT).replace("-", "");
        return BROKEN.stream().anyMatch(name::startsWith);
    }

    /** Whether the key is too short to trust: RSA below 2048 bits. */
    public static boolean weakKey(PublicKey key) {
        return key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < SHORTEST_RSA;
    }

    /** Whether the certificate names itself as its issuer, whoever signed it. */
    public static boolean selfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static CertificateFactory factory() {
        try {
            return CertificateFactory.getInstance("X.509");
        } catch (CertificateException e) {
            throw new IllegalStateException("the JDK has X.509", e);
        }
    }
}
